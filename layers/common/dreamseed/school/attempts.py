"""An assignment and the sessions taken for it, as the rules know them: its window, and the attempts that count."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from dreamseed.errors import NotFound
from dreamseed.school.assignment_rules import Attempt, Window
from dreamseed.school.intervention_queries import AnyRow, list_reset_sessions


def window_of(row: AnyRow) -> Window:
    """When an assignment may be started."""
    return Window(row.opens_at, row.closes_at, row.max_attempts, row.withdrawn_at is not None)


def attempts_of(db: Connection, sessions: Sequence[AnyRow]) -> list[AnyRow]:
    """Those of an assignment's sessions that count as attempts: all but the ones that were reset."""
    reset = list_reset_sessions(db, [row.id for row in sessions if row.status == "invalidated"])
    return [row for row in sessions if row.id not in reset]


def as_attempts(sessions: Collection[AnyRow]) -> list[Attempt]:
    """Sessions as the rules know them."""
    return [Attempt(row.id, row.status, row.expires_at) for row in sessions]


def no_assignment() -> NotFound:
    """There is no such assignment, as far as the caller is concerned."""
    return NotFound("There is no such assignment.", code="assignment_not_found")
