"""Delete what has outlived its use."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.needs import Needs, Schedule, database
from dreamseed.platform.queries import delete_expired

BATCH_SIZE = 5_000


@function(Needs(Schedule("rate(1 hour)"), grants=(database("system"),), timeout_seconds=60))
def clean_up(db: Connection) -> dict[str, int]:
    """Delete expired idempotency keys, handled events and closed connections. Returns how many of each."""
    return delete_expired(db, BATCH_SIZE)
