"""The key store: no organisation sees another's keys, and no role does more than its action."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from dreamseed.database.ids import new_id
from dreamseed.database.key_store import VERSIONS, add_keys, destroy_key, prepare_key_store, read_keys
from dreamseed.database.transaction import system_transaction, tenant_transaction
from host.postgres import Database, KeyAction

ALL: tuple[KeyAction, ...] = ("read", "write", "destroy", "owner")


def test_preparing_it_again_changes_nothing(database: Database) -> None:
    assert prepare_key_store(database.keys_url("owner")) == len(VERSIONS)


def test_the_first_key_of_a_subject_stays(database: Database, org_id: UUID) -> None:
    subject, other = new_id(), new_id()
    with tenant_transaction(org_id, database.keys_url("write")) as db:
        add_keys(db, {subject: b"first"})

    with tenant_transaction(org_id, database.keys_url("write")) as db:
        rows = add_keys(db, {subject: b"second", other: b"third"})

    assert dict(tuple(row) for row in rows) == {subject: b"first", other: b"third"}


def test_a_destroyed_key_leaves_a_row_that_says_when(database: Database, org_id: UUID) -> None:
    subject = new_id()
    with tenant_transaction(org_id, database.keys_url("destroy")) as db:
        add_keys(db, {subject: b"key"})
        destroy_key(db, subject)
        destroy_key(db, subject)

    with tenant_transaction(org_id, database.keys_url("read")) as db:
        row = db.execute(text("select wrapped_key, destroyed_at is not null from subject_keys")).one()
    assert tuple(row) == (None, True)


@pytest.mark.parametrize("action", ALL)
def test_nobody_sees_the_keys_of_another_organisation(
    database: Database, org_id: UUID, other_org_id: UUID, action: KeyAction
) -> None:
    subject = new_id()
    with tenant_transaction(org_id, database.keys_url("write")) as db:
        add_keys(db, {subject: b"key"})

    with tenant_transaction(other_org_id, database.keys_url(action)) as db:
        assert read_keys(db, [subject]) == []
    with system_transaction(database.keys_url(action)) as db:
        assert read_keys(db, [subject]) == []
    with tenant_transaction(org_id, database.keys_url(action)) as db:
        assert len(read_keys(db, [subject])) == 1


@pytest.mark.parametrize(
    ("action", "statement"),
    [
        ("read", "insert into subject_keys (subject_id, wrapped_key) values (gen_random_uuid(), 'x')"),
        ("read", "update subject_keys set wrapped_key = 'x'"),
        ("write", "update subject_keys set wrapped_key = 'x'"),
        ("write", "delete from subject_keys"),
        ("destroy", "delete from subject_keys"),
        ("destroy", "update subject_keys set subject_id = gen_random_uuid()"),
        ("destroy", "truncate subject_keys"),
        ("destroy", "create table mine (id int)"),
    ],
)
def test_a_role_does_no_more_than_its_action(
    database: Database, org_id: UUID, action: KeyAction, statement: str
) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        tenant_transaction(org_id, database.keys_url(action)) as db,
    ):
        db.execute(text(statement))


def test_the_roles_of_the_main_database_cannot_read_keys(database: Database, org_id: UUID) -> None:
    url = database.key_store.url("write")

    with pytest.raises(ProgrammingError, match="permission denied"), tenant_transaction(org_id, url) as db:
        db.execute(text("select * from subject_keys"))
