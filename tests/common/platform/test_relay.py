"""The relay against a real PostgreSQL: nothing is lost, nothing is stuck, and two relays share the work."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select, update

from dreamseed.database.ids import new_id
from dreamseed.database.transaction import in_tenant, system_transaction, tenant_transaction
from dreamseed.message import Message
from dreamseed.platform import relay
from dreamseed.platform.inbox import first_delivery
from dreamseed.platform.outbox import publish
from dreamseed.platform.rules import MAX_MESSAGE_ATTEMPTS
from dreamseed.platform.tables import outbox
from dreamseed.ports.refusal import Refusal
from host.postgres import Database
from tests.conftest import create_organisation

CONSUMERS = {"session.finished": 2}


@pytest.fixture
def database(fresh_database: Database) -> Database:
    """The relay sees every organisation's messages, so each test has a database of its own."""
    return fresh_database


@pytest.fixture
def url(database: Database) -> str:
    return database.url("system")


@pytest.fixture
def published(database: Database, org_id: UUID) -> UUID:
    """A message that waits in the outbox."""
    with tenant_transaction(org_id, database.url("write")) as db:
        return publish(db, "session.finished", {"session_id": "x"})


def claimed(url: str, limit: int = 100) -> list[Message]:
    with system_transaction(url) as db:
        return relay.claim(db, limit)


def confirmed(url: str, messages: list[Message], refused: dict[UUID, Refusal] | None = None) -> None:
    with system_transaction(url) as db:
        relay.confirm(db, messages, refused or {})


def let_time_pass(url: str, by: timedelta = timedelta(hours=2)) -> None:
    with system_transaction(url) as db:
        db.execute(update(outbox).values(next_attempt_at=outbox.c.next_attempt_at - by))


def test_a_message_carries_its_organisation_topic_and_data(url: str, org_id: UUID, published: UUID) -> None:
    (message,) = claimed(url)

    assert (message.id, message.org_id, message.topic) == (published, org_id, "session.finished")
    assert message.data == {"session_id": "x"}


def test_a_transaction_that_rolls_back_publishes_nothing(database: Database, url: str, org_id: UUID) -> None:
    def fail_after_publishing(db: Connection) -> None:
        publish(db, "session.finished", {})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        in_tenant(org_id, fail_after_publishing, database.url("write"))

    assert claimed(url) == []


@pytest.mark.usefixtures("published")
def test_a_claimed_message_is_not_due_again_until_its_consumers_had_time(url: str) -> None:
    confirmed(url, claimed(url))

    assert claimed(url) == []
    let_time_pass(url)
    assert len(claimed(url)) == 1


def test_a_message_is_complete_once_every_consumer_has_acknowledged(
    database: Database, url: str, org_id: UUID, published: UUID
) -> None:
    confirmed(url, claimed(url))

    def acknowledge(consumer: str) -> int:
        with tenant_transaction(org_id, database.url("write")) as db:
            assert first_delivery(db, published, consumer)
        with system_transaction(url) as db:
            return relay.complete(db, CONSUMERS, 10).marked

    assert [acknowledge("update_exposure"), acknowledge("update_knowledge")] == [0, 1]
    let_time_pass(url)
    assert claimed(url) == []


@pytest.mark.usefixtures("published")
def test_a_message_that_nobody_consumes_is_complete_when_published(url: str) -> None:
    confirmed(url, claimed(url))

    with system_transaction(url) as db:
        assert relay.complete(db, {}, 10) == (1, None)


@pytest.mark.usefixtures("published")
def test_after_the_queues_forgot_everything_it_is_sent_again_at_no_cost_of_attempts(url: str) -> None:
    confirmed(url, claimed(url))

    with system_transaction(url) as db:
        assert relay.make_all_due(db, 10) == 1
        assert relay.make_all_due(db, 10) == 0
    assert len(claimed(url)) == 1
    with system_transaction(url) as db:
        assert db.scalar(select(outbox.c.attempts)) == 1


