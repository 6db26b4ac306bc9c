"""What a check of an audit log found, in our own log: an alarm watches it, and it is a copy of the chain's end."""

from __future__ import annotations

from uuid import UUID

from dreamseed import logs
from dreamseed.audit.models import Verification

BREAKS_FIELD = "audit_chain_breaks"
"""An alarm watches this field of the log: 0 for a chain that holds, 1 for one that does not."""

_log = logs.logger("audit")


def report(org_id: UUID, found: Verification) -> None:
    """Log the outcome with the end of the chain, by which a log that was rewritten as a whole can be told later."""
    fields = {"audited_org_id": str(org_id), **found.model_dump(mode="json"), BREAKS_FIELD: int(not found.is_intact)}
    if found.is_intact:
        _log.info("audit log holds", extra=fields)
    else:
        _log.error("audit log was tampered with", extra=fields)
