"""Show what a check of the audit log found."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.exports import find_job, shown_verification
from dreamseed.audit.models import AuditLogVerification
from dreamseed.function import function
from dreamseed.needs import Http, Needs, database


@function(Needs(Http("GET", "/api/v1/audit_logs/verifications/{id}", "audit:verify"), grants=(database("read"),)))
def read_audit_log_verification(id: UUID, db: Connection) -> AuditLogVerification:
    """A check, with its outcome once it is done."""
    return shown_verification(find_job(db, id, "verify_audit_log"))
