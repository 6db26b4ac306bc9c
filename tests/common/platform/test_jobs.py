"""Jobs against a real PostgreSQL: the lease, the numbers of events, and who wins when two want the same."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from dreamseed.database.ids import new_id
from dreamseed.database.transaction import tenant_transaction
from dreamseed.errors import Conflict, JobCancelled, NotFound
from dreamseed.platform import jobs, tables
from dreamseed.platform.tables import job_events, outbox
from host.postgres import Database


@pytest.fixture
def url(database: Database) -> str:
    return database.url("write")


@pytest.fixture
def running(org_id: UUID, url: str) -> UUID:
    """A job whose first attempt has begun."""
    with tenant_transaction(org_id, url) as db:
        job_id = jobs.create_job(db, "simulate_design", {"examinees": 100})
        jobs.start_attempt(db, job_id, 1)
    return job_id


def test_a_new_job_is_queued_and_asks_to_be_started(org_id: UUID, url: str) -> None:
    with tenant_transaction(org_id, url) as db:
        job_id = jobs.create_job(db, "simulate_design", {})

        assert jobs.read_status(db, job_id) == "queued"
        message = db.execute(select(outbox.c.topic, outbox.c.payload)).one()
        assert message == ("job.requested", {"job_id": str(job_id), "attempt": 1})


def test_an_attempt_begins_once_and_is_known_until_the_next_begins(org_id: UUID, url: str) -> None:
    with tenant_transaction(org_id, url) as db:
        job_id = jobs.create_job(db, "simulate_design", {})

        assert jobs.start_attempt(db, job_id, 1) == "simulate_design"
        assert jobs.start_attempt(db, job_id, 1) == "simulate_design"
        assert db.scalars(select(job_events.c.stage)).all() == ["started"]
        assert jobs.start_attempt(db, job_id, 2) == "simulate_design"
        assert jobs.start_attempt(db, job_id, 1) is None
        jobs.finish_job(db, job_id, {})
        assert jobs.start_attempt(db, job_id, 2) is None


def test_progress_is_numbered_without_gaps_and_never_goes_back(org_id: UUID, url: str, running: UUID) -> None:
    with tenant_transaction(org_id, url) as db:
        jobs.record_progress(db, running, "simulate", 0.6)
        jobs.record_progress(db, running, "simulate", 0.4, "θ = 1")
        jobs.record_progress(db, running, "simulate", None)

        events = db.execute(select(job_events.c.seq, job_events.c.fraction).order_by(job_events.c.seq)).all()
        assert events == [(1, 0.0), (2, 0.6), (3, 0.6), (4, None)]
        assert db.scalar(select(tables.jobs.c.progress)) == 0.6


def test_a_cancelled_job_stops_its_workers_at_their_next_report(org_id: UUID, url: str, running: UUID) -> None:
    with tenant_transaction(org_id, url) as db:
        jobs.cancel_job(db, running)

        with pytest.raises(JobCancelled) as stopped:
            jobs.record_progress(db, running, "simulate", 0.5)
        assert stopped.value.code == "job_cancelled"
        with pytest.raises(JobCancelled):
            jobs.finish_job(db, running, {})


def test_an_overtaken_attempt_stops_at_its_next_report(org_id: UUID, url: str, running: UUID) -> None:
    with tenant_transaction(org_id, url) as db:
        jobs.start_attempt(db, running, 2)

        with pytest.raises(JobCancelled) as stopped:
            jobs.record_progress(db, running, "simulate", 0.5, attempt=1)
        assert stopped.value.code == "job_superseded"
        jobs.record_progress(db, running, "simulate", 0.5, attempt=2)


def test_a_job_is_finished_once_and_cannot_be_cancelled_after(org_id: UUID, url: str, running: UUID) -> None:
    with tenant_transaction(org_id, url) as db:
        jobs.finish_job(db, running, {"rmse": 0.3})
        jobs.finish_job(db, running, {"rmse": 0.3})

        with pytest.raises(Conflict, match="succeeded already"):
            jobs.cancel_job(db, running)
        assert not jobs.fail_job(db, running, {"code": "late"})
        finished = db.scalars(select(outbox.c.payload).where(outbox.c.topic == "job.finished")).all()
        assert finished == [{"job_id": str(running), "status": "succeeded"}]


def test_the_first_result_of_a_step_is_the_one_that_counts(org_id: UUID, url: str, running: UUID) -> None:
    with tenant_transaction(org_id, url) as db:
        assert jobs.completed_step(db, running, "simulate", "0.5") is None

        assert jobs.store_step(db, running, "simulate", "0.5", {"n": 1}) == {"n": 1}
        assert jobs.store_step(db, running, "simulate", "0.5", {"n": 2}) == {"n": 1}
        assert jobs.completed_step(db, running, "simulate", "0.5") == {"n": 1}


def test_another_organisations_job_does_not_exist(org_id: UUID, other_org_id: UUID, url: str, running: UUID) -> None:
    with tenant_transaction(other_org_id, url) as db:
        for reach in (jobs.read_status, jobs.cancel_job, lambda db, job: jobs.record_progress(db, job, "x", None)):
            with pytest.raises(NotFound):
                reach(db, running)
        with pytest.raises(NotFound):
            jobs.read_status(db, new_id())
