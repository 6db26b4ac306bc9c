"""Take care of jobs whose worker has vanished."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.needs import Needs, Schedule, database
from dreamseed.platform.sweeper import sweep

BATCH_SIZE = 500


@function(Needs(Schedule("rate(1 minute)"), grants=(database("system"),), timeout_seconds=60))
def sweep_jobs(db: Connection) -> dict[str, int]:
    """Ask for the next attempt of every job whose lease ran out. Returns how many were restarted and given up."""
    restarted, given_up = sweep(db, BATCH_SIZE)
    return {"restarted": restarted, "given_up": given_up}
