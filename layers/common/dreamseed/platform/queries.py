"""Reading jobs and dead letters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, null, select, update

from dreamseed.platform.tables import job_events, jobs, outbox

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


def list_jobs(
    db: Connection, kinds: list[str] | None, owner_id: UUID, status: str | None, before: UUID | None, limit: int
) -> list[AnyRow]:
    """Up to `limit` jobs of those kinds, None is all, or of that owner; newest first."""
    statement = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
    if kinds is not None:
        statement = statement.where(jobs.c.kind.in_(kinds) | (jobs.c.created_by == owner_id))
    if status is not None:
        statement = statement.where(jobs.c.status == status)
    return list(db.execute(statement.where(jobs.c.id < before) if before else statement))


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
