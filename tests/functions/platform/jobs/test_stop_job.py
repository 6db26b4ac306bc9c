"""A job that was cancelled is stopped wherever it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Connection

from dreamseed.database.ids import new_id
from dreamseed.database.transaction import tenant_transaction
from dreamseed.errors import DreamSeedError
from dreamseed.message import Message
from dreamseed.platform import jobs
from dreamseed.platform.models import JobCancelled as Cancelled
from dreamseed.platform.submissions import Submission
from functions.platform.stop_job import stop_job
from host.postgres import Database
from tests.functions.platform.conftest import BatchRecorder, WorkflowRecorder
from tests.functions.platform.jobs.stage import QueuedJob, Start, status_of, writing


def test_a_cancelled_jobs_execution_is_stopped_and_its_batch_job_even_if_it_still_waits(
    database: Database,
    org_id: UUID,
    queued_job: QueuedJob,
    start: Start,
    workflow_recorder: WorkflowRecorder,
    batch_recorder: BatchRecorder,
) -> None:
    job_id, never_started = queued_job(org_id), queued_job(org_id)
    start(job_id, 1)
    with writing(database, org_id) as db:
        jobs.store_step(db, job_id, "prepare_simulation", "", {"points": []})
        jobs.store_step(
            db, job_id, "submit_population_simulation", "1.0", Submission("simulate_population", "b-1").to_json()
        )

    for each in (job_id, never_started):
        with writing(database, org_id) as db:
            jobs.cancel_job(db, each)
        message = Message(new_id(), "job.cancelled", org_id, datetime.now(UTC), {})
        workflows, batch = workflow_recorder.workflows_of(stop_job), batch_recorder.batch_of(stop_job)
        stop_job.call(Cancelled(job_id=each), message, workflows, batch)

    assert workflow_recorder.stopped == [f"{job_id}-1"]
    assert batch_recorder.terminated == ["b-1"]


@pytest.mark.parametrize("repetition", range(5))
def test_of_a_cancel_and_a_finish_at_the_same_time_one_wins(
    repetition: int, database: Database, org_id: UUID, queued_job: QueuedJob, start: Start
) -> None:
    job_id = queued_job(org_id)
    start(job_id, 1)
    together = threading.Barrier(2)
    ways: dict[str, Callable[[Connection], None]] = {
        "cancelled": lambda db: jobs.cancel_job(db, job_id),
        "succeeded": lambda db: jobs.finish_job(db, job_id, {}),
    }

    def end(way: str) -> str:
        together.wait(10)
        try:
            with tenant_transaction(org_id, f"{database.url('write')}&application_name={way}") as db:
                ways[way](db)
        except DreamSeedError as error:
            return error.code
        return way

    with ThreadPoolExecutor(2) as pool:
        outcomes = set(pool.map(end, ways))

    status = status_of(database, org_id, job_id)
    assert outcomes == {status, {"cancelled": "job_cancelled", "succeeded": "job_finished"}[status]}
