"""Requests of privacy in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Table, exists, insert, or_, select, update

from dreamseed.identity.people import same_person
from dreamseed.platform.tables import PLATFORM_ID, jobs, organisations
from dreamseed.privacy.tables import data_exports, erasures, legal_holds

AnyRow = Row[*tuple[Any, ...]]


def add(db: Connection, table: Table, values: dict[str, Any]) -> AnyRow:
    """Write a row and return it."""
    return db.execute(insert(table).values(**values).returning(table)).one()


def find(db: Connection, table: Table, row_id: UUID, *, is_locked: bool = False) -> AnyRow | None:
    """A row by id, locked until the transaction's end if wanted."""
    statement = select(table).where(table.c.id == row_id)
    return db.execute(statement.with_for_update() if is_locked else statement).one_or_none()


def of_job(db: Connection, table: Table, job_id: UUID, *, is_locked: bool = False) -> AnyRow | None:
    """The row that a job works for."""
    statement = select(table).where(table.c.job_id == job_id)
    return db.execute(statement.with_for_update() if is_locked else statement).one_or_none()


def change(db: Connection, table: Table, row_id: UUID, values: dict[str, Any]) -> AnyRow:
    """Change a row, which must be there, and return it."""
    return db.execute(update(table).where(table.c.id == row_id).values(**values).returning(table)).one()


def newest(db: Connection, table: Table, after: UUID | None, limit: int, *where: ColumnElement[bool]) -> list[AnyRow]:
    """Up to `limit` rows, the newest first."""
    statement = select(table).where(*where).order_by(table.c.id.desc()).limit(limit)
    return list(db.execute(statement.where(table.c.id < after) if after else statement))


def concerns(table: Table, user_id: UUID) -> ColumnElement[bool]:
    """Requests about somebody, or made by them."""
    return or_(table.c.subject_id == user_id, table.c.requested_by == user_id)


def open_erasure(db: Connection, subject_id: UUID) -> AnyRow | None:
    """Somebody's erasure that is neither done nor cancelled."""
    is_open = erasures.c.cancelled_at.is_(None), erasures.c.finished_at.is_(None)
    return db.execute(select(erasures).where(erasures.c.subject_id == subject_id, *is_open)).one_or_none()


def is_being_erased(db: Connection, subject_id: UUID) -> bool:
    """Whether an erasure of somebody has begun, under whichever of their accounts it was asked for.

    One that has not cannot begin before this transaction ends.
    """
    accounts = same_person(db, [subject_id])
    is_open = erasures.c.cancelled_at.is_(None), erasures.c.finished_at.is_(None)
    statement = select(erasures.c.job_id).where(erasures.c.subject_id.in_(accounts), *is_open).with_for_update()
    return any(job_id is not None for job_id in db.scalars(statement))


def newest_export(db: Connection, subject_id: UUID) -> AnyRow | None:
    """Somebody's export that was asked for last and is not ready yet."""
    waiting = data_exports.c.subject_id == subject_id, data_exports.c.ready_at.is_(None)
    statement = select(data_exports).where(*waiting).order_by(data_exports.c.id.desc()).limit(1)
    return db.execute(statement).one_or_none()


def is_held(db: Connection, subject_id: UUID) -> bool:
    """Whether a legal hold stands on somebody, under whichever of their accounts it was placed."""
    return not all_held(db).isdisjoint([subject_id])


def all_held(db: Connection) -> set[UUID]:
    """All accounts of everybody of the organisation on whom a legal hold stands."""
    placed = set(db.scalars(select(legal_holds.c.subject_id).where(legal_holds.c.released_at.is_(None))))
    return set(same_person(db, placed)) if placed else set()


def due_erasures(db: Connection, now: datetime, limit: int) -> list[AnyRow]:
    """Up to `limit` erasures of all organisations whose time has come and that no hold keeps back: org_id, id."""
    is_held = exists().where(
        legal_holds.c.org_id == erasures.c.org_id,
        legal_holds.c.subject_id == erasures.c.subject_id,
        legal_holds.c.released_at.is_(None),
    )
    was_stopped = exists().where(
        jobs.c.org_id == erasures.c.org_id, jobs.c.id == erasures.c.job_id, jobs.c.status == "cancelled"
    )
    waiting = erasures.c.cancelled_at.is_(None), erasures.c.finished_at.is_(None)
    may_begin = or_(erasures.c.job_id.is_(None), was_stopped)
    statement = select(erasures.c.org_id, erasures.c.id).where(*waiting, may_begin, erasures.c.due_at <= now, ~is_held)
    return list(db.execute(statement.order_by(erasures.c.due_at).limit(limit)))


def list_organisations(db: Connection) -> list[UUID]:
    """Every organisation, in a system transaction."""
    return list(db.scalars(select(organisations.c.id).where(organisations.c.id != PLATFORM_ID)))
