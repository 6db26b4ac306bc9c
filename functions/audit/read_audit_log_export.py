"""Show an export of the audit log."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.exports import BUCKET, find_job, shown_export
from dreamseed.audit.models import AuditLogExport
from dreamseed.function import function
from dreamseed.local.signatures import SIGNING_SECRET
from dreamseed.needs import Http, Needs, bucket, database, secret
from dreamseed.ports.blobs import Blobs


@function(
    Needs(
        Http("GET", "/api/v1/audit_logs/exports/{id}", "audit:export"),
        grants=(database("read"), bucket(BUCKET, "read"), secret(SIGNING_SECRET)),
    )
)
def read_audit_log_export(id: UUID, db: Connection, blobs: Blobs) -> AuditLogExport:
    """An export, with addresses for its files once they are written; the addresses hold for 15 minutes."""
    return shown_export(find_job(db, id, "export_audit_log"), blobs)
