"""Move people on to their next age band."""

from dreamseed.function import function
from dreamseed.identity.ages import renew_ages as renew
from dreamseed.needs import Needs, Schedule, database
from dreamseed.platform.batches import in_batches

BATCH_SIZE = 2_000


@function(Needs(Schedule("rate(1 hour)"), grants=(database("system"),), timeout_seconds=120))
def renew_ages() -> int:
    """Write down whoever has grown into the next band, across tenants. Returns how many it were."""
    return in_batches(renew, BATCH_SIZE)
