"""Nobody whom a function signs in as can do anything with the audit log but append to their own organisation's."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from dreamseed.audit.entries import Entry, append
from dreamseed.database.roles import APPLICATION, OWNER
from dreamseed.database.transaction import tenant_transaction
from host.postgres import Database

APPEND = "select append_audit_log('x', null, null, '', null, null, null, null, null, null, true, null, null)"
PARTITIONS = (
    "select inhrelid::regclass::text from pg_inherits where inhparent = 'audit_logs'::regclass order by inhrelid"
)


@pytest.fixture
def entry(org_id: UUID, database: Database) -> UUID:
    """An organisation with an entry."""
    with tenant_transaction(org_id, database.url("write")) as db:
        append(db, Entry("sign_in"))
    return org_id


@pytest.fixture(params=APPLICATION)
def connection(request: pytest.FixtureRequest, entry: UUID, database: Database) -> Iterator[psycopg.Connection]:
    """As each role that functions sign in with, in the organisation that has an entry."""
    with psycopg.connect(database.conninfo(request.param), autocommit=True) as connection:
        connection.execute("select set_config('app.org_id', %s, false)", [str(entry)])
        yield connection


@pytest.mark.parametrize(
    "statement",
    [
        "insert into audit_logs (seq, at, action, resource, success, prev_hash, hash)"
        " select seq + 1, at, action, resource, success, hash, hash from audit_logs",
        "update audit_logs set action = 'nothing'",
        "delete from audit_logs",
        "truncate audit_logs",
        "select * from audit_logs for update",
        "insert into audit_heads (seq, hash) values (1, '')",
        "update audit_heads set seq = 0",
        "delete from audit_heads",
        "select make_audit_partitions(1)",
        "select drop_empty_audit_partitions()",
        "insert into audit_anchors (seq, hash, month, entries, kept_years, noted_seq) values (1, '', now(), 1, 3, 2)",
        "delete from audit_anchors",
        "select * from audit_partitions.audit_logs_default",
        "alter table audit_logs disable row level security",
        "create or replace function append_audit_log(text) returns int language sql as 'select 1'",
        "set role dreamseed_audit",
        "set role dreamseed_owner",
    ],
)
def test_no_function_can(statement: str, connection: psycopg.Connection) -> None:
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ActiveSqlTransaction)):
        connection.execute(statement.encode())


def test_every_function_can_read_and_append_in_its_organisation(connection: psycopg.Connection) -> None:
    assert connection.execute(APPEND.encode()).fetchone() == (2,)
    own = "select count(*) from audit_logs where org_id = current_setting('app.org_id')::uuid"
    assert connection.execute(own.encode()).fetchone() == (2,)


def test_no_partition_can_be_reached_past_its_parent(connection: psycopg.Connection) -> None:
    partitions = [name for (name,) in connection.execute(PARTITIONS)]

    assert len(partitions) >= 5
    for name in partitions:
        for statement in ("select * from {}", "delete from {}", "insert into {} select * from audit_logs"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.format(name).encode())


@pytest.mark.parametrize("role", ["dreamseed_read", "dreamseed_write"])
def test_another_organisations_entries_are_not_there(
    role: str, entry: UUID, other_org_id: UUID, database: Database
) -> None:
    with psycopg.connect(database.conninfo(role), autocommit=True) as connection:
        for tenant in ("", str(other_org_id)):
            connection.execute("select set_config('app.org_id', %s, false)", [tenant])
            assert connection.execute("select count(*) from audit_logs").fetchone() == (0,)
            assert connection.execute("select count(*) from audit_heads").fetchone() == (0,)


def test_what_a_function_finds_on_its_path_is_not_what_the_caller_puts_there(entry: UUID, database: Database) -> None:
    with psycopg.connect(database.conninfo("dreamseed_write"), autocommit=True) as connection:
        connection.execute("select set_config('app.org_id', %s, false)", [str(entry)])
        connection.execute("create temporary table audit_heads (org_id uuid, seq bigint, hash bytea)")
        connection.execute("set search_path = pg_temp, public")

        assert connection.execute("select public." + APPEND.removeprefix("select ")).fetchone() == (2,)


def test_the_owner_is_bound_by_the_policies_as_well(entry: UUID, database: Database) -> None:
    with psycopg.connect(database.conninfo(OWNER), autocommit=True) as connection:
        assert connection.execute("select count(*) from audit_logs").fetchone() == (0,)
