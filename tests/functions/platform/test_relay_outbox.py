"""The relay as a whole: outbox → queues → inbox → complete, whatever fails in between."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import ProgrammingError

from dreamseed.database.transaction import system_transaction, tenant_transaction
from dreamseed.platform.inbox import first_delivery
from dreamseed.platform.outbox import publish
from dreamseed.platform.rules import MAX_MESSAGE_ATTEMPTS
from dreamseed.platform.tables import outbox
from functions.platform.relay_outbox import BATCH_SIZE, Tick, relay_outbox
from host.postgres import Database
from infra.resources import OUTBOX_AGE_FIELD
from tests.functions.platform.conftest import QueueRecorder

EXPOSURE, KNOWLEDGE = "exposure-counts", "knowledge-states"


@pytest.fixture
def database(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database of one's own, given to this process as the relay's."""
    monkeypatch.setenv("DREAMSEED_DATABASE_MAIN", fresh_database.url("system"))
    monkeypatch.setenv("DREAMSEED_TOPICS_ALL", json.dumps({"session.finished": [EXPOSURE, KNOWLEDGE]}))
    return fresh_database


@pytest.fixture
def relay(queue_recorder: QueueRecorder) -> Callable[..., dict[str, int]]:
    def run(*, republish: bool = False) -> dict[str, int]:
        outcome: dict[str, int] = relay_outbox.call(Tick(republish=republish), queue_recorder.queues_of(relay_outbox))
        return outcome

    return run


@pytest.fixture
def message_id(database: Database, org_id: UUID) -> UUID:
    with tenant_transaction(org_id, database.url("write")) as db:
        return publish(db, "session.finished", {"answers": 3})


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[logging.LogRecord]]:
    """What the relay logs."""
    records: list[logging.LogRecord] = []
    logger, handler = logging.getLogger("dreamseed.relay"), logging.Handler()
    monkeypatch.setattr(handler, "emit", records.append)
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield records
    logger.removeHandler(handler)
    logger.setLevel(level)


def acknowledge(database: Database, org_id: UUID, message_id: UUID) -> None:
    with tenant_transaction(org_id, database.url("write")) as db:
        for consumer in ("update_exposure_counts", "update_knowledge_states"):
            first_delivery(db, message_id, consumer)


def let_time_pass(database: Database) -> None:
    with system_transaction(database.url("system")) as db:
        db.execute(update(outbox).values(next_attempt_at=func.now() - timedelta(seconds=1)))


def test_an_event_reaches_every_queue_of_its_topic_with_its_tenant(
    org_id: UUID, message_id: UUID, relay: Callable[..., dict[str, int]], queue_recorder: QueueRecorder
) -> None:
    assert relay() == {"sent": 1, "completed": 0, "buried": 0}

    for queue in (EXPOSURE, KNOWLEDGE):
        (message,) = queue_recorder.messages(queue)
        assert (message.id, message.org_id, message.data) == (message_id, org_id, {"answers": 3})


def test_an_acknowledged_event_is_never_sent_again(
    database: Database, org_id: UUID, message_id: UUID, relay: Callable[..., dict[str, int]]
) -> None:
    relay()
    acknowledge(database, org_id, message_id)

    assert relay() == {"sent": 0, "completed": 1, "buried": 0}
    let_time_pass(database)
    assert relay(republish=True) == {"sent": 0, "completed": 0, "buried": 0}


@pytest.mark.usefixtures("message_id")
def test_an_event_that_the_queues_lost_is_sent_again_when_they_are_back(
    relay: Callable[..., dict[str, int]], queue_recorder: QueueRecorder
) -> None:
    relay()
    queue_recorder.bodies.clear()

    assert relay(republish=True)["sent"] == 1
    assert len(queue_recorder.messages(EXPOSURE)) == 1


@pytest.mark.usefixtures("message_id")
def test_an_event_waits_for_queues_that_are_down_for_however_long(
    database: Database, relay: Callable[..., dict[str, int]], queue_recorder: QueueRecorder
) -> None:
    queue_recorder.is_down = True
    for _ in range(2 * MAX_MESSAGE_ATTEMPTS):
        assert relay() == {"sent": 0, "completed": 0, "buried": 0}
        let_time_pass(database)

    queue_recorder.is_down = False

    assert relay()["sent"] == 1


@pytest.mark.usefixtures("message_id")
def test_an_event_that_nobody_handles_ends_as_a_dead_letter(
    database: Database, relay: Callable[..., dict[str, int]], queue_recorder: QueueRecorder
) -> None:
    outcomes = []
    for _ in range(MAX_MESSAGE_ATTEMPTS + 2):
        outcomes.append(relay())
        let_time_pass(database)

    assert sum(outcome["sent"] for outcome in outcomes) == MAX_MESSAGE_ATTEMPTS
    assert sum(outcome["buried"] for outcome in outcomes) == 1
    assert len(queue_recorder.messages(EXPOSURE)) == MAX_MESSAGE_ATTEMPTS


