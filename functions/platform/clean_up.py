"""Delete what has outlived its use."""

from dreamseed.function import function
from dreamseed.needs import Needs, Schedule, database
from dreamseed.platform.batches import in_batches
from dreamseed.platform.retention import expired

BATCH_SIZE = 2_000


@function(Needs(Schedule("rate(1 hour)"), grants=(database("system"),), timeout_seconds=300))
def clean_up() -> dict[str, int]:
    """Delete expired idempotency keys, handled events, closed connections and old jobs' details; how many of each."""
    return {kind: in_batches(delete, BATCH_SIZE) for kind, delete in expired()}
