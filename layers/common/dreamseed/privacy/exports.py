"""The job that makes an export: what it works for, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Table

from dreamseed.audit.entries import Entry, append
from dreamseed.database import privacy
from dreamseed.database.privacy import Who
from dreamseed.platform.jobs import JobContext, finish_job
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy import queries
from dreamseed.privacy.exporting import digest
from dreamseed.privacy.requests import BUCKET, who_is
from dreamseed.privacy.rules import EXPORT_LIFETIME
from dreamseed.privacy.tables import data_exports


@dataclass(frozen=True)
class Work:
    """Whose data a job collects, for which export."""

    export_id: UUID
    who: Who


def read_work(db: Connection, job_id: UUID, keys: SubjectKeys) -> Work | None:
    """What a job works for; None if the copy is made already, or its person was erased meanwhile."""
    row = queries.of_job(db, data_exports, job_id)
    return None if row is None or row.ready_at is not None else Work(row.id, who_is(db, row.subject_id, keys))


def tables() -> list[Table]:
    """The tables that say something of people."""
    return [table for table in privacy.all_tables() if privacy.rules_of(table)]


def finish(db: Connection, job: JobContext, content: bytes, blobs: Blobs, now: datetime) -> None:
    """Keep the zip and end the job. The row's lock keeps an erasure from overlooking the zip."""
    row = queries.of_job(db, data_exports, job.job_id, is_locked=True)
    if row is not None:
        blobs.put(BUCKET, f"exports/{row.id}.zip", content, "application/zip")
        made = {"bytes": len(content), "sha256": digest(content)}
        queries.change(db, data_exports, row.id, {**made, "ready_at": now, "expires_at": now + EXPORT_LIFETIME})
        append(db, Entry("export_subject", resource="data_exports", resource_id=row.id, subject_id=row.subject_id))
    finish_job(db, job.job_id, {"bytes": len(content)})
