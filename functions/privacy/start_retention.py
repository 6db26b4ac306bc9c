"""Let every organisation look at what it has kept for long enough."""

from uuid import uuid5

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.needs import Needs, Schedule, database
from dreamseed.platform.outbox import publish
from dreamseed.privacy import queries


@function(Needs(Schedule("rate(1 day)"), grants=(database("system"),), timeout_seconds=60))
def start_retention(db: Connection, clock: Clock) -> int:
    """Send `retention.due` to each organisation, once a day; returns how many there are."""
    organisations = queries.list_organisations(db)
    for org_id in organisations:
        publish(db, "retention.due", {}, org_id=org_id, message_id=uuid5(org_id, f"retention {clock.now():%Y-%m-%d}"))
    return len(organisations)
