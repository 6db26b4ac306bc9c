"""Jobs that nobody takes care of are found and asked for again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.exc import ProgrammingError

from dreamseed.database.transaction import system_transaction, tenant_transaction
from dreamseed.errors import JobCancelled
from dreamseed.platform import jobs, sweeper
from dreamseed.platform.tables import outbox
from host.postgres import Database
from tests.functions.platform.conftest import WorkflowRecorder
from tests.functions.platform.jobs.stage import QueuedJob, Start, abandon, requests, sweep, writing


def test_an_abandoned_job_is_started_again_and_its_old_execution_stopped(
    database: Database,
    org_id: UUID,
    queued_job: QueuedJob,
    start: Start,
    workflow_recorder: WorkflowRecorder,
) -> None:
    job_id = queued_job(org_id)
    start(job_id, 1)
    abandon(database)

    assert sweep(database) == {"restarted": 1, "given_up": 0, "woken": 0}
    assert sweep(database) == {"restarted": 0, "given_up": 0, "woken": 0}
    assert requests(database, org_id)[-1] == {"job_id": str(job_id), "attempt": 2}
    start(job_id, 2)

    assert workflow_recorder.stopped == [f"{job_id}-1"]
    assert list(workflow_recorder.started) == [f"{job_id}-1", f"{job_id}-2"]
    with writing(database, org_id) as db, pytest.raises(JobCancelled):
        jobs.record_progress(db, job_id, "simulate", 0.5, attempt=1)


def test_when_all_workflows_are_gone_no_lease_is_waited_for(
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Start
) -> None:
    job_id = queued_job(org_id)
    start(job_id, 1)

    assert sweep(database)["restarted"] == 0
    assert sweep(database, workflows_are_gone=True)["restarted"] == 1
    assert requests(database, org_id)[-1] == {"job_id": str(job_id), "attempt": 2}


def test_a_waiting_job_that_was_passed_over_is_asked_for_again(
    database: Database, org_id: UUID, queued_job: QueuedJob
) -> None:
    job_id = queued_job(org_id)
    assert sweep(database)["woken"] == 0, "its first request is under way"
    with system_transaction(database.url("system")) as db:
        db.execute(update(outbox).values(completed_at=func.now()))

    assert sweep(database)["woken"] == 1
    assert sweep(database)["woken"] == 0

    assert requests(database, org_id) == [{"job_id": str(job_id), "attempt": 1}] * 2


def test_a_request_that_died_blocks_nobody(database: Database, org_id: UUID, queued_job: QueuedJob) -> None:
    for _ in range(2):
        queued_job(org_id)
    with system_transaction(database.url("system")) as db:
        first = select(func.min(outbox.c.created_at)).scalar_subquery()
        db.execute(update(outbox).where(outbox.c.created_at == first).values(dead_at=func.now()))
        db.execute(update(outbox).where(outbox.c.dead_at.is_(None)).values(completed_at=func.now()))

    assert sweep(database)["woken"] == 1


def test_waiting_jobs_are_found_without_reading_what_many_other_events_say(
    database: Database, org_id: UUID, queued_job: QueuedJob
) -> None:
    for _ in range(20):
        queued_job(org_id)
    with writing(database, org_id) as db:
        db.execute(update(outbox).values(completed_at=func.now()))
        many = "select gen_random_uuid(), 'session.finished', '{}' from generate_series(1, 5000)"
        for _ in range(4):  # each statement has its time limit
            db.execute(text(f"insert into outbox (id, topic, payload) {many}"))

    with system_transaction(database.url("system")) as db:
        before = rows_read(db)
        assert sweeper.wake(db, 10) == 1
        assert rows_read(db) - before < 5000


def test_what_was_swept_stays_when_waking_fails(
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Start
) -> None:
    abandoned = queued_job(org_id)
    start(abandoned, 1)
    abandon(database)
    with tenant_transaction(org_id, database.url("owner")) as owner:
        owner.execute(text("revoke select on outbox from dreamseed_system"))

    with pytest.raises(ProgrammingError):
        sweep(database)

    assert requests(database, org_id)[-1] == {"job_id": str(abandoned), "attempt": 2}


def rows_read(db: Connection) -> int:
    """How many rows of the outbox this transaction has read so far."""
    statement = "select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'outbox'"
    return int(db.scalar(text(statement)) or 0)


def test_sweepers_at_the_same_time_ask_for_each_attempt_once(
    database: Database,
    org_id: UUID,
    queued_job: QueuedJob,
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "MAX_RUNNING_JOBS", 20)
    for _ in range(20):
        start(queued_job(org_id), 1)
    abandon(database)
    together = threading.Barrier(4)

    def run(number: int) -> int:
        together.wait(10)
        with system_transaction(f"{database.url('system')}&application_name=sweeper-{number}") as db:
            return sweeper.sweep(db, 7)[0]

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) <= 20
    while sweep(database)["restarted"]:
        pass

    seconds = [request["job_id"] for request in requests(database, org_id) if request["attempt"] == 2]
    assert len(seconds) == len(set(seconds)) == 20
