"""Take care of jobs that nobody takes care of."""

from pydantic import BaseModel

from dreamseed.database.transaction import in_system
from dreamseed.function import function
from dreamseed.needs import Needs, Schedule, database
from dreamseed.platform.batches import in_batches
from dreamseed.platform.sweeper import end_leases, sweep, wake

BATCH_SIZE = 500


class Sweep(BaseModel):
    """What wakes the sweeper. `workflows_are_gone` says that nobody works for any job, whatever its lease says."""

    workflows_are_gone: bool = False


@function(Needs(Schedule("rate(1 minute)"), grants=(database("system"),), timeout_seconds=60))
def sweep_jobs(asked: Sweep) -> dict[str, int]:
    """Ask for the next attempt of every job whose lease ran out, and for waiting jobs that were passed over.

    Returns how many jobs were restarted and given up, and for how many organisations waiting ones were asked for.
    """
    if asked.workflows_are_gone:
        in_system(end_leases)
    restarted, given_up = in_system(lambda db: sweep(db, BATCH_SIZE))
    return {"restarted": restarted, "given_up": given_up, "woken": in_batches(wake, BATCH_SIZE)}
