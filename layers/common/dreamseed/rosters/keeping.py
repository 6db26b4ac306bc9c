"""What is kept of an import beside its row, and for how long: a report, and the file of a large one until it is taken.

    file     sealed with a key whose subject is the import's id; goes when the job has ended, or after FILE_LIFETIME
    report   sealed with a key of its own, which a report without somebody who was erased gets anew; goes after
             REPORT_LIFETIME

Whatever goes, its key is destroyed first: so no copy is left that can be read, and what was begun is safe to do again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from dreamseed.database.ids import new_id
from dreamseed.database.sealed import Sealed
from dreamseed.database.transaction import in_tenant
from dreamseed.errors import NotFound
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.rosters import queries
from dreamseed.rosters.models import RosterReport

BUCKET = "rosters"
REPORT = "roster_imports.report"
REPORT_LIFETIME = timedelta(days=30)
FILE_LIFETIME = timedelta(days=7)
"""How long the job of an import may be tried again. The bucket forgets files after as long."""

BATCH_SIZE = 500


def blob_name(import_id: UUID) -> str:
    """Where the file of a large import waits for its job."""
    return f"imports/{import_id}"


def put_file(blobs: Blobs, keys: SubjectKeys, import_id: UUID, content: bytes) -> None:
    """Keep the file of a large import, sealed."""
    blobs.put(BUCKET, blob_name(import_id), keys.seal_file(import_id, content, BUCKET).value)


def read_file(blobs: Blobs, keys: SubjectKeys, import_id: UUID) -> bytes:
    """The file of a large import. Raises NotFound when it is kept no longer."""
    content = keys.open_file(Sealed(blobs.get(BUCKET, blob_name(import_id)), BUCKET), BUCKET)
    if content is None:
        raise NotFound("The file of this roster is kept no longer: send it again.", code="roster_file_gone")
    return content


def remove_file(org_id: UUID, import_id: UUID, blobs: Blobs, keys: SubjectKeys) -> None:
    """Forget an import's file for ever. Does no harm twice."""
    keys.destroy(import_id)
    blobs.delete(BUCKET, blob_name(import_id))
    in_tenant(org_id, lambda db: queries.change_import(db, import_id, {"has_file": False}))


def sealed_report(keys: SubjectKeys, report: RosterReport) -> Sealed:
    """A report as its row holds it, with a new key."""
    return keys.seal(new_id(), report.model_dump_json(), REPORT)


def opened_report(keys: SubjectKeys, sealed: Sealed | None) -> RosterReport | None:
    """A report as it is shown; None when there is none, or its key was destroyed."""
    text = None if sealed is None else keys.open(sealed, REPORT)
    return None if text is None else RosterReport.model_validate_json(text)


def forget_old(org_id: UUID, blobs: Blobs, keys: SubjectKeys, now: datetime) -> None:
    """Forget reports and files that are kept no longer, some of each: what is left goes the next day."""
    old_files = partial(queries.old_files, before=now - FILE_LIFETIME, limit=BATCH_SIZE)
    for import_id in in_tenant(org_id, old_files):
        remove_file(org_id, import_id, blobs, keys)
    old_reports = partial(queries.old_reports, before=now - REPORT_LIFETIME, limit=BATCH_SIZE)
    for row in in_tenant(org_id, old_reports):
        keys.destroy(row.report.subject_id)
        in_tenant(org_id, partial(queries.change_import, import_id=row.id, values={"report": None}))
