"""Assessment in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, Update, and_, bindparam, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dreamseed.assessment.models import PAUSED_LIFETIME, Status
from dreamseed.assessment.tables import responses, test_designs, test_sessions
from dreamseed.database.hot import Hot


@dataclass(frozen=True)
class StoredSession:
    """A row of `test_sessions`."""

    org_id: UUID
    id: UUID
    created_at: datetime
    learner_id: UUID
    test_design_id: UUID
    bank_version_id: UUID
    status: Status
    seed: int
    cat_state: dict[str, Any]
    next_choice: dict[str, Any] | None
    answered: int
    correct: int
    theta: float
    se: float
    stop_reason: str | None
    started_at: datetime
    expires_at: datetime
    paused_at: datetime | None
    finished_at: datetime | None
    assignment_id: UUID | None
    extra_seconds: int
    accommodations: dict[str, Any]


_SESSION_COLUMNS = tuple(test_sessions.c[each.name] for each in fields(StoredSession))


_RESPONSE_COLUMNS = (
    "session_id",
    "position",
    "item_version_id",
    "answer",
    "score",
    "response_ms",
    "theta_after",
    "se_after",
    "criterion",
    "reason",
    "idempotency_key",
)
_MOVED_COLUMNS = (
    "cat_state",
    "next_choice",
    "answered",
    "correct",
    "theta",
    "se",
    "status",
    "stop_reason",
    "finished_at",
)
"""What an answer writes of its own row, and what it changes of its session's."""


def _stored(row: Row[Any] | tuple[Any, ...] | None) -> StoredSession | None:
    return StoredSession(*row) if row is not None else None


def add_test_design(db: Connection, values: Mapping[str, Any]) -> bool:
    """Create a test design; False when the name is taken."""
    statement = upsert(test_designs).values(**values).on_conflict_do_nothing(index_elements=["org_id", "name"])
    return db.execute(statement.returning(test_designs.c.id)).first() is not None


def read_test_design(db: Connection, test_design_id: UUID) -> Row[Any] | None:
    """A test design by id."""
    return db.execute(select(test_designs).where(test_designs.c.id == test_design_id)).one_or_none()


def list_test_designs(db: Connection, after: UUID | None, limit: int) -> list[Row[Any]]:
    """Up to `limit` test designs, oldest first."""
    statement = select(test_designs).order_by(test_designs.c.id).limit(limit)
    return list(db.execute(statement.where(test_designs.c.id > after) if after else statement))


def add_session(db: Connection, values: Mapping[str, Any]) -> bool:
    """Create a session; False when the learner has an unfinished one of that design and assignment."""
    statement = upsert(test_sessions).values(**values).on_conflict_do_nothing()
    return db.execute(statement.returning(test_sessions.c.id)).first() is not None


def lock_unfinished_session(
    db: Connection, learner_id: UUID, test_design_id: UUID, assignment_id: UUID | None
) -> StoredSession | None:
    """The learner's one unfinished session of a design in that assignment (or in none), locked."""
    unfinished = select(*_SESSION_COLUMNS).where(
        test_sessions.c.learner_id == learner_id,
        test_sessions.c.test_design_id == test_design_id,
        test_sessions.c.assignment_id.is_not_distinct_from(assignment_id),
        test_sessions.c.status.in_(("active", "paused")),
    )
    return _stored(db.execute(unfinished.with_for_update()).one_or_none())


def read_session(db: Connection, session_id: UUID) -> StoredSession | None:
    """A session as it stands."""
    return _stored(_READ_SESSION.run(db, {"session_id": session_id}).fetchone())


def lock_session(db: Connection, session_id: UUID) -> StoredSession | None:
    """A session, locked until the end of the transaction: its answers are counted one after the other."""
    return _stored(_LOCK_SESSION.run(db, {"session_id": session_id}).fetchone())


def _one_session() -> Select[*tuple[Any, ...]]:
    return select(*_SESSION_COLUMNS).where(test_sessions.c.id == bindparam("session_id"))


_READ_SESSION = Hot(_one_session)
_LOCK_SESSION = Hot(lambda: _one_session().with_for_update())


def list_sessions(
    db: Connection, learner_id: UUID | None, status: str | None, before: UUID | None, limit: int
) -> list[StoredSession]:
    """Up to `limit` sessions, newest first, of one learner or of all."""
    statement = select(*_SESSION_COLUMNS).order_by(test_sessions.c.id.desc()).limit(limit)
    if learner_id is not None:
        statement = statement.where(test_sessions.c.learner_id == learner_id)
    if status is not None:
        statement = statement.where(test_sessions.c.status == status)
    if before is not None:
        statement = statement.where(test_sessions.c.id < before)
    return [StoredSession(*row) for row in db.execute(statement)]


def update_session(db: Connection, session_id: UUID, values: Mapping[str, Any]) -> None:
    """Change a session that this transaction has locked."""
    db.execute(update(test_sessions).where(test_sessions.c.id == session_id).values(**values))


def record_response(db: Connection, response: Mapping[str, Any], session: Mapping[str, Any]) -> None:
    """Write an answer and the session that follows from it, in one round trip: all columns of both lists above."""
    _RECORD_RESPONSE.run(db, {**response, **session})


def _record_response() -> Update:
    written = insert(responses).values({name: bindparam(name) for name in _RESPONSE_COLUMNS}).cte("written")
    moved = update(test_sessions).where(test_sessions.c.id == bindparam("session_id"))
    return moved.values({name: bindparam(name) for name in _MOVED_COLUMNS}).add_cte(written)


_RECORD_RESPONSE = Hot(_record_response)


def read_response(db: Connection, session_id: UUID, position: int) -> Row[Any] | None:
    """The answer at a position."""
    return db.execute(
        select(responses).where(responses.c.session_id == session_id, responses.c.position == position)
    ).one_or_none()


def list_responses(db: Connection, session_id: UUID) -> list[Row[Any]]:
    """A session's answers in order. A design's `max_items` bounds them."""
    return list(
        db.execute(select(responses).where(responses.c.session_id == session_id).order_by(responses.c.position))
    )


def list_expired_sessions(db: Connection, now: datetime, limit: int) -> list[Row[Any]]:
    """Sessions of all tenants whose time is up or that were paused for too long, those that wait longest first.

    (org_id, id, expires_at, paused_at)
    """
    expired = or_(
        and_(test_sessions.c.status == "active", test_sessions.c.expires_at <= now),
        and_(test_sessions.c.status == "paused", test_sessions.c.paused_at <= now - PAUSED_LIFETIME),
    )
    columns = (test_sessions.c.org_id, test_sessions.c.id, test_sessions.c.expires_at, test_sessions.c.paused_at)
    return list(db.execute(select(*columns).where(expired).order_by(test_sessions.c.expires_at).limit(limit)))
