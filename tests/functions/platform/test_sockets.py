"""WebSocket connections: who is behind one, what they may listen to, and what they are sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from dreamseed.database.ids import new_id
from dreamseed.database.transaction import system_transaction, tenant_transaction
from dreamseed.message import Message
from dreamseed.platform import jobs
from dreamseed.platform import sockets as connection_rules
from dreamseed.platform.models import JobProgressed
from dreamseed.platform.tables import outbox, socket_connections, socket_subscriptions
from dreamseed.socket_event import SocketEvent
from functions.platform.close_socket import close_socket
from functions.platform.open_socket import open_socket
from functions.platform.push_job_events import push_job_events
from functions.platform.receive_socket_message import receive_socket_message
from tests.functions.platform.conftest import SocketRecorder
from tests.school import ADMIN, AUTHOR, FOREIGN_TEACHER, HILLSIDE, LEARNER, RIVERBANK, School

Send = Callable[..., Any]


@pytest.fixture
def connection_id() -> str:
    return uuid4().hex


@pytest.fixture(autouse=True)
def system_database(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DREAMSEED_DATABASE_MAIN", school.database.url("system"))


@pytest.fixture
def job_id(school: School) -> Iterator[UUID]:
    """A running job of the author at Hillside; it makes room for others afterwards."""
    author = UUID(school.call("GET", "/api/v1/me", by=AUTHOR).json["id"])
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        made = jobs.create_job(db, "simulate_design", {}, created_by=author)
        jobs.start_attempt(db, made, 1)
    yield made
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        jobs.fail_job(db, made, {"code": "over"})


@pytest.fixture
def send(school: School, connection_id: str, socket_recorder: SocketRecorder, monkeypatch: pytest.MonkeyPatch) -> Send:
    """Sends a message over the connection and returns the reply."""

    def over(message: Any) -> Any:
        monkeypatch.setenv("DREAMSEED_DATABASE_MAIN", school.database.url("system"))
        body = message if isinstance(message, str) else json.dumps(message)
        event = SocketEvent(connection_id, "$default", {}, body)
        receive_socket_message.call(event, socket_recorder.sockets_of(receive_socket_message))
        to, reply = socket_recorder.posted.pop()
        assert to == connection_id
        return reply

    return over


def push(school: School, socket_recorder: SocketRecorder, job_id: UUID, seq: int) -> list[tuple[str, dict[str, Any]]]:
    """Delivers `job.progressed`; returns what was posted."""
    sockets = socket_recorder.sockets_of(push_job_events)
    message = Message(new_id(), "job.progressed", HILLSIDE.id, datetime.now(UTC), {})
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DREAMSEED_DATABASE_MAIN", school.database.url("write"))
        push_job_events.call(JobProgressed(job_id=job_id, seq=seq), message, sockets)
    posted, socket_recorder.posted = socket_recorder.posted, []
    return posted


def connections(school: School, connection_id: str) -> list[UUID]:
    """The organisations in which the connection is known."""
    with system_transaction(school.database.url("system")) as db:
        where = socket_connections.c.connection_id == connection_id
        return list(db.scalars(select(socket_connections.c.org_id).where(where)))


def test_a_token_in_the_address_signs_the_connection_in(school: School, connection_id: str, send: Send) -> None:
    token = school.token(AUTHOR)
    event = {
        "requestContext": {"connectionId": connection_id, "routeKey": "$connect"},
        "queryStringParameters": {"access_token": token},
    }
    school.api._give_database(open_socket)

    assert open_socket(event, None) == {"statusCode": 200}

    assert connections(school, connection_id) == [HILLSIDE.id]


def test_a_token_that_does_not_hold_closes_the_connection(school: School, connection_id: str) -> None:
    event = {
        "requestContext": {"connectionId": connection_id, "routeKey": "$connect"},
        "queryStringParameters": {"access_token": "forged"},
    }

    assert open_socket(event, None) == {"statusCode": 401}

    assert connections(school, connection_id) == []


def test_a_connection_ends_with_its_sign_in(school: School, connection_id: str, job_id: UUID, send: Send) -> None:
    token = school.sign_in(AUTHOR)["access_token"]
    send({"action": "authenticate", "access_token": token})
    send({"action": "subscribe", "job_id": str(job_id)})
    assert connections(school, connection_id) == [HILLSIDE.id]

    others = school.api.call("DELETE", "/api/v1/me/sessions", token=school.sign_in(AUTHOR)["access_token"])

    assert others.status == 204
    assert connections(school, connection_id) == []
    assert send({"action": "subscribe", "job_id": str(job_id)})["code"] == "socket_not_authenticated"


def test_who_may_read_jobs_listens_to_no_work_that_they_may_not_ask_for(school: School, send: Send) -> None:
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        erasure = jobs.create_job(db, "erase_subject", {})
    send({"action": "authenticate", "access_token": school.token(AUTHOR)})

    assert send({"action": "subscribe", "job_id": str(erasure)})["code"] == "job_not_found"

    send({"action": "authenticate", "access_token": school.token(ADMIN)})
    assert send({"action": "subscribe", "job_id": str(erasure)})["type"] == "subscribed"


def test_a_connection_may_sign_in_by_its_first_message(school: School, connection_id: str, send: Send) -> None:
    open_socket.call(SocketEvent(connection_id, "$connect", {}, ""))
    assert connections(school, connection_id) == []

    assert send({"action": "authenticate", "access_token": school.token(AUTHOR)}) == {"type": "authenticated"}

    assert connections(school, connection_id) == [HILLSIDE.id]


def test_signing_in_again_as_somebody_else_leaves_nothing_of_the_first(
    school: School, connection_id: str, send: Send, job_id: UUID
) -> None:
    send({"action": "authenticate", "access_token": school.token(AUTHOR)})
    send({"action": "subscribe", "job_id": str(job_id)})

    send({"action": "authenticate", "access_token": school.token(FOREIGN_TEACHER)})

    assert connections(school, connection_id) == [RIVERBANK.id]
    with system_transaction(school.database.url("system")) as db:
        where = socket_subscriptions.c.connection_id == connection_id
        assert db.scalar(select(func.count()).select_from(socket_subscriptions).where(where)) == 0


def test_a_listener_is_sent_the_jobs_events(
    school: School, connection_id: str, send: Send, job_id: UUID, socket_recorder: SocketRecorder
) -> None:
    send({"action": "authenticate", "access_token": school.token(AUTHOR)})
    assert send({"action": "subscribe", "job_id": str(job_id)}) == {"type": "subscribed", "job_id": str(job_id)}
    send({"action": "subscribe", "job_id": str(job_id)})

    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        seq = jobs.record_progress(db, job_id, "simulate", 0.5, "θ = 1")
        told = db.scalars(select(outbox.c.payload).where(outbox.c.topic == "job.progressed")).all()

    assert told == [{"job_id": str(job_id), "seq": seq}]
    ((to, event),) = push(school, socket_recorder, job_id, seq)
    assert to == connection_id
    assert event | {"at": ""} == {
        "type": "job_event",
        "job_id": str(job_id),
        "seq": seq,
        "stage": "simulate",
        "fraction": 0.5,
        "message": "θ = 1",
        "at": "",
    }


def test_a_listener_that_cannot_be_reached_keeps_nobody_from_the_event(
    school: School, connection_id: str, send: Send, job_id: UUID, socket_recorder: SocketRecorder
) -> None:
    send({"action": "authenticate", "access_token": school.token(AUTHOR)})
    send({"action": "subscribe", "job_id": str(job_id)})
    other_id = f"{connection_id}-2"
    with system_transaction(school.database.url("system")) as db:
        caller = connection_rules._caller(db, connection_id)
        connection_rules.authenticate(db, other_id, caller)
        connection_rules.subscribe(db, other_id, job_id)
    socket_recorder.unreachable.add(connection_id)

    posted = push(school, socket_recorder, job_id, 1)

    assert [to for to, _ in posted] == [other_id]
    assert connections(school, connection_id) == [HILLSIDE.id], "it is not known to be gone"


def test_no_event_falls_between_a_subscription_and_the_list_that_is_read_next(
    school: School, connection_id: str, send: Send, job_id: UUID
) -> None:
    send({"action": "authenticate", "access_token": school.token(AUTHOR)})
    with ThreadPoolExecutor() as pool:
        with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
            seq = jobs.record_progress(db, job_id, "simulate", 0.5)
            subscribing = pool.submit(send, {"action": "subscribe", "job_id": str(job_id)})
            with pytest.raises(TimeoutError):
                subscribing.result(0.5)

        assert subscribing.result(10)["type"] == "subscribed"

    listed = school.call("GET", f"/api/v1/jobs/{job_id}/events", by=AUTHOR).json["items"]
    assert [event["seq"] for event in listed][-1] == seq


def test_nothing_is_published_for_a_job_that_nobody_listens_to(school: School, job_id: UUID) -> None:
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        before = db.scalar(select(func.count()).select_from(outbox))
        jobs.record_progress(db, job_id, "simulate", 0.5)

        assert db.scalar(select(func.count()).select_from(outbox)) == before


@pytest.mark.parametrize("stranger", [LEARNER, FOREIGN_TEACHER])
def test_nobody_listens_to_a_job_that_they_may_not_read(
    stranger: str, school: School, connection_id: str, send: Send, job_id: UUID, socket_recorder: SocketRecorder
) -> None:
    send({"action": "authenticate", "access_token": school.token(stranger)})

    reply = send({"action": "subscribe", "job_id": str(job_id)})

    assert (reply["type"], reply["code"]) == ("error", "job_not_found")
    assert push(school, socket_recorder, job_id, 1) == []


def test_a_connection_must_sign_in_before_it_listens(send: Send, job_id: UUID) -> None:
    assert send({"action": "subscribe", "job_id": str(job_id)})["code"] == "socket_not_authenticated"
    assert send({"action": "authenticate", "access_token": "forged"})["type"] == "error"


def test_a_sign_in_does_not_outlast_the_connection(
    school: School, connection_id: str, send: Send, job_id: UUID
) -> None:
    send({"action": "authenticate", "access_token": school.token(AUTHOR)})
    with system_transaction(school.database.url("system")) as db:
        db.execute(update(socket_connections).values(expires_at=func.now()))

    assert send({"action": "subscribe", "job_id": str(job_id)})["code"] == "socket_not_authenticated"


@pytest.mark.parametrize(
    "nonsense",
    ["", "{", "[]", '"a"', {"action": "shout"}, {"action": "subscribe"}, {"action": "subscribe", "job_id": 1}],
)
def test_nonsense_gets_an_answer_and_changes_nothing(nonsense: Any, send: Send) -> None:
    assert send(nonsense)["code"] == "invalid_request"


def test_a_connection_that_is_gone_is_forgotten(
    school: School, connection_id: str, send: Send, job_id: UUID, socket_recorder: SocketRecorder
) -> None:
    send({"action": "authenticate", "access_token": school.token(AUTHOR)})
    send({"action": "subscribe", "job_id": str(job_id)})
    socket_recorder.gone.add(connection_id)

    assert push(school, socket_recorder, job_id, 1) == []

    assert connections(school, connection_id) == []


def test_a_closed_connection_is_forgotten(school: School, connection_id: str, send: Send) -> None:
    send({"action": "authenticate", "access_token": school.token(AUTHOR)})

    close_socket({"requestContext": {"connectionId": connection_id, "routeKey": "$disconnect"}}, None)
    close_socket({"requestContext": {"connectionId": connection_id, "routeKey": "$disconnect"}}, None)

    assert connections(school, connection_id) == []
