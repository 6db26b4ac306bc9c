"""Tenant transactions on a real PostgreSQL: what they show, what they leave behind, and how they survive a break."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Connection, exc, func, insert, select, text, update

from dreamseed.database import engine as engines
from dreamseed.database import transaction
from dreamseed.database.engine import driver_of, link
from dreamseed.database.transaction import in_system, in_tenant, system_transaction, tenant_transaction
from dreamseed.errors import MissingGrant, OutcomeUnknown, Unavailable
from dreamseed.platform.tables import organisations, outbox
from host.postgres import Database, Role


@pytest.fixture
def url(database: Database) -> str:
    return database.url("write")


@pytest.fixture
def administrator(database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.conninfo(), autocommit=True) as connection:
        yield connection


def backend(db: Connection) -> int:
    return int(db.scalar(text("select pg_backend_pid()")) or 0)


@contextmanager
def connection_of(url: str) -> Iterator[Connection]:
    """The process's connection between two transactions."""
    connection = link(url).take()
    yield connection
    link(url).give_back(connection)


def kill(administrator: psycopg.Connection, pid: int) -> None:
    """End a session as a restart of the server would, and wait until it is gone."""
    administrator.execute("select pg_terminate_backend(%s, 5000)", [pid])


def visible(db: Connection) -> list[UUID]:
    return list(db.scalars(select(organisations.c.id)))


def test_a_transaction_shows_its_own_organisation_only(org_id: UUID, other_org_id: UUID, url: str) -> None:
    with tenant_transaction(org_id, url) as db:
        assert visible(db) == [org_id]
    with tenant_transaction(other_org_id, url) as db:
        assert visible(db) == [other_org_id]


def test_a_row_belongs_to_the_transactions_organisation_unless_it_says_otherwise(org_id: UUID, url: str) -> None:
    with tenant_transaction(org_id, url) as db:
        db.execute(insert(outbox).values(topic="t", payload={}))

        assert db.scalars(select(outbox.c.org_id)).all() == [org_id]


def test_a_row_cannot_be_given_to_another_organisation(org_id: UUID, other_org_id: UUID, url: str) -> None:
    with tenant_transaction(org_id, url) as db:
        db.execute(insert(outbox).values(topic="t", payload={}))

    def give_away(db: Connection) -> None:
        db.execute(update(outbox).values(org_id=other_org_id))

    with pytest.raises(exc.ProgrammingError, match="row-level security"):
        in_tenant(org_id, give_away, url)


@pytest.mark.parametrize("nobody", [None, "", "org", "00000000-0000-0000-0000-000000000000'; drop table jobs; --"])
def test_a_transaction_without_a_tenant_is_refused(nobody: Any, url: str) -> None:
    with pytest.raises(TypeError, match="organisation's UUID"), tenant_transaction(nobody, url):
        pass
    with pytest.raises(TypeError, match="organisation's UUID"):
        in_tenant(nobody, visible, url)


def test_a_system_transaction_shows_all_organisations_to_the_system_role_only(
    org_id: UUID, other_org_id: UUID, database: Database
) -> None:
    assert {org_id, other_org_id} <= set(in_system(visible, database.url("system")))
    assert in_system(visible, database.url("write")) == []


