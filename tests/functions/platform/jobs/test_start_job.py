"""A requested job is started once an attempt, and no more of them at a time than an organisation may run."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from dreamseed.database.ids import new_id
from dreamseed.database.transaction import tenant_transaction
from dreamseed.errors import Unavailable
from dreamseed.function import Function
from dreamseed.message import Message
from dreamseed.needs import Needs, Queue
from dreamseed.platform import jobs
from dreamseed.platform.models import JobRequested
from dreamseed.platform.rules import MAX_RUNNING_JOBS
from dreamseed.platform.tables import job_events
from host.postgres import Database
from tests.functions.platform.conftest import WorkflowRecorder
from tests.functions.platform.jobs.stage import QueuedJob, Start, requests, status_of, writing


def test_a_requested_job_is_started_under_the_name_of_its_attempt(
    database: Database,
    org_id: UUID,
    queued_job: QueuedJob,
    start: Start,
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
    start: Start,
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
    start: Start,
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
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Start
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
    start: Start,
    workflow_recorder: WorkflowRecorder,
) -> None:
    job_id = queued_job(org_id)
    with writing(database, org_id) as db:
        jobs.cancel_job(db, job_id)

    start(job_id, 1)

    assert workflow_recorder.started == {}


def test_an_organisation_runs_so_many_jobs_at_a_time_and_the_most_important_is_asked_for_next(
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Start
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


def test_an_attempt_whose_result_nobody_awaits_is_followed_by_the_next_at_once(
    database: Database, org_id: UUID, queued_job: QueuedJob, start: Start
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
