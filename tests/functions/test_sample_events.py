"""Every function has a sample event, and its handler understands it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from moto import mock_aws
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from dreamseed.audit.entries import Entry, append
from dreamseed.catalogue import ROOT, load_catalogue
from dreamseed.collaborators import Parameters
from dreamseed.database.transaction import tenant_transaction
from dreamseed.function import Function
from dreamseed.needs import PUBLIC, Deployment, Http, Job, Queue, Schedule, Socket, Step
from dreamseed.platform.rules import WORKFLOWS
from dreamseed.platform.tables import jobs
from dreamseed.triggers.step import StepCall, read_input
from tests.api import invoke
from tests.school import ADMIN, HILLSIDE, School

CATALOGUE = load_catalogue()
NOT_UNDERSTOOD = {400, 405, 413, 422, 500}


def sample(function: Function) -> dict[str, Any]:
    """The function's sample event."""
    event: dict[str, Any] = json.loads((ROOT / "events" / function.area / f"{function.name}.json").read_text())
    return event


def on(*triggers: type) -> Any:
    """Parametrises a test over the functions with one of these triggers."""
    chosen = [function for function in CATALOGUE if isinstance(function.needs.trigger, triggers)]
    return pytest.mark.parametrize("function", chosen, ids=lambda function: function.name)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS of moto's in this process, in which nothing has been created yet."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("DREAMSEED_TOPICS_ALL", "{}")
    monkeypatch.setenv("DREAMSEED_SOCKETS_MAIN", "https://api.execute-api.eu-central-1.amazonaws.com/production")
    for name in WORKFLOWS:
        monkeypatch.setenv(
            f"DREAMSEED_WORKFLOW_{name.upper()}", "arn:aws:states:eu-central-1:000000000000:stateMachine:s"
        )
    with mock_aws():
        yield


def test_there_is_a_sample_for_each_function_and_none_besides() -> None:
    wanted = {f"{function.area}/{function.name}.json" for function in CATALOGUE}

    present = {path.relative_to(ROOT / "events").as_posix() for path in (ROOT / "events").rglob("*.json")}

    assert present == wanted


@on(Http)
def test_an_http_sample_is_understood(function: Function, school: School) -> None:
    school.list_providers({"github": {"client_id": "dreamseed"}})
    event = sample(function)
    trigger = function.needs.trigger
    if isinstance(trigger, Http) and trigger.permission != PUBLIC:
        event["headers"]["authorization"] = f"Bearer {school.token(ADMIN)}"
    school.api._give_database(function)

    reply = invoke(function, event)

    assert reply["statusCode"] not in NOT_UNDERSTOOD, reply["body"]


@on(Queue)
@pytest.mark.usefixtures("cloud")
def test_a_queue_sample_is_handled_and_a_second_delivery_too(function: Function, school: School) -> None:
    ensure_job(school, sample(function))
    ensure_audit_entry(school, sample(function))
    school.api._give_database(function)

    first, second = function(sample(function), None), function(sample(function), None)

    assert first == second == {"batchItemFailures": []}


@on(Queue)
def test_a_poisoned_message_fails_alone(function: Function, school: School) -> None:
    event = sample(function)
    poison = {**event["Records"][0], "messageId": "poison", "body": '{"not": "ours"}'}
    ensure_audit_entry(school, event)
    school.api._give_database(function)

    reply = function({"Records": [poison]}, None)

    assert reply == {"batchItemFailures": [{"itemIdentifier": "poison"}]}


@on(Deployment)
def test_a_deployment_sample_is_handled(function: Function, school: School) -> None:
    school.api._give_database(function)

    assert function(sample(function), None)


@on(Schedule)
@pytest.mark.usefixtures("cloud")
def test_a_scheduled_sample_is_handled(function: Function, school: School) -> None:
    school.api._give_database(function)

    function(sample(function), None)


@on(Step, Job)
def test_a_step_sample_has_the_input_that_the_step_takes(function: Function) -> None:
    call = StepCall.of(sample(function))

    for parameter in Parameters.of(function.call).inputs.values():
        read_input(parameter.annotation, call.input)


@on(Socket)
@pytest.mark.usefixtures("cloud")
def test_a_socket_sample_is_understood(function: Function, school: School) -> None:
    school.api._give_database(function)

    assert function(sample(function), None) == {"statusCode": 200}


def ensure_job(school: School, event: dict[str, Any]) -> None:
    """The job that a sample speaks of, finished, so that nothing is started."""
    data = json.loads(event["Records"][0]["body"])["data"]
    if "job_id" not in data:
        return
    row = {"id": UUID(data["job_id"]), "kind": "simulate_design", "input": {}, "status": "succeeded", "attempts": 1}
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        db.execute(insert(jobs).values(**row, finished_at=func.now()).on_conflict_do_nothing())


def ensure_audit_entry(school: School, event: dict[str, Any]) -> None:
    """The entry that a sample speaks of, at its time."""
    message = json.loads(event["Records"][0]["body"])
    if message["type"] != "audit_log.appended":
        return
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        append(db, Entry("sign_in"))
    with psycopg.connect(school.database.conninfo()) as connection:
        move = "update audit_logs set at = %s where org_id = %s and seq = %s"
        connection.execute(move, [message["data"]["at"], HILLSIDE.id, message["data"]["seq"]])
