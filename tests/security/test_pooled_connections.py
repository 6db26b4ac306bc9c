"""However a transaction ends, and whatever it leaves on the connection, the next one sees its own tenant's rows only.

A process has one connection, which serves one organisation after the other (`dreamseed.database.engine`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Connection, exc, insert, text

from dreamseed.database.engine import driver_of, link
from dreamseed.database.schema import metadata
from dreamseed.database.transaction import in_system, in_tenant, tenant_transaction
from dreamseed.errors import DreamSeedError
from dreamseed.platform.tables import idempotency_keys, outbox
from tests.school import HILLSIDE, RIVERBANK, School
from tests.security.world import World

APPLICATION_ROLES = ("read", "write", "system")
LOOKUPS = {
    "find_accounts": "org_id organisation_name user_id is_active",
    "find_identities": "org_id user_id is_active",
    "find_organisation": "org_id slug organisation_name registration email_domains",
    "find_sign_in": "org_id organisation_name user_id password_hash",
}
"""What may look across organisations before one is known, and all that it gives: of one address, name or subject."""

NOBODYS = "held_accounts"
"""What only another function of the database may call."""


@pytest.fixture(scope="module")
def url(school: School) -> str:
    """The demo school's database as who writes, with a thing of most kinds in both organisations."""
    world = World(school)
    for kind in ("session", "assignment", "job", "simulation", "role", "invitation", "api_key", "second_factor"):
        for relation in ("taught" if kind == "assignment" else "apart", "foreign"):
            world.thing(kind, relation, "admin")
    with psycopg.connect(school.database.conninfo(), autocommit=True) as administrator:
        administrator.execute(
            "create function refuse() returns trigger language plpgsql as $$ begin raise check_violation; end $$;"
            " create constraint trigger refuse after insert on idempotency_keys deferrable initially deferred"
            " for each row execute function refuse()"
        )
    return school.database.url("write")


@pytest.fixture(autouse=True)
def new_session(url: str) -> Iterator[None]:
    """Gives up the session after each test with what it has left there."""
    yield
    connection = link(url).take()
    connection.invalidate()
    link(url).give_back(connection)


def everywhere(db: Connection) -> set[UUID]:
    """The organisations of which something is seen."""
    own = set()
    for table in metadata.sorted_tables:
        if "select" in table.info["rights"].by_role().get("dreamseed_write", ()):
            own |= set(db.scalars(text(f"select distinct {table.info['tenant']} from {table.name}")))
    return own


def assert_clean(url: str) -> None:
    """Riverbank, and nobody, see of what Hillside's transaction has just ended on nothing that is not theirs."""
    in_tenant(RIVERBANK.id, lambda db: _assert_sees(db, {RIVERBANK.id}), url)
    in_system(lambda db: _assert_sees(db, set()), url)
    connection = link(url).take()
    try:
        _assert_sees(connection, set())  # as if something forgot to open a transaction
    finally:
        link(url).give_back(connection)
    in_tenant(HILLSIDE.id, lambda db: _assert_sees(db, {HILLSIDE.id}), url)


def _assert_sees(db: Connection, organisations: set[UUID]) -> None:
    assert everywhere(db) == organisations


class Trouble(Exception):
    """What a function may raise."""


def _nothing(db: Connection) -> None:
    db.execute(text("select 1"))


def _an_error(db: Connection) -> None:
    raise Trouble


def _a_broken_rule(db: Connection) -> None:
    db.execute(insert(outbox).values(topic=None, payload={}))


def _a_swallowed_error(db: Connection) -> None:
    with suppress(exc.IntegrityError):
        _a_broken_rule(db)


def _an_error_after_a_swallowed_one(db: Connection) -> None:
    _a_swallowed_error(db)
    raise Trouble


def _a_timeout(db: Connection) -> None:
    db.execute(text("select set_config('statement_timeout', '20', true)"))
    db.execute(text("select pg_sleep(10)"))


def _a_cancelled_statement(db: Connection) -> None:
    db.execute(text("select pg_cancel_backend(pg_backend_pid()), pg_sleep(10)"))


