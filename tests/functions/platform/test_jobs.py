"""A job's life: requested, started, swept, stopped, failed; and what its people see of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select, text, update

from dreamseed.database.ids import new_id
from dreamseed.database.transaction import system_transaction, tenant_transaction
from dreamseed.errors import DreamSeedError, JobCancelled, Unavailable
from dreamseed.function import Function
from dreamseed.message import Message
from dreamseed.needs import Needs, Queue
from dreamseed.platform import jobs, sweeper
from dreamseed.platform.models import JobCancelled as Cancelled
from dreamseed.platform.models import JobRequested
from dreamseed.platform.rules import MAX_JOB_ATTEMPTS, MAX_RUNNING_JOBS
from dreamseed.platform.submissions import Submission
from dreamseed.platform.tables import job_events, outbox
from dreamseed.platform.tables import jobs as job_table
from functions.platform.fail_job import fail_job
from functions.platform.start_job import start_job
from functions.platform.stop_job import stop_job
from functions.platform.sweep_jobs import Sweep, sweep_jobs
from host.postgres import Database
from tests.functions.platform.conftest import BatchRecorder, WorkflowRecorder

QueuedJob = Callable[[UUID], UUID]


@pytest.fixture
def database(fresh_database: Database) -> Database:
    """The sweeper sees every organisation's jobs, so each test has a database of its own."""
    return fresh_database


@pytest.fixture
def start(
    database: Database, org_id: UUID, workflow_recorder: WorkflowRecorder, monkeypatch: pytest.MonkeyPatch
) -> Callable[[UUID, int], None]:
    """Delivers `job.requested`."""

    def deliver(job_id: UUID, attempt: int) -> None:
        monkeypatch.setenv("DREAMSEED_DATABASE_MAIN", database.url("write"))
        message = Message(new_id(), "job.requested", org_id, datetime.now(UTC), {})
        request = JobRequested(job_id=job_id, attempt=attempt)
        start_job.call(request, message, workflow_recorder.workflows_of(start_job))

    return deliver


@contextmanager
def writing(database: Database, org_id: UUID) -> Iterator[Connection]:
    with tenant_transaction(org_id, database.url("write")) as db:
        yield db


def status_of(database: Database, org_id: UUID, job_id: UUID) -> str:
    with writing(database, org_id) as db:
        return jobs.read_status(db, job_id)


def requests(database: Database, org_id: UUID) -> list[dict[str, Any]]:
    with writing(database, org_id) as db:
        statement = select(outbox.c.payload).where(outbox.c.topic == "job.requested").order_by(outbox.c.id)
        return list(db.scalars(statement))


def abandon(database: Database) -> None:
    """Let every lease run out."""
    with system_transaction(database.url("system")) as db:
        running = job_table.c.status == "running"
        db.execute(update(job_table).where(running).values(lease_expires_at=func.now() - timedelta(seconds=1)))


def sweep(database: Database, *, workflows_are_gone: bool = False) -> dict[str, int]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DREAMSEED_DATABASE_MAIN", database.url("system"))
        outcome: dict[str, int] = sweep_jobs.call(Sweep(workflows_are_gone=workflows_are_gone))
    return outcome


def test_a_requested_job_is_started_under_the_name_of_its_attempt(
    database: Database,
    org_id: UUID,
    queued_job: QueuedJob,
    start: Callable[[UUID, int], None],
    workflow_recorder: WorkflowRecorder,
) -> None:
    job_id = queued_job(org_id)

    start(job_id, 1)
    start(job_id, 1)

    ((name, given),) = workflow_recorder.started.items()
    assert name == f"{job_id}-1"
    assert json.loads(given) == {"org_id": str(org_id), "job_id": str(job_id), "attempt": 1}
    assert status_of(database, org_id, job_id) == "running"


def test_the_first_step_finds_its_attempt_entered_however_soon_it_begins(
    database: Database,
    org_id: UUID,
    queued_job: QueuedJob,
    start: Callable[[UUID, int], None],
    workflow_recorder: WorkflowRecorder,
) -> None:
    def step(given: dict[str, Any]) -> None:
        with tenant_transaction(org_id, f"{database.url('write')}&application_name=step") as db:
            jobs.record_progress(db, UUID(given["job_id"]), "prepared", 0.02, attempt=given["attempt"])

    workflow_recorder.on_start = step

    start(queued_job(org_id), 1)

    with writing(database, org_id) as db:
        assert db.scalars(select(job_events.c.stage).order_by(job_events.c.seq)).all() == ["started", "prepared"]


