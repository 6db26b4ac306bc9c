"""Months have their partitions before they begin, and an entry without one is not lost."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest

from dreamseed.audit.entries import Entry, append
from dreamseed.audit.queries import make_partitions
from dreamseed.audit.verification import verify
from dreamseed.database.transaction import in_tenant, system_transaction
from host.postgres import Database
from tests.conftest import create_organisation

NAMES = (
    "select relname from pg_inherits join pg_class on oid = inhrelid where inhparent = 'audit_logs'::regclass"
    " order by relname"
)


@pytest.fixture
def database(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """These tests change the schema, so each has a database of its own."""
    monkeypatch.setenv("DREAMSEED_DATABASE_MAIN", fresh_database.url("write"))
    return fresh_database


def months(count: int) -> list[str]:
    """The names of the partitions of this month and those after it."""
    first = datetime.now(UTC).year * 12 + datetime.now(UTC).month - 1
    return [f"audit_logs_{month // 12}_{month % 12 + 1:02}" for month in range(first, first + count)]


def partitions(database: Database) -> list[str]:
    with psycopg.connect(database.conninfo()) as connection:
        return [name for (name,) in connection.execute(NAMES)]


def make(database: Database, months_ahead: int) -> tuple[int, int]:
    with system_transaction(database.url("owner")) as db:
        return make_partitions(db, months_ahead)


def append_one(org_id: UUID) -> None:
    in_tenant(org_id, lambda db: append(db, Entry("sign_in")))


def test_a_new_database_has_this_month_and_six_more(database: Database) -> None:
    assert partitions(database) == [*months(7), "audit_logs_default"]


def test_months_are_made_ahead_once(database: Database) -> None:
    assert make(database, 8) == (2, 0)
    assert make(database, 8) == (0, 0)
    assert partitions(database) == [*months(9), "audit_logs_default"]


def test_an_entry_goes_into_the_partition_of_its_month(database: Database) -> None:
    append_one(create_organisation(database))

    with psycopg.connect(database.conninfo()) as connection:
        where = connection.execute("select tableoid::regclass::text from audit_logs").fetchall()
    assert where == [(f"audit_partitions.{months(1)[0]}",)]


def test_an_entry_without_a_partition_waits_in_the_default_one_and_moves_when_it_is_made(database: Database) -> None:
    org_id = create_organisation(database)
    append_one(org_id)
    with psycopg.connect(database.conninfo()) as connection:
        connection.execute(f"drop table audit_partitions.{months(1)[0]}".encode())
        connection.execute("delete from audit_heads")
    append_one(org_id)
    append_one(org_id)

    assert verify(org_id).is_intact
    assert make(database, 6) == (1, 2)
    with psycopg.connect(database.conninfo()) as connection:
        assert connection.execute("select count(*) from audit_partitions.audit_logs_default").fetchone() == (0,)
    append_one(org_id)
    assert verify(org_id).model_dump(include={"is_intact", "checked"}) == {"is_intact": True, "checked": 3}


def test_an_old_month_that_waits_in_the_default_partition_gets_its_own(database: Database) -> None:
    org_id = create_organisation(database)
    append_one(org_id)
    with psycopg.connect(database.conninfo()) as connection:
        connection.execute("update audit_logs set at = '2020-01-31T23:59:59.999999Z'")

    made, moved = make(database, 6)

    assert moved == 1
    assert "audit_logs_2020_01" in partitions(database)
    assert made == (datetime.now(UTC).year - 2020) * 12 + datetime.now(UTC).month - 1