def _a_killed_session(db: Connection) -> None:
    db.execute(text("select pg_terminate_backend(pg_backend_pid()), pg_sleep(10)"))


def _a_client_that_hangs_up(db: Connection) -> None:
    driver_of(db).close()
    _nothing(db)


def _idling(db: Connection) -> None:
    db.execute(text("select set_config('idle_in_transaction_session_timeout', '20', true)"))
    threading.Event().wait(0.3)
    _nothing(db)


def _a_refused_commit(db: Connection) -> None:
    later = {"expires_at": "2031-01-01T00:00:00Z", "fingerprint": ""}
    db.execute(insert(idempotency_keys).values(scope="test", key="key", **later))


def _a_rollback_of_its_own(db: Connection) -> None:
    driver_of(db).rollback()
    _nothing(db)


def _an_end_and_another_beginning(db: Connection) -> None:
    db.execute(text("commit"))
    db.execute(text("begin"))


ENDINGS = [
    _nothing,
    _an_error,
    _a_broken_rule,
    _a_swallowed_error,
    _an_error_after_a_swallowed_one,
    _a_timeout,
    _a_cancelled_statement,
    _a_killed_session,
    _a_client_that_hangs_up,
    _idling,
    _a_refused_commit,
    _a_rollback_of_its_own,
    _an_end_and_another_beginning,
]


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.__name__.strip("_"))
@pytest.mark.parametrize("runs_again", [True, False], ids=["in_tenant", "tenant_transaction"])
def test_the_next_transaction_sees_its_own_rows_however_the_last_one_ended(
    ending: Callable[[Connection], None], runs_again: bool, url: str
) -> None:
    with suppress(Trouble, exc.SQLAlchemyError, DreamSeedError):
        if runs_again:
            in_tenant(HILLSIDE.id, ending, url)
        else:
            with tenant_transaction(HILLSIDE.id, url) as db:
                ending(db)

    assert_clean(url)


LEFT_BEHIND = {
    "the tenant": f"set app.org_id = '{HILLSIDE.id}'",
    "a path": "set search_path = pg_temp, public",
    "a prepared statement": "prepare behind as select org_id from users",
    "a lock": "select pg_advisory_lock(7)",
    "a channel": "listen behind",
    "a time limit": "set statement_timeout = 0",
    "a role": "set role none",
}


@pytest.mark.parametrize("statement", LEFT_BEHIND.values(), ids=LEFT_BEHIND.keys())
def test_the_next_transaction_sees_its_own_rows_whatever_the_last_one_left_behind(statement: str, url: str) -> None:
    pid = in_tenant(HILLSIDE.id, lambda db: db.scalar(text("select pg_backend_pid()")), url)
    in_tenant(HILLSIDE.id, lambda db: db.execute(text(statement)), url)

    seen = {org_id: in_tenant(org_id, everywhere, url) for org_id in (RIVERBANK.id, HILLSIDE.id)}
    assert in_tenant(HILLSIDE.id, lambda db: db.scalar(text("select pg_backend_pid()")), url) == pid
    assert seen == {RIVERBANK.id: {RIVERBANK.id}, HILLSIDE.id: {HILLSIDE.id}}
    assert in_system(everywhere, url) == set()


def test_with_row_level_security_switched_off_nothing_is_seen_at_all(url: str) -> None:
    in_tenant(HILLSIDE.id, lambda db: db.execute(text("set row_security = off")), url)

    with pytest.raises(exc.ProgrammingError, match="row-level security"):
        in_tenant(RIVERBANK.id, everywhere, url)


def test_a_plan_that_one_organisation_made_shows_another_its_own_rows(url: str) -> None:
    """Also after it ran so often that PostgreSQL keeps one plan for all values."""
    in_tenant(HILLSIDE.id, lambda db: db.execute(text("prepare shared as select distinct org_id from users")), url)

    for _ in range(8):
        for org_id in (HILLSIDE.id, RIVERBANK.id):
            assert in_tenant(org_id, lambda db: set(db.scalars(text("execute shared"))), url) == {org_id}
    assert in_system(lambda db: set(db.scalars(text("execute shared"))), url) == set()


