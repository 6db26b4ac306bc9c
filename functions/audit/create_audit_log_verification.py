"""Have the audit log checked for tampering."""

from sqlalchemy import Connection

from dreamseed.audit.exports import find_job, shown_verification
from dreamseed.audit.models import AuditLogVerification
from dreamseed.audit.trail import Trail
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.needs import Http, Needs, database
from dreamseed.platform.jobs import create_job


@function(
    Needs(
        Http("POST", "/api/v1/audit_logs/verifications", "audit:verify", status=202),
        grants=(database("write"),),
    )
)
def create_audit_log_verification(caller: Caller, db: Connection, trail: Trail) -> Reply[AuditLogVerification]:
    """Recompute the hash of every entry, from the first to the last. Runs as a job and names the first bad entry."""
    job_id = create_job(db, "verify_audit_log", {}, created_by=caller.user_id)
    shown = shown_verification(find_job(db, job_id, "verify_audit_log"))
    trail.note(None, "audit_logs", job_id)
    return Reply(shown, headers={"location": f"/api/v1/audit_logs/verifications/{job_id}"})
