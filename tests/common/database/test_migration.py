"""Migrating a real PostgreSQL, and the tables and functions that migrations make."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Text, Uuid, create_engine, exc, text
from sqlalchemy.pool import NullPool

from dreamseed.database import migrate as migrations
from dreamseed.database import migration
from dreamseed.database.ids import new_id
from dreamseed.database.migrate import current_version, downgrade, migrate, pending_migrations
from dreamseed.database.roles import APPLICATION
from dreamseed.database.schema import metadata, tenant_key
from dreamseed.database.transaction import system_transaction, tenant_transaction
from host.postgres import Database
from tests.conftest import create_organisation


@pytest.fixture
def database(fresh_database: Database) -> Database:
    """These tests change the schema, so each has a database of its own."""
    return fresh_database


@pytest.fixture
def op(database: Database) -> Iterator[None]:
    """As inside a migration: everything is kept at the end of the test's own block."""
    with create_engine(database.url("owner"), poolclass=NullPool).connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        with Operations.context(context):
            yield
            connection.commit()


def test_migrating_again_changes_nothing(database: Database) -> None:
    with system_transaction(database.url("read")) as db:
        before = current_version(db)
        assert pending_migrations(db) == []

    assert migrate(database.url("owner")) == before


def test_every_migration_can_be_undone_and_done_again(database: Database) -> None:
    newest = migrate(database.url("owner"))

    assert downgrade(database.url("owner"), "base") == "base"
    with psycopg.connect(database.conninfo()) as connection:
        left = "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm')"
        assert connection.execute(left).fetchall() == [("alembic_version",)]
    assert migrate(database.url("owner")) == newest


def test_a_database_that_was_never_migrated_has_all_versions_pending(database: Database) -> None:
    downgrade(database.url("owner"), "base")

    with psycopg.connect(database.conninfo("dreamseed_owner"), autocommit=True) as connection:
        connection.execute("drop table alembic_version")
    with system_transaction(database.url("owner")) as db:
        assert current_version(db) is None
        assert pending_migrations(db)[0] == "0001"


def test_two_migrations_at_the_same_time_wait_for_each_other(database: Database) -> None:
    downgrade(database.url("owner"), "base")
    together = threading.Barrier(3)

    def run(_: int) -> str:
        together.wait(10)
        return migrate(database.url("owner"))

    with ThreadPoolExecutor(3) as pool:
        versions = set(pool.map(run, range(3)))

    assert len(versions) == 1


def test_a_migration_gives_up_on_a_table_in_use_and_keeps_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT", "100ms")
    newest = migrate(database.url("owner"))

    with psycopg.connect(database.conninfo()) as reader:
        reader.execute("select * from organisations")
        with pytest.raises(exc.OperationalError, match="lock timeout"):
            downgrade(database.url("owner"), "base")

    with system_transaction(database.url("read")) as db:
        assert current_version(db) is not None
    assert migrate(database.url("owner")) == newest


def test_functions_cannot_change_the_schema(database: Database) -> None:
    for role in APPLICATION:
        with psycopg.connect(database.conninfo(role), autocommit=True) as connection:
            for statement in (
                "create table mine (id int)",
                "drop table jobs",
                "truncate jobs",
                "alter table jobs owner to me",
            ):
                with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject)):
                    connection.execute(statement.encode())


@pytest.mark.usefixtures("op")
def test_a_foreign_key_reaches_rows_of_the_same_organisation_only(database: Database) -> None:
    migration.create_tenant_table("parents", Column("name", Text))
    migration.create_tenant_table("children", Column("parent_id", Uuid), tenant_key("parent_id", "parents"))
    _commit()
    ours, theirs, parent = create_organisation(database), create_organisation(database), new_id()
    with tenant_transaction(theirs, database.url("write")) as db:
        db.execute(text("insert into parents (id) values (:id)"), {"id": parent})

    insert = text("insert into children (id, parent_id) values (:id, :parent)")
    with tenant_transaction(theirs, database.url("write")) as db:
        db.execute(insert, {"id": new_id(), "parent": parent})
    with tenant_transaction(ours, database.url("write")) as db, pytest.raises(exc.IntegrityError), db.begin_nested():
        db.execute(insert, {"id": new_id(), "parent": parent})


@pytest.mark.usefixtures("op")
def test_a_role_may_do_what_its_table_declares_and_no_more(database: Database) -> None:
    migration.create_tenant_table("notes", Column("body", Text), write=("insert",), system=("select",))
    _commit()
    org_id = create_organisation(database)

    with tenant_transaction(org_id, database.url("write")) as db:
        db.execute(text("insert into notes (id) values (:id)"), {"id": new_id()})
        for refused in ("update notes set body = ''", "delete from notes", "truncate notes"):
            with pytest.raises(exc.ProgrammingError, match="permission denied"), db.begin_nested():
                db.execute(text(refused))
    with system_transaction(database.url("system")) as db:
        assert len(db.execute(text("select * from notes")).all()) == 1
        with pytest.raises(exc.ProgrammingError, match="permission denied"), db.begin_nested():
            db.execute(text("delete from notes"))


@pytest.mark.usefixtures("op")
def test_a_lookup_function_sees_across_organisations_only_what_is_open_to_lookups(database: Database) -> None:
    migration.create_tenant_table("doors", Column("name", Text), lookup=("select",))
    migration.create_tenant_table("rooms", Column("name", Text))
    for signature, body in (
        ("find_doors(text)", "select org_id from public.doors where name = $1"),
        ("find_rooms(text)", "select org_id from public.rooms where name = $1"),
    ):
        migration.create_lookup_function(signature, "setof uuid", body, to=("dreamseed_read",))
    _commit()
    owners = {create_organisation(database), create_organisation(database)}
    for org_id in owners:
        with tenant_transaction(org_id, database.url("write")) as db:
            db.execute(text("insert into doors (id, name) values (:id, 'blue')"), {"id": new_id()})

    with system_transaction(database.url("read")) as db:
        assert set(db.scalars(text("select find_doors('blue')"))) == owners
        assert db.scalars(text("select name from doors")).all() == []
        with pytest.raises(exc.ProgrammingError, match="permission denied"), db.begin_nested():
            db.execute(text("select find_rooms('blue')"))
    with (
        system_transaction(database.url("write")) as db,
        pytest.raises(exc.ProgrammingError, match="permission denied"),
        db.begin_nested(),
    ):
        db.execute(text("select find_doors('blue')"))


@pytest.mark.usefixtures("op")
def test_a_lookup_function_can_be_dropped_again(database: Database) -> None:
    migration.create_lookup_function("one()", "int", "select 1", to=("dreamseed_read",))

    migration.drop_lookup_function("one()")

    _commit()
    with system_transaction(database.url("read")) as db, pytest.raises(exc.ProgrammingError), db.begin_nested():
        db.execute(text("select one()"))


def _commit() -> None:
    from alembic import op

    op.get_bind().commit()
