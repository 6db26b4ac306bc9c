"""A job that reports keeps its lease; attempts that do not get it on are counted, and the last one ends it."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from dreamseed.errors import JobCancelled
from dreamseed.platform import jobs, sweeper
from dreamseed.platform.rules import MAX_JOB_ATTEMPTS
from dreamseed.platform.tables import job_events
from dreamseed.platform.tables import jobs as job_table
from host.postgres import Database
from tests.functions.platform.jobs.stage import QueuedJob, Start, abandon, sweep, writing


def test_a_job_that_reports_keeps_its_lease(
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Start
) -> None:
    job_id = queued_job(org_id)
    start(job_id, 1)
    for report in (lambda db: jobs.extend_lease(db, job_id, 1), lambda db: jobs.record_progress(db, job_id, "x", None)):
        abandon(database)
        with writing(database, org_id) as db:
            report(db)

        assert sweep(database) == {"restarted": 0, "given_up": 0, "woken": 0}


def test_an_overtaken_or_cancelled_attempt_cannot_keep_its_lease(
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Start
) -> None:
    job_id = queued_job(org_id)
    start(job_id, 1)
    start(job_id, 2)

    with writing(database, org_id) as db:
        with pytest.raises(JobCancelled) as stopped:
            jobs.extend_lease(db, job_id, 1)
        assert stopped.value.code == "job_superseded"
        jobs.cancel_job(db, job_id)
        with pytest.raises(JobCancelled) as stopped:
            jobs.extend_lease(db, job_id, 2)
        assert stopped.value.code == "job_cancelled"


def test_a_job_is_given_up_after_its_last_attempt(
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Start
) -> None:
    job_id = queued_job(org_id)
    for attempt in range(1, MAX_JOB_ATTEMPTS + 1):
        start(job_id, attempt)
        abandon(database)
        outcome = sweep(database)

    assert outcome == {"restarted": 0, "given_up": 1, "woken": 0}
    with writing(database, org_id) as db:
        job = db.execute(select(job_table)).one()
        assert (job.status, job.error) == ("failed", sweeper.ABANDONED)
        assert db.scalars(select(job_events.c.stage).order_by(job_events.c.seq)).all()[-1] == "failed"


def test_attempts_that_get_the_job_on_are_not_counted(
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Start
) -> None:
    job_id = queued_job(org_id)

    for attempt in range(1, 3 * MAX_JOB_ATTEMPTS):
        start(job_id, attempt)
        with writing(database, org_id) as db:
            jobs.record_progress(db, job_id, "simulate", attempt / 100, attempt=attempt)
        abandon(database)
        assert sweep(database)["restarted"] == 1


def test_reports_without_progress_do_not_save_a_job(
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Start
) -> None:
    job_id = queued_job(org_id)

    for attempt in range(1, MAX_JOB_ATTEMPTS + 1):
        start(job_id, attempt)
        with writing(database, org_id) as db:
            jobs.record_progress(db, job_id, "simulate", None, attempt=attempt)
            jobs.record_progress(db, job_id, "simulate", 0.0, attempt=attempt)
        abandon(database)
        outcome = sweep(database)

    assert outcome["given_up"] == 1


def test_attempts_that_vanished_with_all_workflows_are_not_counted(
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Start
) -> None:
    job_id = queued_job(org_id)

    for attempt in range(1, 3 * MAX_JOB_ATTEMPTS):
        start(job_id, attempt)
        assert sweep(database, workflows_are_gone=True)["restarted"] == 1