def test_a_start_that_the_workflows_refused_is_made_up_for_by_the_next_delivery(
    database: Database,
    org_id: UUID,
    queued_job: QueuedJob,
    start: Callable[[UUID, int], None],
    workflow_recorder: WorkflowRecorder,
) -> None:
    def refuse(given: dict[str, Any]) -> None:
        raise Unavailable("the workflows do not answer")

    job_id = queued_job(org_id)
    workflow_recorder.on_start = refuse
    with pytest.raises(Unavailable):
        start(job_id, 1)

    workflow_recorder.on_start = lambda given: None
    start(job_id, 1)

    assert list(workflow_recorder.started) == [f"{job_id}-1"]


def test_a_message_is_noted_after_the_work_of_a_function_without_a_transaction(
    database: Database,
    org_id: UUID,
    queued_job: QueuedJob,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DREAMSEED_DATABASE_MAIN", database.url("write"))
    delivered: list[UUID] = []

    def start_later(request: JobRequested) -> None:
        delivered.append(request.job_id)
        if len(delivered) == 1:
            raise Unavailable("not now")

    consumer = Function(start_later, Needs(Queue("starts", topic="job.requested")))
    data = {"job_id": str(queued_job(org_id)), "attempt": 1}
    body = Message(new_id(), "job.requested", org_id, datetime.now(UTC), data).to_json()

    replies = [consumer({"Records": [{"messageId": "m", "body": body}]}, None) for _ in range(3)]

    assert [len(reply["batchItemFailures"]) for reply in replies] == [1, 0, 0]
    assert len(delivered) == 2


def test_a_report_that_comes_before_its_attempt_is_worth_another_try(
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Callable[[UUID, int], None]
) -> None:
    job_id = queued_job(org_id)

    with writing(database, org_id) as db:
        for attempt in (None, 1):
            with pytest.raises(Unavailable):
                jobs.record_progress(db, job_id, "prepared", 0.02, attempt=attempt)
    start(job_id, 1)
    with writing(database, org_id) as db, pytest.raises(Unavailable) as refused:
        jobs.record_progress(db, job_id, "prepared", 0.02, attempt=2)

    assert refused.value.code == "job_not_begun"


def test_a_job_that_was_cancelled_before_it_started_is_not_started(
    database: Database,
    org_id: UUID,
    queued_job: QueuedJob,
    start: Callable[[UUID, int], None],
    workflow_recorder: WorkflowRecorder,
) -> None:
    job_id = queued_job(org_id)
    with writing(database, org_id) as db:
        jobs.cancel_job(db, job_id)

    start(job_id, 1)

    assert workflow_recorder.started == {}


def test_an_abandoned_job_is_started_again_and_its_old_execution_stopped(
    database: Database,
    org_id: UUID,
    queued_job: QueuedJob,
    start: Callable[[UUID, int], None],
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
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Callable[[UUID, int], None]
) -> None:
    job_id = queued_job(org_id)
    start(job_id, 1)

    assert sweep(database)["restarted"] == 0
    assert sweep(database, workflows_are_gone=True)["restarted"] == 1
    assert requests(database, org_id)[-1] == {"job_id": str(job_id), "attempt": 2}


def test_an_organisation_runs_so_many_jobs_at_a_time_and_the_most_important_is_asked_for_next(
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Callable[[UUID, int], None]
) -> None:
    running = [queued_job(org_id) for _ in range(MAX_RUNNING_JOBS)]
    for job_id in running:
        start(job_id, 1)
    with writing(database, org_id) as db:
        usual, urgent = (jobs.create_job(db, "simulate_design", {}, priority=priority) for priority in (0, 5))

    start(usual, 1)
    assert status_of(database, org_id, usual) == "queued"

    with writing(database, org_id) as db:
        jobs.finish_job(db, running[0], {})
    assert [request["job_id"] for request in requests(database, org_id)[-2:]] == [str(urgent), str(usual)]
    start(urgent, 1)
    start(usual, 1)

    assert status_of(database, org_id, urgent) == "running"
    assert status_of(database, org_id, usual) == "queued"


def test_starts_at_the_same_time_do_not_exceed_what_an_organisation_may_run(
    database: Database, org_id: UUID, queued_job: QueuedJob
) -> None:
    waiting = [queued_job(org_id) for _ in range(2 * MAX_RUNNING_JOBS)]
    together = threading.Barrier(len(waiting))

    def run(job_id: UUID) -> bool:
        together.wait(10)
        with tenant_transaction(org_id, f"{database.url('write')}&application_name={job_id}") as db:
            return jobs.start_attempt(db, job_id, 1) is not None

    with ThreadPoolExecutor(len(waiting)) as pool:
        assert sum(pool.map(run, waiting)) == MAX_RUNNING_JOBS


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


def test_waiting_jobs_are_found_among_many_events_and_a_failure_there_keeps_what_was_swept(
    database: Database,
    org_id: UUID,
    queued_job: QueuedJob,
    start: Callable[[UUID, int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    abandoned = queued_job(org_id)
    start(abandoned, 1)
    abandon(database)
    for _ in range(20):
        queued_job(org_id)
    with writing(database, org_id) as db:
        db.execute(update(outbox).values(completed_at=func.now()))
        many = "select gen_random_uuid(), 'session.finished', '{}' from generate_series(1, 5000)"
        for _ in range(12):  # each statement has its time limit
            db.execute(text(f"insert into outbox (id, topic, payload) {many}"))
    monkeypatch.setattr("dreamseed.database.transaction.STATEMENT_TIMEOUT_MS", 400)

    outcome = sweep(database)

    assert outcome == {"restarted": 1, "given_up": 0, "woken": 0}, "a request of the swept job is under way"
    with system_transaction(database.url("system")) as db:
        db.execute(update(outbox).where(outbox.c.topic == "job.requested").values(completed_at=func.now()))
    assert sweep(database)["woken"] == 1


def test_a_job_that_reports_keeps_its_lease(
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Callable[[UUID, int], None]
) -> None:
    job_id = queued_job(org_id)
    start(job_id, 1)
    for report in (lambda db: jobs.extend_lease(db, job_id, 1), lambda db: jobs.record_progress(db, job_id, "x", None)):
        abandon(database)
        with writing(database, org_id) as db:
            report(db)

        assert sweep(database) == {"restarted": 0, "given_up": 0, "woken": 0}


def test_an_overtaken_or_cancelled_attempt_cannot_keep_its_lease(
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Callable[[UUID, int], None]
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
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Callable[[UUID, int], None]
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
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Callable[[UUID, int], None]
) -> None:
    job_id = queued_job(org_id)

    for attempt in range(1, 3 * MAX_JOB_ATTEMPTS):
        start(job_id, attempt)
        with writing(database, org_id) as db:
            jobs.record_progress(db, job_id, "simulate", attempt / 100, attempt=attempt)
        abandon(database)
        assert sweep(database)["restarted"] == 1


def test_reports_without_progress_do_not_save_a_job(
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Callable[[UUID, int], None]
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
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Callable[[UUID, int], None]
) -> None:
    job_id = queued_job(org_id)

    for attempt in range(1, 3 * MAX_JOB_ATTEMPTS):
        start(job_id, attempt)
        assert sweep(database, workflows_are_gone=True)["restarted"] == 1


def test_an_attempt_whose_result_nobody_awaits_is_followed_by_the_next_at_once(
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Callable[[UUID, int], None]
) -> None:
    job_id = queued_job(org_id)
    start(job_id, 1)

    with writing(database, org_id) as db:
        jobs.request_next_attempt(db, job_id, 1)
    assert requests(database, org_id)[-1] == {"job_id": str(job_id), "attempt": 2}
    start(job_id, 2)
    before = len(requests(database, org_id))
    with writing(database, org_id) as db:
        jobs.request_next_attempt(db, job_id, 1)

    assert len(requests(database, org_id)) == before, "an overtaken attempt has nothing to say"


def test_sweepers_at_the_same_time_ask_for_each_attempt_once(
    database: Database,
    org_id: UUID,
    queued_job: QueuedJob,
    start: Callable[[UUID, int], None],
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


def test_a_cancelled_jobs_execution_is_stopped_and_its_batch_job_even_if_it_still_waits(
    database: Database,
    org_id: UUID,
    queued_job: QueuedJob,
    start: Callable[[UUID, int], None],
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
    start: Callable[[UUID, int], None],
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
    start: Callable[[UUID, int], None],
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


@pytest.mark.parametrize("repetition", range(5))
def test_of_a_cancel_and_a_finish_at_the_same_time_one_wins(
    repetition: int, database: Database, org_id: UUID, queued_job: QueuedJob, start: Callable[[UUID, int], None]
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
