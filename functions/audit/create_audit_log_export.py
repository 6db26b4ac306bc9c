"""Export the audit log."""

from sqlalchemy import Connection

from dreamseed.audit.exports import BUCKET, create_export, find_job, shown_export
from dreamseed.audit.models import AuditLogExport, NewAuditLogExport
from dreamseed.audit.trail import Trail
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.local.signatures import SIGNING_SECRET
from dreamseed.needs import Http, Needs, bucket, database, secret
from dreamseed.ports.blobs import Blobs


@function(
    Needs(
        Http("POST", "/api/v1/audit_logs/exports", "audit:export", status=202, is_sensitive=True),
        grants=(database("write"), bucket(BUCKET, "read"), secret(SIGNING_SECRET)),
    )
)
def create_audit_log_export(
    body: NewAuditLogExport, caller: Caller, db: Connection, blobs: Blobs, trail: Trail
) -> Reply[AuditLogExport]:
    """Write the log to files of one JSON object a line, with a manifest. Runs as a job.

    What is sealed stays sealed in them: it is read at `/audit_logs`. `python -m dreamseed.audit.verify` checks them.
    """
    export_id = create_export(db, body, caller.user_id)
    shown = shown_export(find_job(db, export_id, "export_audit_log"), blobs)
    trail.note(None, "audit_logs", export_id, after=body.model_dump())
    return Reply(shown, headers={"location": f"/api/v1/audit_logs/exports/{export_id}"})
