"""Find the tests whose time is up."""

from uuid import uuid5

from sqlalchemy import Connection

from dreamseed.assessment import queries
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.needs import Needs, Schedule, database
from dreamseed.platform.outbox import publish

MAX_A_MINUTE = 2_000


@function(Needs(Schedule("rate(1 minute)"), grants=(database("system"),), timeout_seconds=60))
def expire_sessions(db: Connection, clock: Clock) -> int:
    """Send `session.expired` for each session, of all organisations, whose time is up; returns how many there were.

    It only finds them: each is ended by `expire_session` in its own tenant, under its lock. The event's id follows from
    the session and its end, so one that is found again before that has happened is not announced again.
    """
    expired = queries.list_expired_sessions(db, clock.now(), MAX_A_MINUTE)
    for row in expired:
        once = uuid5(row.id, f"expired {row.expires_at.isoformat()} {row.paused_at}")
        publish(db, "session.expired", {"session_id": str(row.id)}, org_id=row.org_id, message_id=once)
    return len(expired)
