"""Make the audit log's partitions ahead of their months."""

from functools import partial

from dreamseed import logs
from dreamseed.audit.queries import drop_empty_partitions, make_partitions
from dreamseed.database.transaction import in_system
from dreamseed.function import function
from dreamseed.needs import Needs, Schedule, database

MONTHS_AHEAD = 6

_log = logs.logger("audit")


@function(Needs(Schedule("rate(1 day)"), grants=(database("owner"),), timeout_seconds=60))
def make_audit_partitions() -> dict[str, int]:
    """Make what is missing of this month and the six after it; how many were made, and how many entries had waited.

    Past months in which nobody has an entry any more are dropped.

    An entry whose month has no partition waits in the default one: nothing is lost, but somebody should know.
    """
    made, moved = in_system(partial(make_partitions, months_ahead=MONTHS_AHEAD))
    if moved:
        _log.warning("audit entries waited for a partition", extra={"moved": moved})
    return {"made": made, "moved": moved, "dropped": in_system(drop_empty_partitions)}
