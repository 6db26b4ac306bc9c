"""A job whose workflow cannot go on fails, and says no more than it may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from dreamseed.errors import JobCancelled
from dreamseed.platform.tables import jobs as job_table
from functions.platform.fail_job import fail_job
from host.postgres import Database
from tests.functions.platform.jobs.stage import QueuedJob, Start, status_of, writing


@pytest.fixture
def failure(database: Database, org_id: UUID, monkeypatch: pytest.MonkeyPatch) -> Callable[[UUID, int], Any]:
    """Calls the step as a state machine's Catch does."""
    monkeypatch.setenv("DREAMSEED_DATABASE_MAIN", database.url("write"))

    def call(job_id: UUID, attempt: int) -> Any:
        address = {"org_id": str(org_id), "job_id": str(job_id), "attempt": attempt}
        error = {"Error": "ValueError", "Cause": '{"errorMessage": "a secret"}'}
        return fail_job({**address, "error": error}, None)

    return call


def test_a_workflow_that_cannot_go_on_fails_its_job_and_keeps_the_cause_to_itself(
    database: Database,
    org_id: UUID,
    queued_job: QueuedJob,
    start: Start,
    failure: Callable[[UUID, int], Any],
) -> None:
    job_id = queued_job(org_id)
    start(job_id, 1)

    failure(job_id, 1)

    with writing(database, org_id) as db:
        job = db.execute(select(job_table)).one()
    assert (job.status, job.error["code"]) == ("failed", "job_failed")
    assert "ValueError" in job.error["detail"]
    assert "secret" not in str(job.error)


def test_a_failure_that_no_longer_counts_changes_nothing(
    database: Database,
    org_id: UUID,
    queued_job: QueuedJob,
    start: Start,
    failure: Callable[[UUID, int], Any],
) -> None:
    job_id = queued_job(org_id)
    start(job_id, 1)
    start(job_id, 2)

    with pytest.raises(JobCancelled):
        failure(job_id, 1)
    assert status_of(database, org_id, job_id) == "running"
    failure(job_id, 2)
    assert status_of(database, org_id, job_id) == "failed"
