"""End one test whose time is up."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment import queries
from dreamseed.assessment.sessions import expire, with_design
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.models import Input
from dreamseed.needs import Needs, Queue, database


class ExpiredSession(Input):
    """A session that was found to be out of time."""

    session_id: UUID


@function(
    Needs(
        Queue("expired-sessions", topic="session.expired"),
        grants=(database("write"),),
        layers=("common", "irt_core"),
    )
)
def expire_session(expired: ExpiredSession, db: Connection, clock: Clock) -> None:
    """End the session with what it knows, unless it ended or got more time since it was found."""
    row = queries.lock_session(db, expired.session_id)
    if row is not None:
        expire(db, with_design(db, row), clock.now())
