"""Imports as the API knows them: done at once when small, a job when large."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.errors import NotFound
from dreamseed.platform.jobs import create_job
from dreamseed.platform.queries import read_job
from dreamseed.rosters import queries
from dreamseed.rosters.models import Format, RosterImport, RosterReport
from dreamseed.rosters.queries import AnyRow
from dreamseed.rosters.reading import read_csv, read_oneroster
from dreamseed.rosters.rules import Roster

WORKFLOW = "import_roster"
AT_ONCE = 300
"""Rows that a request takes itself; more are a job's."""


def read_roster(format: Format, content: bytes) -> Roster:
    """What a file says. Raises Invalid `roster_unreadable` for one that cannot be read at all."""
    return read_csv(content) if format == "csv" else read_oneroster(content)


def create_import_job(db: Connection, import_id: UUID, created_by: UUID) -> UUID:
    """A job that takes a large roster; returns its id."""
    return create_job(db, WORKFLOW, {"roster_import_id": str(import_id)}, created_by=created_by)


def find_import(db: Connection, import_id: UUID) -> AnyRow:
    """An import by id. Raises NotFound."""
    row = queries.read_import(db, import_id)
    if row is None:
        raise NotFound("There is no such import.", code="roster_not_found")
    return row


def shown_import(db: Connection, row: AnyRow, report: RosterReport | None = None) -> RosterImport:
    """An import as it stands; lists leave the report out."""
    job = read_job(db, row.job_id) if row.job_id is not None else None
    return RosterImport(
        id=row.id,
        format=row.format,
        name=row.name,
        is_dry_run=row.is_dry_run,
        status=job.status if job is not None else "succeeded",
        job_id=row.job_id,
        created_at=row.created_at,
        report=report,
    )
