"""Take care of jobs that nobody takes care of."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.needs import Needs, Schedule, database
from dreamseed.platform.sweeper import sweep, wake

BATCH_SIZE = 500


@function(Needs(Schedule("rate(1 minute)"), grants=(database("system"),), timeout_seconds=60))
def sweep_jobs(db: Connection) -> dict[str, int]:
    """Ask for the next attempt of every job whose lease ran out, and for waiting jobs that were passed over.

    Returns how many jobs were restarted and given up, and for how many organisations waiting ones were asked for.
    """
    restarted, given_up = sweep(db, BATCH_SIZE)
    return {"restarted": restarted, "given_up": given_up, "woken": wake(db)}
