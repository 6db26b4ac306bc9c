"""What staff did to attempts, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select

from dreamseed.identity.people import people
from dreamseed.school.tables import session_interventions

AnyRow = Row[*tuple[Any, ...]]


def list_reset_sessions(db: Connection, session_ids: Collection[UUID]) -> set[UUID]:
    """Those of these sessions that staff have reset."""
    columns = session_interventions.c
    if not session_ids:
        return set()
    statement = select(columns.session_id).where(columns.session_id.in_(session_ids), columns.kind == "reset")
    return set(db.scalars(statement))


def add_intervention(db: Connection, values: Mapping[str, Any]) -> None:
    """Keep what somebody did to a session."""
    db.execute(insert(session_interventions).values(**values))


def list_interventions(db: Connection, session_id: UUID, before: UUID | None, limit: int) -> list[AnyRow]:
    """Up to `limit` of what was done to a session, newest first, with the name of who did it (`by_name`)."""
    columns = session_interventions.c
    joined = session_interventions.join(people, people.c.id == columns.by_user_id)
    statement = select(session_interventions, people.c.full_name.label("by_name")).select_from(joined)
    statement = statement.where(columns.session_id == session_id).order_by(columns.id.desc()).limit(limit)
    return list(db.execute(statement.where(columns.id < before) if before is not None else statement))
