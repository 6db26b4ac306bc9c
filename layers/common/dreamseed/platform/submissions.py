"""The batch jobs that were submitted for a job, so that none goes on when nobody waits for it.

A step that submits one returns `Submission.to_json()`, and the frame stores that as the step's result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from dreamseed.platform.tables import job_steps
from dreamseed.ports.batch import BatchJobs


@dataclass(frozen=True)
class Submission:
    """A batch job: which function it runs, and the platform's id of it."""

    batch_function: str
    batch_job_id: str

    def to_json(self) -> dict[str, str]:
        """What the submitting step returns."""
        return asdict(self)


def submissions(db: Connection, job_id: UUID) -> list[Submission]:
    """Every batch job that was ever submitted for the job."""
    is_submission = job_steps.c.result.has_key("batch_job_id")
    stored = db.scalars(select(job_steps.c.result).where(job_steps.c.job_id == job_id, is_submission))
    return [Submission(result["batch_function"], result["batch_job_id"]) for result in stored]


def terminate(batch: BatchJobs, submitted: Iterable[Submission], reason: str) -> None:
    """Stop those that are not over, whether they wait or run."""
    for submission in submitted:
        batch.terminate(submission.batch_function, submission.batch_job_id, reason)
