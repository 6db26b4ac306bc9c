"""The tests of an account that becomes part of another."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, select, update

from dreamseed.assessment.tables import test_sessions
from dreamseed.errors import Conflict


def merge_learner(db: Connection, kept_id: UUID, merged_id: UUID) -> dict[str, int]:
    """Move all attempts, with their answers and results. Raises Conflict while one of them is going on."""
    mine = test_sessions.c.learner_id == merged_id
    is_open = test_sessions.c.status.in_(("active", "paused"))
    if db.execute(select(test_sessions.c.id).where(mine, is_open).limit(1)).first() is not None:
        raise Conflict("A test of this account is still going on; let it end first.", code="test_going_on")
    return {"test_sessions": db.execute(update(test_sessions).where(mine).values(learner_id=kept_id)).rowcount}
