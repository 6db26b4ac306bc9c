"""Exports and checks as jobs, and the files that an export makes.

    audit/exports/<job>/part-0001.ndjson …    entries, a line each, in their order
    audit/exports/<job>/manifest.json         the files' digests, and where the part of the chain begins and ends

See `dreamseed.audit.verify` for checking them elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit import queries
from dreamseed.audit.anchors import Anchor
from dreamseed.audit.models import (
    AuditLogExport,
    AuditLogVerification,
    ExportedFile,
    NewAuditLogExport,
    Verification,
)
from dreamseed.audit.records import as_line
from dreamseed.audit.verification import batches, start_of
from dreamseed.audit.verify import MANIFEST
from dreamseed.database.transaction import in_tenant
from dreamseed.errors import NotFound
from dreamseed.platform.jobs import create_job
from dreamseed.platform.queries import AnyRow, read_job
from dreamseed.ports.blobs import Blobs

BUCKET = "results"
LINES = "application/x-ndjson"
BATCHES_A_FILE = 10

Kind = Literal["export_audit_log", "verify_audit_log"]


def find_job(db: Connection, job_id: UUID, kind: Kind) -> AnyRow:
    """An export or check by its job. Raises NotFound."""
    row = read_job(db, job_id)
    if row is None or row.kind != kind:
        raise NotFound("There is no such job on the audit log.", code="job_not_found")
    return row


def create_export(db: Connection, wanted: NewAuditLogExport, created_by: UUID) -> UUID:
    """A job that exports what there is now. Returns its id."""
    head = queries.head_of(db)
    kept = start_of(queries.anchors_of(db)).seq + 1
    first = kept if wanted.from_at is None else queries.last_before(db, wanted.from_at) + 1
    last = head.seq if wanted.to_at is None else queries.last_before(db, wanted.to_at)
    return create_job(db, "export_audit_log", {"first_seq": first, "last_seq": last}, created_by=created_by)


def shown_export(row: AnyRow, blobs: Blobs) -> AuditLogExport:
    """An export from its job, with addresses to download its files from."""
    files = (row.result or {}).get("files", [])
    return AuditLogExport(
        id=row.id,
        status=row.status,
        progress=row.progress,
        created_at=row.created_at,
        **row.input,
        files=[ExportedFile(**each, url=blobs.signed_url(BUCKET, _place(row.id, each["name"]))) for each in files],
    )


def shown_verification(row: AnyRow) -> AuditLogVerification:
    """A check from its job."""
    return AuditLogVerification(
        id=row.id,
        status=row.status,
        progress=row.progress,
        created_at=row.created_at,
        outcome=Verification.model_validate(row.result) if row.result else None,
    )


def write_export(org_id: UUID, job_id: UUID, blobs: Blobs, progress: Callable[[float], None]) -> dict[str, Any]:
    """Write the files of an export, the same ones whenever it is begun anew. Returns the job's result.

    What is let go meanwhile is left out: the files are written once more, and begin after it.
    """
    wanted = in_tenant(org_id, lambda db: find_job(db, job_id, "export_audit_log")).input
    while True:
        anchors = in_tenant(org_id, queries.anchors_of)
        first = max(wanted["first_seq"], start_of(anchors).seq + 1)
        files = _write(org_id, job_id, blobs, progress, (first, wanted["last_seq"]), anchors)
        if in_tenant(org_id, queries.anchors_of) == anchors:
            return {"files": files}


def _write(
    org_id: UUID,
    job_id: UUID,
    blobs: Blobs,
    progress: Callable[[float], None],
    numbers: tuple[int, int],
    anchors: Sequence[Anchor],
) -> list[dict[str, Any]]:
    """Write the entries of those numbers and the manifest; returns what there is to say of each file."""
    first, last = numbers
    files: list[dict[str, Any]] = []
    ends: list[AnyRow] = []

    def put(name: str, content: bytes, media_type: str) -> None:
        blobs.put(BUCKET, _place(job_id, name), content, media_type)
        files.append({"name": name, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)})

    for number, rows in enumerate(_files(org_id, first, last), start=1):
        put(f"part-{number:04}.ndjson", "".join(f"{as_line(row._mapping)}\n" for row in rows).encode(), LINES)
        ends = [ends[0] if ends else rows[0], rows[-1]]
        progress((rows[-1].seq - first + 1) / (last - first + 1))
    manifest = {
        "org_id": str(org_id),
        "first_seq": first,
        "last_seq": last,
        "first_prev_hash": bytes(ends[0].prev_hash).hex() if ends else "",
        "last_hash": bytes(ends[1].hash).hex() if ends else "",
        "anchors": [anchor.as_record() for anchor in anchors],
        "files": list(files),
    }
    put(MANIFEST, json.dumps(manifest, indent=1).encode(), "application/json")
    return files


def _files(org_id: UUID, first: int, last: int) -> Iterator[list[queries.AnyRow]]:
    """The entries of each file."""
    rows: list[queries.AnyRow] = []
    for count, batch in enumerate(batches(org_id, first - 1, last), start=1):
        rows += batch
        if count % BATCHES_A_FILE == 0:
            yield rows
            rows = []
    if rows:
        yield rows


def _place(job_id: UUID, name: str) -> str:
    return f"audit/exports/{job_id}/{name}"