def test_a_queue_that_is_down_costs_no_attempt_and_is_tried_again_soon(url: str, published: UUID) -> None:
    confirmed(url, claimed(url), {published: Refusal("connection refused")})

    with system_transaction(url) as db:
        assert db.execute(select(outbox.c.attempts, outbox.c.published_at, outbox.c.last_error)).one() == (
            0,
            None,
            "connection refused",
        )
    let_time_pass(url, relay.UNSENT_PAUSE)
    assert len(claimed(url)) == 1


def test_a_message_that_is_refused_for_good_dies_in_the_end(url: str, published: UUID) -> None:
    for _ in range(MAX_MESSAGE_ATTEMPTS):
        confirmed(url, claimed(url), {published: Refusal("too large", is_final=True)})
        let_time_pass(url)

    with system_transaction(url) as db:
        assert relay.bury(db, 10) == 1
        assert db.execute(select(outbox.c.published_at, outbox.c.last_error)).one() == (None, "too large")


def test_open_messages_are_looked_at_so_many_at_a_time_the_next_to_be_sent_first(
    database: Database, url: str, org_id: UUID
) -> None:
    with tenant_transaction(org_id, database.url("write")) as db:
        sent = [publish(db, "nobody.cares", {}) for _ in range(5)]
    confirmed(url, claimed(url))

    counts, position = [], None
    with system_transaction(url) as db:
        for _ in range(3):
            count, position = relay.complete(db, {}, 2, position)
            counts.append((count, position.id if position else None))

    assert counts == [(2, sent[1]), (2, sent[3]), (1, None)]


@pytest.mark.usefixtures("published")
def test_a_message_that_is_never_acknowledged_becomes_a_dead_letter(url: str) -> None:
    for _ in range(MAX_MESSAGE_ATTEMPTS):
        confirmed(url, claimed(url))
        let_time_pass(url)

    with system_transaction(url) as db:
        assert relay.bury(db, 10) == 1
        assert db.scalar(select(outbox.c.attempts)) == MAX_MESSAGE_ATTEMPTS
    assert claimed(url) == []


@pytest.mark.usefixtures("published")
def test_a_message_with_attempts_left_is_not_buried(url: str) -> None:
    for _ in range(MAX_MESSAGE_ATTEMPTS - 1):
        confirmed(url, claimed(url))
        let_time_pass(url)

    with system_transaction(url) as db:
        assert relay.bury(db, 10) == 0
    assert len(claimed(url)) == 1


def test_relays_at_the_same_time_share_the_messages_of_all_organisations(database: Database, url: str) -> None:
    for _ in range(2):
        with tenant_transaction(create_organisation(database), database.url("write")) as db:
            for _ in range(50):
                publish(db, "session.finished", {})
    together = threading.Barrier(4)

    def run(number: int) -> list[UUID]:
        together.wait(10)
        taken: list[UUID] = []
        while batch := claimed(f"{url}&application_name=relay-{number}", limit=7):
            taken += [message.id for message in batch]
        return taken

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(run, range(4)))

    everything = [message_id for share in shares for message_id in share]
    assert len(everything) == len(set(everything)) == 100


def test_two_deliveries_at_the_same_time_count_once(database: Database, org_id: UUID) -> None:
    message_id = new_id()
    together = threading.Barrier(6)

    def deliver(number: int) -> bool:
        together.wait(10)
        with tenant_transaction(org_id, f"{database.url('write')}&application_name=consumer-{number}") as db:
            first = first_delivery(db, message_id, "update_exposure")
            db.execute(select(func.pg_sleep(0.05)))
            return first

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(deliver, range(6))) == [False] * 5 + [True]


def test_a_delivery_whose_work_failed_may_come_again(database: Database, org_id: UUID) -> None:
    message_id = new_id()

    def fail_after_delivery(db: Connection) -> None:
        assert first_delivery(db, message_id, "update_exposure")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        in_tenant(org_id, fail_after_delivery, database.url("write"))

    with tenant_transaction(org_id, database.url("write")) as db:
        assert first_delivery(db, message_id, "update_exposure")
