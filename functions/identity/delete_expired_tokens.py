"""Delete the refresh tokens that no longer hold."""

from dreamseed.function import function
from dreamseed.identity.queries import delete_expired_tokens as delete
from dreamseed.needs import Needs, Schedule, database
from dreamseed.platform.batches import in_batches

BATCH_SIZE = 2_000


@function(Needs(Schedule("rate(1 hour)"), grants=(database("system"),), timeout_seconds=120))
def delete_expired_tokens() -> int:
    """Delete them across tenants; returns how many. To whoever shows one later it is as if it had never been."""
    return in_batches(delete, BATCH_SIZE)