def test_the_database_comes_from_the_grants_variable(
    org_id: UUID, signed_in_as: Callable[[Role], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in_as("read")
    assert in_tenant(org_id, visible) == [org_id]

    monkeypatch.delenv("DREAMSEED_DATABASE_MAIN")
    with pytest.raises(MissingGrant, match="database"):
        in_tenant(org_id, visible)


class Trouble(Exception):
    """What a function may raise."""


def raise_error(db: Connection) -> None:
    raise Trouble


def break_a_rule(db: Connection) -> None:
    db.execute(insert(outbox).values(topic=None, payload={}))


def take_too_long(db: Connection) -> None:
    db.execute(text("select set_config('statement_timeout', '20', true)"))
    db.execute(text("select pg_sleep(10)"))


def be_cancelled(db: Connection) -> None:
    db.execute(text("select pg_cancel_backend(pg_backend_pid()), pg_sleep(10)"))


@pytest.mark.parametrize("trouble", [raise_error, break_a_rule, take_too_long, be_cancelled])
def test_no_tenant_stays_on_the_connection_however_a_transaction_ends(
    trouble: Callable[[Connection], None], org_id: UUID, url: str
) -> None:
    pid = in_tenant(org_id, backend, url)

    with pytest.raises((Trouble, exc.DBAPIError, Unavailable)):
        in_tenant(org_id, trouble, url)

    with connection_of(url) as connection:
        assert backend(connection) == pid, "the same session is used again"
        assert not connection.scalar(text("select current_setting('app.org_id', true)"))
        assert connection.scalar(text("select current_setting('statement_timeout')")) == "0"
        assert visible(connection) == []
    with system_transaction(url) as db:
        assert visible(db) == []


def test_nothing_of_a_failed_transaction_is_kept(org_id: UUID, url: str) -> None:
    def write_and_fail(db: Connection) -> None:
        db.execute(insert(outbox).values(topic="t", payload={}))
        raise Trouble

    with pytest.raises(Trouble):
        in_tenant(org_id, write_and_fail, url)

    assert in_tenant(org_id, lambda db: db.scalar(select(func.count()).select_from(outbox)), url) == 0


def test_a_failed_statement_cannot_be_swallowed(org_id: UUID, url: str) -> None:
    """PostgreSQL would answer COMMIT with a rollback, and the caller would believe that it was written."""

    def swallow(db: Connection) -> None:
        with pytest.raises(exc.IntegrityError):
            break_a_rule(db)

    with pytest.raises(exc.InvalidRequestError, match="cannot be committed"):
        in_tenant(org_id, swallow, url)
    with pytest.raises(exc.InvalidRequestError, match="cannot be committed"), tenant_transaction(org_id, url) as db:
        swallow(db)


def test_a_savepoint_makes_a_failed_statement_harmless(org_id: UUID, url: str) -> None:
    def try_and_go_on(db: Connection) -> None:
        with pytest.raises(exc.IntegrityError), db.begin_nested():
            break_a_rule(db)
        db.execute(insert(outbox).values(topic="t", payload={}))

    in_tenant(org_id, try_and_go_on, url)

    assert in_tenant(org_id, lambda db: db.scalar(select(func.count()).select_from(outbox)), url) == 1


def test_a_connection_that_died_while_idle_is_replaced(
    org_id: UUID, url: str, administrator: psycopg.Connection
) -> None:
    kill(administrator, in_tenant(org_id, backend, url))

    assert in_tenant(org_id, visible, url) == [org_id]


def test_work_is_done_again_once_if_its_connection_breaks(
    org_id: UUID, url: str, administrator: psycopg.Connection
) -> None:
    attempts = 0

    def work(db: Connection) -> None:
        nonlocal attempts
        attempts += 1
        db.execute(insert(outbox).values(topic="t", payload={}))
        if attempts == 1:
            kill(administrator, backend(db))
        db.execute(insert(outbox).values(topic="t", payload={}))

    in_tenant(org_id, work, url)

    assert attempts == 2
    assert in_tenant(org_id, lambda db: db.scalar(select(func.count()).select_from(outbox)), url) == 2


def test_a_connection_that_breaks_twice_is_reported_as_unavailable(
    org_id: UUID, url: str, administrator: psycopg.Connection
) -> None:
    attempts = 0

    def work(db: Connection) -> None:
        nonlocal attempts
        attempts += 1
        kill(administrator, backend(db))
        db.execute(text("select 1"))

    with pytest.raises(Unavailable) as unavailable:
        in_tenant(org_id, work, url)

    assert attempts == 2
    assert unavailable.value.code == "database_unavailable"


def test_work_is_not_done_again_once_commit_was_sent(
    org_id: UUID, fresh_database: Database, database: Database
) -> None:
    """The outcome of a commit whose answer never came is unknown, so doing the work again could do it twice."""
    with psycopg.connect(fresh_database.conninfo(), autocommit=True) as administrator:
        administrator.execute(
            "create function die() returns trigger language plpgsql security definer as"
            " $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;"
            " create constraint trigger die after insert on organisations deferrable initially deferred"
            " for each row execute function die()"
        )
    attempts = 0

    def work(db: Connection) -> None:
        nonlocal attempts
        attempts += 1
        db.execute(insert(organisations).values(id=org_id, slug="school", name="A school"))

    with pytest.raises(OutcomeUnknown) as unknown:
        in_tenant(org_id, work, fresh_database.url("write"))

    assert attempts == 1
    assert unknown.value.code == "outcome_unknown"


def test_a_commit_that_the_database_refuses_is_no_unknown_outcome(
    org_id: UUID, fresh_database: Database, database: Database
) -> None:
    with psycopg.connect(fresh_database.conninfo(), autocommit=True) as administrator:
        administrator.execute(
            "create function refuse() returns trigger language plpgsql as $$ begin raise check_violation; end $$;"
            " create constraint trigger refuse after insert on organisations deferrable initially deferred"
            " for each row execute function refuse()"
        )

    with pytest.raises(exc.IntegrityError), tenant_transaction(org_id, fresh_database.url("write")) as db:
        db.execute(insert(organisations).values(id=org_id, slug="school", name="A school"))


def test_the_victim_of_a_deadlock_does_its_work_again(org_id: UUID, other_org_id: UUID, url: str) -> None:
    """Two transactions take the same two advisory locks in opposite order."""
    both_hold_one = threading.Barrier(2)
    attempts: list[int] = []

    def take(first: int, second: int) -> None:
        def work(db: Connection) -> None:
            attempts.append(first)
            db.execute(select(func.pg_advisory_xact_lock(first)))
            if len(attempts) <= 2:
                both_hold_one.wait(10)
            db.execute(select(func.pg_advisory_xact_lock(second)))

        in_tenant(org_id, work, f"{url}&application_name=locks-{first}")

    with ThreadPoolExecutor(2) as pool:
        for outcome in [pool.submit(take, 1, 2), pool.submit(take, 2, 1)]:
            outcome.result(20)

    assert len(attempts) == 3


def test_a_statement_that_takes_too_long_is_stopped(org_id: UUID, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "STATEMENT_TIMEOUT_MS", 50)

    with pytest.raises(Unavailable):
        in_tenant(org_id, lambda db: db.execute(text("select pg_sleep(10)")), url)


def test_a_transaction_that_idles_too_long_is_ended(org_id: UUID, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a function that hangs would hold its locks as long as it hangs."""
    monkeypatch.setattr(transaction, "IDLE_TIMEOUT_MS", 50)

    def idle(db: Connection) -> None:
        threading.Event().wait(0.3)
        db.execute(text("select 1"))

    with pytest.raises(Unavailable):
        in_tenant(org_id, idle, url)


def test_a_server_that_is_not_there_is_unavailable(org_id: UUID) -> None:
    with pytest.raises(Unavailable), tempfile.TemporaryDirectory() as empty:
        in_tenant(org_id, visible, f"postgresql+psycopg://dreamseed_read@/dreamseed?host={empty}")


def test_a_server_that_never_answers_is_given_up(org_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "CONNECT_TIMEOUT_SECONDS", 2)  # the least that libpq takes

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://dreamseed_read@127.0.0.1:{silent.getsockname()[1]}/dreamseed"
        with pytest.raises(Unavailable):
            in_tenant(org_id, visible, url)


def test_a_transaction_costs_two_round_trips_beside_its_own(org_id: UUID, url: str) -> None:
    in_tenant(org_id, visible, url)
    with connection_of(url) as connection:
        driver = driver_of(connection)
    with tempfile.TemporaryFile("w+") as trace:
        driver.pgconn.trace(trace.fileno())

        in_tenant(org_id, lambda db: (visible(db), visible(db)), url)

        driver.pgconn.untrace()
        trace.seek(0)
        sent = [line for line in trace if "\tF\t" in line]
        assert len([line for line in sent if "\tQuery\t" in line or "\tSync\t" in line]) == 4


def test_a_forked_process_makes_a_connection_of_its_own(org_id: UUID, url: str) -> None:
    parent = in_tenant(org_id, backend, url)

    child = os.fork()
    if child == 0:
        os._exit(0 if in_tenant(org_id, backend, url) != parent else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert in_tenant(org_id, backend, url) == parent