def test_a_statement_that_the_driver_prepared_shows_each_organisation_its_own_rows(url: str) -> None:
    for _ in range(8):
        for org_id in (HILLSIDE.id, RIVERBANK.id):
            found = in_tenant(org_id, lambda db: set(db.scalars(text("select distinct org_id from users"))), url)
            assert found == {org_id}


def test_a_temporary_table_does_not_stand_in_for_one_of_ours(url: str) -> None:
    in_tenant(HILLSIDE.id, lambda db: db.execute(text("create temp table users as select * from users")), url)

    assert in_tenant(RIVERBANK.id, lambda db: set(db.scalars(text("select org_id from users"))), url) == {RIVERBANK.id}
    assert in_system(lambda db: set(db.scalars(text("select org_id from users"))), url) == set()


def test_threads_that_share_a_connection_see_their_own_rows(url: str) -> None:
    organisations = [HILLSIDE.id, RIVERBANK.id] * 30

    def work(org_id: UUID) -> set[UUID]:
        return in_tenant(org_id, lambda db: set(db.scalars(text("select distinct org_id from users"))), url)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, organisations)) == [{org_id} for org_id in organisations]


@pytest.fixture(params=APPLICATION_ROLES)
def session(request: pytest.FixtureRequest, school: School, url: str) -> Iterator[psycopg.Connection[Any]]:
    """A session of one of the roles that functions sign in with, in which no tenant was ever set."""
    with psycopg.connect(school.database.conninfo(f"dreamseed_{request.param}"), autocommit=True) as connection:
        yield connection


RELATIONS = """
    select c.relname, exists (select from pg_attribute where attrelid = c.oid and attname = 'org_id') from pg_class c
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
      and has_table_privilege(c.oid, 'select') and relname <> 'alembic_version'"""


def test_no_table_view_or_partition_shows_a_row_without_a_tenant(session: psycopg.Connection[Any]) -> None:
    for_all = {table.name for table in metadata.tables.values() if table.info["rights"].system}
    is_system = session.info.user == "dreamseed_system"

    for relation, _ in session.execute(RELATIONS).fetchall():
        if not (is_system and relation in for_all):
            assert session.execute(f"select count(*) from {relation}".encode()).fetchone() == (0,), relation


def test_every_table_view_and_partition_shows_a_tenant_its_own_rows_only(session: psycopg.Connection[Any]) -> None:
    if session.info.user == "dreamseed_system":
        return
    session.execute("select set_config('app.org_id', %s, false)", [str(HILLSIDE.id)])

    relations = session.execute(RELATIONS).fetchall()
    for relation, is_tenants in relations:
        tenant = "org_id" if is_tenants else "id"
        others = f"select count(*) from {relation} where {tenant} <> '{HILLSIDE.id}'"
        assert session.execute(others.encode()).fetchone() == (0,), relation
    assert len(relations) >= len(metadata.tables) - 3


def test_functions_that_look_across_organisations_give_no_more_than_they_are_known_for(school: School) -> None:
    with psycopg.connect(school.database.conninfo(), autocommit=True) as administrator:
        rows = administrator.execute(
            "select proname, array_to_string(proargnames[pronargs + 1 :], ' ') from pg_proc"
            " where pronamespace = 'public'::regnamespace and proowner = 'dreamseed_lookup'::regrole"
        ).fetchall()

    known = {**LOOKUPS, NOBODYS: None}
    assert dict(rows) == known, "a function that looks across organisations must be written down in LOOKUPS"


def test_a_look_across_organisations_finds_only_what_is_asked_for(
    session: psycopg.Connection[Any],
) -> None:
    is_writer = session.info.user == "dreamseed_write"

    for name in LOOKUPS:
        arguments = ", ".join(["'%'"] * {"find_organisation": 1, "find_identities": 3}.get(name, 2))
        query = f"select count(*) from {name}({arguments})"
        if is_writer:
            assert session.execute(query.encode()).fetchone() == (0,)
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(query.encode())
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute(f"select {NOBODYS}('{HILLSIDE.id}')".encode())
