"""Stop a cancelled job's workflow."""

from typing import Any

from sqlalchemy import Connection, Row

from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.message import Message
from dreamseed.needs import Needs, Queue, database, job_queue, workflow
from dreamseed.platform import queries
from dreamseed.platform.models import JobCancelled
from dreamseed.platform.rules import WORKFLOWS, execution_name
from dreamseed.platform.submissions import Submission, submissions, terminate
from dreamseed.ports.batch import BatchJobs
from dreamseed.ports.workflows import Workflows

REASON = "the job was cancelled"


@function(
    Needs(
        Queue("job-stops", topic="job.cancelled"),
        grants=(
            database("write"),
            *map(workflow, WORKFLOWS),
            job_queue("simulate_population"),
        ),
        timeout_seconds=30,
    )
)
def stop_job(cancelled: JobCancelled, message: Message, workflows: Workflows, batch: BatchJobs) -> None:
    """Stop the execution of the job's last attempt, and its batch jobs, whether they wait or run."""

    def read(db: Connection) -> tuple[Row[*tuple[Any, ...]] | None, list[Submission]]:
        return queries.read_job(db, cancelled.job_id), submissions(db, cancelled.job_id)

    job, submitted = in_tenant(message.org_id, read)
    if job is not None and job.attempts > 0:
        workflows.stop(job.kind, execution_name(job.id, job.attempts), REASON)
        terminate(batch, submitted, REASON)
