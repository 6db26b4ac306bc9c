"""Statements of the hot path give what Core's own execution gives, and are planned once a connection."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import Connection, bindparam, exc, func, insert, select, text

from dreamseed.database import engine as engines
from dreamseed.database.hot import Hot
from dreamseed.database.ids import new_id
from dreamseed.database.transaction import in_tenant, tenant_transaction
from dreamseed.platform.tables import jobs, outbox
from host.postgres import Database

ADD = Hot(lambda: insert(outbox).values({name: bindparam(name) for name in ("id", "topic", "payload")}))
READ_STATEMENT = select(outbox.c.org_id, outbox.c.id, outbox.c.payload, outbox.c.created_at, outbox.c.attempts)
READ = Hot(lambda: READ_STATEMENT.where(outbox.c.id == bindparam("id")))


@pytest.fixture
def url(database: Database) -> str:
    return database.url("write")


@pytest.fixture
def db(org_id: UUID, url: str) -> Iterator[Connection]:
    with tenant_transaction(org_id, url) as connection:
        yield connection


def add(db: Connection) -> UUID:
    id = new_id()
    ADD.run(db, {"id": id, "topic": "t", "payload": {"words": ["é", 1.5, None]}})
    return id


def prepared(db: Connection, words: str) -> int:
    count = select(func.count()).select_from(text("pg_prepared_statements")).where(text("statement like :words"))
    return db.scalar(count, {"words": f"%{words}%"}) or 0


def test_a_row_has_the_same_values_as_with_core(db: Connection, org_id: UUID) -> None:
    id = add(db)

    row = READ.run(db, {"id": id}).fetchone()

    assert row == tuple(db.execute(READ_STATEMENT.where(outbox.c.id == id)).one())
    assert row is not None
    assert row[:3] == (org_id, id, {"words": ["é", 1.5, None]})


def test_none_is_null_in_a_column_of_json_too(org_id: UUID, url: str) -> None:
    """And an error of the driver comes out of the transaction as one of SQLAlchemy's."""
    with pytest.raises(exc.IntegrityError, match="not-null"):
        in_tenant(org_id, lambda db: ADD.run(db, {"id": new_id(), "topic": "t", "payload": None}), url)


def test_another_tenants_row_stays_out_of_sight(url: str, org_id: UUID, other_org_id: UUID) -> None:
    id = in_tenant(org_id, add, url)

    assert in_tenant(other_org_id, lambda db: READ.run(db, {"id": id}).fetchone(), url) is None


def test_a_statement_that_comes_often_stays_prepared(db: Connection) -> None:
    id = add(db)
    before = prepared(db, "outbox.attempts")

    for _ in range(engines.PREPARED_AFTER + 1):
        READ.run(db, {"id": id})

    assert prepared(db, "outbox.attempts") == before + 1


def test_a_prepared_statement_outlives_a_new_column(fresh_database: Database, database: Database, org_id: UUID) -> None:
    """A deployment adds columns while containers of the version before still answer."""
    url = fresh_database.url("write")
    read = Hot(lambda: select(jobs.c.id, jobs.c.kind).where(jobs.c.id == bindparam("id")))
    for _ in range(engines.PREPARED_AFTER + 1):
        in_tenant(org_id, lambda db: read.run(db, {"id": new_id()}).fetchone(), url)

    with tenant_transaction(org_id, fresh_database.url("owner")) as owner:
        owner.execute(text("alter table jobs add column note text"))

    assert in_tenant(org_id, lambda db: read.run(db, {"id": new_id()}).fetchone(), url) is None
