"""Ask for the nightly check of every audit log."""

from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit import queries
from dreamseed.database.transaction import in_system
from dreamseed.function import function
from dreamseed.needs import Needs, Schedule, database
from dreamseed.platform.outbox import publish

BATCH_SIZE = 500


@function(Needs(Schedule("cron(15 2 * * ? *)"), grants=(database("system"),), timeout_seconds=300))
def request_audit_checks() -> int:
    """Publish `audit_log.verification_due` for each organisation that has a log; returns how many there are."""
    total, after = 0, None
    while found := in_system(partial(queries.organisations_with_entries, after=after, limit=BATCH_SIZE)):
        in_system(partial(_request, org_ids=found))
        total, after = total + len(found), found[-1]
    return total


def _request(db: Connection, org_ids: list[UUID]) -> None:
    for org_id in org_ids:
        publish(db, "audit_log.verification_due", {}, org_id=org_id)