def test_more_events_than_fit_a_batch_are_sent_in_the_order_of_their_making(
    database: Database, org_id: UUID, relay: Callable[..., dict[str, int]], queue_recorder: QueueRecorder
) -> None:
    with tenant_transaction(org_id, database.url("write")) as db:
        sent = [publish(db, "session.finished", {}) for _ in range(2 * BATCH_SIZE + 1)]

    assert relay()["sent"] == 2 * BATCH_SIZE + 1
    assert [message.id for message in queue_recorder.messages(EXPOSURE)] == sent


def test_relays_at_the_same_time_send_each_event_once(
    database: Database, org_id: UUID, relay: Callable[..., dict[str, int]], queue_recorder: QueueRecorder
) -> None:
    with tenant_transaction(org_id, database.url("write")) as db:
        sent = {publish(db, "session.finished", {}) for _ in range(150)}
    together = threading.Barrier(3)

    def run(_: int) -> int:
        together.wait(10)
        return relay()["sent"]

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(run, range(3))) == 150
    ids = [message.id for message in queue_recorder.messages(EXPOSURE)]
    assert len(ids) == 150
    assert set(ids) == sent


def test_the_relay_works_however_many_events_are_open(
    database: Database,
    org_id: UUID,
    relay: Callable[..., dict[str, int]],
    queue_recorder: QueueRecorder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = 30_000
    with system_transaction(database.url("system")) as db:
        db.execute(
            text(
                "insert into outbox (org_id, id, topic, payload, attempts, published_at, next_attempt_at)"
                " select :org, gen_random_uuid(), 'session.finished', '{}', 1, now(), now() + interval '1 hour'"
                " from generate_series(1, :many)"
            ),
            {"org": org_id, "many": many},
        )
    monkeypatch.setattr("dreamseed.database.transaction.STATEMENT_TIMEOUT_MS", 1_000)

    outcome = relay(republish=True)

    assert outcome["sent"] > 0
    with system_transaction(database.url("system")) as db:
        is_due = outbox.c.next_attempt_at <= func.now()
        due = db.scalar(select(func.count()).select_from(outbox).where(is_due, outbox.c.published_at.is_(None)))
    assert outcome["sent"] + (due or 0) == many


def test_events_go_out_although_the_tidying_fails(
    database: Database,
    message_id: UUID,
    relay: Callable[..., dict[str, int]],
    queue_recorder: QueueRecorder,
) -> None:
    with psycopg.connect(database.conninfo(), autocommit=True) as administrator:
        administrator.execute("revoke select on inbox from dreamseed_system")

    with pytest.raises(ProgrammingError, match="permission denied"):
        relay()

    assert [message.id for message in queue_recorder.messages(EXPOSURE)] == [message_id]


@pytest.mark.usefixtures("message_id")
def test_the_relay_says_how_long_the_oldest_event_has_waited(
    database: Database,
    relay: Callable[..., dict[str, int]],
    queue_recorder: QueueRecorder,
    logged: list[logging.LogRecord],
) -> None:
    with system_transaction(database.url("system")) as db:
        db.execute(update(outbox).values(created_at=func.now() - timedelta(seconds=90)))

    queue_recorder.is_down = True
    relay()
    queue_recorder.is_down = False
    let_time_pass(database)
    relay()

    waiting, nothing_waiting = (vars(record)[OUTBOX_AGE_FIELD] for record in logged)
    assert 90 <= waiting < 120
    assert nothing_waiting == 0


def test_publishing_wakes_whoever_listens(database: Database, org_id: UUID) -> None:
    with psycopg.connect(database.conninfo("dreamseed_system"), autocommit=True) as listener:
        listener.execute("listen outbox")
        with tenant_transaction(org_id, database.url("write")) as db:
            publish(db, "session.finished", {})

        assert [notice.channel for notice in listener.notifies(timeout=5, stop_after=1)] == ["outbox"]


def test_the_handler_takes_the_schedules_event(database: Database, org_id: UUID) -> None:
    with tenant_transaction(org_id, database.url("write")) as db:
        publish(db, "nobody.cares", {})

    assert relay_outbox({"source": "aws.events", "detail": {}}, None) == {"sent": 1, "completed": 0, "buried": 0}
    with system_transaction(database.url("system")) as db:
        assert db.scalar(select(outbox.c.published_at)) is not None
