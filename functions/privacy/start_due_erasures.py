"""Find the erasures whose time has come."""

from uuid import uuid5

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.needs import Needs, Schedule, database
from dreamseed.platform.outbox import publish
from dreamseed.privacy import queries

MAX_AT_ONCE = 500


@function(Needs(Schedule("rate(5 minutes)"), grants=(database("system"),), timeout_seconds=60))
def start_due_erasures(db: Connection, clock: Clock) -> int:
    """Send `erasure.due` for each, of all organisations, that nothing holds back; returns how many there were.

    It only finds them: each is begun by `begin_erasure` in its own tenant. One that is found again within the hour is
    not announced again.
    """
    due = queries.due_erasures(db, clock.now(), MAX_AT_ONCE)
    for row in due:
        once = uuid5(row.id, f"due {clock.now():%Y-%m-%dT%H}")
        publish(db, "erasure.due", {"erasure_id": str(row.id)}, org_id=row.org_id, message_id=once)
    return len(due)
