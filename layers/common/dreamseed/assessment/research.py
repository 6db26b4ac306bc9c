"""What other areas may ask of learners' answers all together, without loading the engine."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select, tuple_

from dreamseed.assessment.tables import responses, test_sessions


class ScoredResponse(NamedTuple):
    """An answer in a test that is over and counts."""

    session_id: UUID
    position: int
    learner_id: UUID
    item_version_id: UUID
    score: int
    response_ms: int
    finished_at: datetime


def list_scored_responses(db: Connection, after: tuple[UUID, int] | None, limit: int) -> list[ScoredResponse]:
    """Up to `limit` of the organisation's answers in the order of (session, position), after that one."""
    key = responses.c.session_id, responses.c.position
    statement = (
        select(
            *key,
            test_sessions.c.learner_id,
            responses.c.item_version_id,
            responses.c.score,
            responses.c.response_ms,
            test_sessions.c.finished_at,
        )
        .join(test_sessions, test_sessions.c.id == responses.c.session_id)
        .where(test_sessions.c.status.in_(("finished", "expired")))
        .order_by(*key)
        .limit(limit)
    )
    found = db.execute(statement if after is None else statement.where(tuple_(*key) > after))
    return [ScoredResponse(*row) for row in found]
