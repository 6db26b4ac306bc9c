"""Letting go of what an organisation keeps no longer of its audit log, a whole month at a time.

What goes, and that nothing else does, is up to the database's own function `release_audit_month`: the organisation's
schedule, legal holds, and that the month is what was written. Nobody is asked here.
"""

from __future__ import annotations

from uuid import UUID

from dreamseed import logs
from dreamseed.audit import queries
from dreamseed.database.transaction import in_tenant

MOST_MONTHS = 24
"""A run ends before its time is up; the next day's goes on."""

_log = logs.logger("audit")


def release_months(org_id: UUID) -> int:
    """Let the months go whose time has come, the oldest first, each in a transaction; returns how many entries went."""
    total = 0
    for _ in range(MOST_MONTHS):
        released = in_tenant(org_id, queries.release_month)
        if released is None:
            break
        if "refused" in released:
            _report(org_id, released)
            break
        _log.info("a month of the audit log went", extra={"audited_org_id": str(org_id), **released})
        total += released["entries"]
    return total


def _report(org_id: UUID, kept: dict[str, str]) -> None:
    """A month that a legal hold keeps is as it should be; the nightly check warns of one that was changed."""
    fields = {"audited_org_id": str(org_id), **kept}
    if kept["refused"] == "broken":
        _log.error("a month of the audit log is not what was written, and stays", extra=fields)
    else:
        _log.info("a month of the audit log is held", extra=fields)
