"""The chain of an organisation's audit log: dense however many append at once, and telling wherever it was touched."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import exc, select

from dreamseed.audit import queries
from dreamseed.audit.entries import Entry, append
from dreamseed.audit.rules import FIELDS, GENESIS, entry_hash
from dreamseed.audit.tables import audit_logs
from dreamseed.audit.verification import verify
from dreamseed.database import engine as engines
from dreamseed.database.transaction import in_tenant, system_transaction, tenant_transaction
from dreamseed.platform.tables import outbox
from host.postgres import Database

ENTRIES = 8


@pytest.fixture(autouse=True)
def signed_in(signed_in_as: Any) -> None:
    signed_in_as("write")


def append_some(org_id: UUID, count: int = ENTRIES) -> None:
    for number in range(count):
        in_tenant(org_id, lambda db, n=number: append(db, full_entry(n)))  # type: ignore[misc]


def full_entry(number: int) -> Entry:
    """An entry with something in every plain field."""
    return Entry(
        f"update_thing_{number}",
        actor_id=uuid4(),
        session_id=uuid4(),
        resource="things",
        resource_id=uuid4(),
        changes={"before": {"name": "Früher"}, "after": {"name": "次"}},
        success=number % 2 == 0,
        reason="permission_missing",
        request_id="request-1",
    )


def rows_of(org_id: UUID, database: Database) -> list[Any]:
    with tenant_transaction(org_id, database.url("read")) as db:
        return list(db.execute(select(*queries.AS_STORED).order_by(audit_logs.c.seq)))


@contextmanager
def as_superuser(database: Database) -> Iterator[psycopg.Connection]:
    """Somebody who may do anything with the tables."""
    with psycopg.connect(database.conninfo(), autocommit=True) as connection:
        yield connection


def test_entries_are_numbered_without_a_gap_and_linked_by_their_hashes(org_id: UUID, database: Database) -> None:
    append_some(org_id)

    rows = rows_of(org_id, database)

    assert [row.seq for row in rows] == list(range(1, ENTRIES + 1))
    assert [bytes(row.prev_hash) for row in rows] == [GENESIS, *(bytes(row.hash) for row in rows[:-1])]
    assert [bytes(row.hash) for row in rows] == [entry_hash(row._mapping, bytes(row.prev_hash)) for row in rows]


def test_an_entry_holds_what_was_said(org_id: UUID, database: Database) -> None:
    entry = full_entry(0)
    in_tenant(org_id, lambda db: append(db, entry))

    (row,) = rows_of(org_id, database)

    for name in ("action", "actor_id", "session_id", "resource", "resource_id", "success", "reason", "request_id"):
        assert getattr(row, name) == getattr(entry, name)
    assert row.changes == '{"after":{"name":"次"},"before":{"name":"Früher"}}'
    assert (row.sealed_changes, row.client_address, row.user_agent) == (None, None, None)


def test_an_entry_without_anything_but_an_action_is_hashed_as_well(org_id: UUID) -> None:
    in_tenant(org_id, lambda db: append(db, Entry("sign_in")))

    assert verify(org_id).is_intact


def test_every_column_but_the_hashes_themselves_is_a_field_of_the_hash() -> None:
    assert {*FIELDS, "prev_hash", "hash"} == {column.name for column in audit_logs.columns}


def test_nothing_is_kept_of_a_transaction_that_fails(org_id: UUID, database: Database) -> None:
    append_some(org_id, 1)
    with pytest.raises(ZeroDivisionError), tenant_transaction(org_id, database.url("write")) as db:
        _ = append(db, Entry("sign_in")) / 0
    append_some(org_id, 1)

    assert [row.seq for row in rows_of(org_id, database)] == [1, 2]
    assert verify(org_id).is_intact


def test_organisations_have_chains_of_their_own(org_id: UUID, other_org_id: UUID, database: Database) -> None:
    append_some(org_id, 3)
    append_some(other_org_id, 2)

    assert [len(rows_of(each, database)) for each in (org_id, other_org_id)] == [3, 2]
    assert [verify(each).head_seq for each in (org_id, other_org_id)] == [3, 2]


def test_an_entry_needs_an_organisation(database: Database) -> None:
    with (
        pytest.raises(exc.ProgrammingError, match="which organisation"),
        system_transaction(database.url("system")) as db,
    ):
        append(db, Entry("sign_in"))


def test_eight_who_append_at_once_make_one_dense_chain(org_id: UUID, database: Database) -> None:
    """Each has a connection of its own, as processes have."""

    def append_fifty(number: int) -> None:
        link = engines.Link(database.url("write"))
        try:
            for _ in range(50):
                connection = link.take()
                driver = engines.driver_of(connection)
                driver.execute(f"begin; select set_config('app.org_id', '{org_id}', true)".encode())
                append(connection, full_entry(number))
                driver.commit()
                link.give_back(connection)
        finally:
            link.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(append_fifty, range(8)))

    assert [row.seq for row in rows_of(org_id, database)] == list(range(1, 401))
    assert verify(org_id).model_dump(include={"is_intact", "checked"}) == {"is_intact": True, "checked": 400}


def test_every_entry_leaves_an_event_in_the_same_transaction(org_id: UUID, database: Database) -> None:
    append_some(org_id, 2)

    with tenant_transaction(org_id, database.url("write")) as db:
        events = db.execute(select(outbox.c.topic, outbox.c.payload)).all()

    assert [(event.topic, event.payload["seq"]) for event in events] == [
        ("audit_log.appended", 1),
        ("audit_log.appended", 2),
    ]


def test_an_empty_log_holds(org_id: UUID) -> None:
    assert verify(org_id).model_dump() == {
        "is_intact": True,
        "first_seq": 1,
        "checked": 0,
        "head_seq": 0,
        "head_hash": GENESIS.hex(),
        "first_break": None,
    }


CHANGES = {
    "at": "at + interval '1 microsecond'",
    "action": "action || 'x'",
    "actor_id": "gen_random_uuid()",
    "session_id": "null",
    "resource": "''",
    "resource_id": "gen_random_uuid()",
    "subject_id": "gen_random_uuid()",
    "changes": "replace(changes, 'name', 'nome')",
    "client_address": "'\\x00'",
    "user_agent": "'\\x'",
    "success": "not success",
    "reason": "reason || ' '",
    "request_id": "null",
    "prev_hash": "set_byte(prev_hash, 31, 255 - get_byte(prev_hash, 31))",
    "hash": "set_byte(hash, 0, 255 - get_byte(hash, 0))",
}


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_column_is_found_at_its_entry(column: str, org_id: UUID, database: Database) -> None:
    append_some(org_id)

    change = sql.SQL("update audit_logs set {} = {} where org_id = %s and seq = 4").format(
        sql.Identifier(column), sql.SQL(CHANGES[column])
    )
    with as_superuser(database) as db:
        assert db.execute(change, [org_id]).rowcount == 1

    assert fault_of(org_id) == (4, "changed")


def test_sealed_changes_are_found_changed_too(org_id: UUID, database: Database) -> None:
    append_some(org_id)
    with as_superuser(database) as db:
        db.execute(
            "update audit_logs set changes = null, sealed_changes = '\\x01' where org_id = %s and seq = 4", [org_id]
        )

    assert fault_of(org_id) == (4, "changed")


TAMPERING: dict[str, tuple[str, tuple[int, str]]] = {
    "the first is deleted": ("delete from audit_logs where org_id = %(org)s and seq = 1", (1, "missing")),
    "one is deleted": ("delete from audit_logs where org_id = %(org)s and seq = 4", (4, "missing")),
    "several are deleted": ("delete from audit_logs where org_id = %(org)s and seq in (3, 4, 7)", (3, "missing")),
    "the last is cut off": ("delete from audit_logs where org_id = %(org)s and seq = 8", (8, "truncated")),
    "the end is cut off": ("delete from audit_logs where org_id = %(org)s and seq >= 5", (5, "truncated")),
    "all are deleted": ("delete from audit_logs where org_id = %(org)s", (1, "truncated")),
    "the number is another": ("update audit_logs set seq = 40 where org_id = %(org)s and seq = 4", (4, "missing")),
    "one is of another organisation": (
        "update audit_logs set org_id = %(other)s where org_id = %(org)s and seq = 4",
        (4, "missing"),
    ),
    "two are swapped": (
        "update audit_logs set seq = case seq when 3 then 6 else 3 end where org_id = %(org)s and seq in (3, 6)",
        (3, "changed"),
    ),
    "one is put in twice": (
        "insert into audit_logs select org_id, 4, at + interval '1 second', action, actor_id, session_id, resource,"
        " resource_id, subject_id, changes, sealed_changes, client_address, user_agent, success, reason, request_id,"
        " prev_hash, hash from audit_logs where org_id = %(org)s and seq = 5",
        (4, "inserted"),
    ),
    "one is put in at the end": (
        "insert into audit_logs select org_id, 9, at, action, actor_id, session_id, resource,"
        " resource_id, subject_id, changes, sealed_changes, client_address, user_agent, success, reason, request_id,"
        " hash, prev_hash from audit_logs where org_id = %(org)s and seq = 8",
        (9, "inserted"),
    ),
    "all numbers are moved": ("update audit_logs set seq = seq + 1 where org_id = %(org)s", (1, "missing")),
    "the head is deleted": ("delete from audit_heads where org_id = %(org)s", (1, "inserted")),
    "the head is set back": ("update audit_heads set seq = 6 where org_id = %(org)s", (6, "rewritten")),
}


@pytest.mark.parametrize("deed", TAMPERING)
def test_tampering_is_found_where_it_was_done(deed: str, org_id: UUID, other_org_id: UUID, database: Database) -> None:
    append_some(org_id)
    statement, expected = TAMPERING[deed]

    with as_superuser(database) as db:
        assert db.execute(statement.encode(), {"org": org_id, "other": other_org_id}).rowcount > 0

    assert fault_of(org_id) == expected


@pytest.mark.parametrize("seq", [1, 4, 7, 8])
def test_an_entry_that_was_rewritten_with_a_hash_that_fits_is_found(seq: int, org_id: UUID, database: Database) -> None:
    append_some(org_id)
    row = rows_of(org_id, database)[seq - 1]
    forged = entry_hash({**row._mapping, "action": "nothing"}, bytes(row.prev_hash))

    with as_superuser(database) as db:
        forge = "update audit_logs set action = 'nothing', hash = %s where org_id = %s and seq = %s"
        db.execute(forge, [forged, org_id, seq])

    assert fault_of(org_id) == (seq, "rewritten")


def test_an_entry_that_was_linked_to_a_forged_past_is_found(org_id: UUID, database: Database) -> None:
    append_some(org_id)
    row = rows_of(org_id, database)[4]

    with as_superuser(database) as db:
        forge = "update audit_logs set prev_hash = %s, hash = %s where org_id = %s and seq = 5"
        db.execute(forge, [bytes(32), entry_hash(row._mapping, bytes(32)), org_id])

    assert fault_of(org_id) == (5, "rewritten")


def test_what_is_before_a_break_counts_as_checked(org_id: UUID, database: Database) -> None:
    append_some(org_id)
    with as_superuser(database) as db:
        db.execute("delete from audit_logs where org_id = %s and seq = 6", [org_id])

    assert verify(org_id).checked == 5


def test_a_chain_longer_than_a_batch_is_followed_to_its_end(
    org_id: UUID, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dreamseed.audit.verification.BATCH", 3)
    append_some(org_id)
    fractions: list[float] = []

    assert verify(org_id, fractions.append).is_intact
    assert fractions == [3 / 8, 6 / 8, 1.0]
    with as_superuser(database) as db:
        db.execute("update audit_logs set success = not success where org_id = %s and seq = 7", [org_id])
    assert fault_of(org_id) == (7, "changed")


def test_a_second_entry_of_a_number_is_found_also_between_two_batches(
    org_id: UUID, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dreamseed.audit.verification.BATCH", 4)
    append_some(org_id)
    with as_superuser(database) as db:
        db.execute(TAMPERING["one is put in twice"][0].encode(), {"org": org_id})

    assert fault_of(org_id) == (4, "inserted")


def fault_of(org_id: UUID) -> tuple[int, str] | None:
    """Where the check finds the first break, and which it is."""
    broken = verify(org_id).first_break
    return None if broken is None else (broken.seq, broken.fault)
