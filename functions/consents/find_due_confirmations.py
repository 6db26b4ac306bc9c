"""Find the guardians who are to be asked a second time."""

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.consents import queries, requests
from dreamseed.function import function
from dreamseed.needs import Needs, Schedule, database

MANY = 1_000


@function(Needs(Schedule("rate(15 minutes)"), grants=(database("system"),), timeout_seconds=60))
def find_due_confirmations(db: Connection, clock: Clock) -> int:
    """Send `consent.confirmation_due` for each answer that is a day old, and forget requests that nobody answered.

    Returns how many events. Each is handled in its own tenant; found again before that, it is not sent again.
    """
    queries.delete_old_requests(db, clock.now(), MANY)
    return requests.announce_due(db, clock.now(), MANY)
