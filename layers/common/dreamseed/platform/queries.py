"""Reading jobs and dead letters, and deleting what nobody needs any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, exists, func, null, select, tuple_, update

from dreamseed.platform.tables import idempotency_keys, inbox, job_events, jobs, outbox, socket_connections

AnyRow = Row[*tuple[Any, ...]]

_DEAD_LETTER = (
    outbox.c.id,
    outbox.c.topic,
    outbox.c.payload.label("data"),
    outbox.c.attempts,
    outbox.c.created_at,
    outbox.c.dead_at,
    outbox.c.last_error,
)


def read_job(db: Connection, job_id: UUID) -> AnyRow | None:
    """A job by id."""
    return db.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()


def list_job_events(db: Connection, job_id: UUID, after: int, limit: int) -> list[AnyRow]:
    """Up to `limit` of a job's events numbered above `after`, in order."""
    statement = select(job_events).where(job_events.c.job_id == job_id, job_events.c.seq > after)
    return list(db.execute(statement.order_by(job_events.c.seq).limit(limit)))


def list_dead_letters(db: Connection, after: UUID | None, limit: int) -> list[AnyRow]:
    """Up to `limit` dead letters of the organisation, oldest first."""
    statement = select(*_DEAD_LETTER).where(outbox.c.dead_at.is_not(None)).order_by(outbox.c.id).limit(limit)
    return list(db.execute(statement.where(outbox.c.id > after) if after else statement))


def replay_dead_letter(db: Connection, message_id: UUID) -> AnyRow | None:
    """Give a dead letter all its attempts again, beginning now; None if there is no such dead letter."""
    revived = (
        update(outbox)
        .where(outbox.c.id == message_id, outbox.c.dead_at.is_not(None))
        .values(dead_at=null(), attempts=0, next_attempt_at=func.now(), published_at=null())
        .returning(*_DEAD_LETTER)
    )
    row = db.execute(revived).one_or_none()
    if row is not None:
        db.execute(select(func.pg_notify("outbox", "")))
    return row


def delete_expired(db: Connection, limit: int) -> dict[str, int]:
    """Delete up to `limit` rows of each kind that has outlived its use, across tenants. Returns how many of each.

    An inbox row stays as long as its message might still be sent: forgetting it would let the message act twice.
    """
    message_is_open = exists().where(
        outbox.c.org_id == inbox.c.org_id, outbox.c.id == inbox.c.message_id, outbox.c.completed_at.is_(None)
    )
    expired: dict[Table, ColumnElement[bool]] = {
        idempotency_keys: idempotency_keys.c.expires_at < func.now(),
        outbox: outbox.c.completed_at < func.now() - timedelta(days=7),
        inbox: (inbox.c.created_at < func.now() - timedelta(days=30)) & ~message_is_open,
        socket_connections: socket_connections.c.expires_at < func.now(),
    }
    return {table.name: _delete(db, table, condition, limit) for table, condition in expired.items()}


def _delete(db: Connection, table: Table, condition: ColumnElement[bool], limit: int) -> int:
    key = tuple_(*table.primary_key.columns)
    some = select(*table.primary_key.columns).where(condition).limit(limit)
    return db.execute(delete(table).where(key.in_(some))).rowcount
