"""Delete what signing in leaves behind: tokens, sign-ins, registrations, resets and counts that no longer matter."""

from dreamseed.function import function
from dreamseed.identity.queries import delete_expired_tokens as delete
from dreamseed.identity.retention import expired
from dreamseed.needs import Needs, Schedule, database
from dreamseed.platform.batches import in_batches

BATCH_SIZE = 2_000


@function(Needs(Schedule("rate(1 hour)"), grants=(database("system"),), timeout_seconds=120))
def delete_expired_tokens() -> int:
    """Delete them across tenants; returns how many tokens. Whoever shows one later might as well never have had it."""
    deleted = in_batches(delete, BATCH_SIZE)
    for outlived in expired():
        in_batches(outlived, BATCH_SIZE)
    return deleted
