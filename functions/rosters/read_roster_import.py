"""Show what an imported roster changes, or has changed."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.rosters.imports import find_import, shown_import
from dreamseed.rosters.keeping import opened_report
from dreamseed.rosters.models import RosterImport


@function(Needs(Http("GET", "/api/v1/rosters/{id}", "roster:read"), grants=(database("read"), subject_keys("read"))))
def read_roster_import(id: UUID, db: Connection, keys: SubjectKeys) -> RosterImport:
    """An import with its report, once there is one."""
    row = find_import(db, id)
    return shown_import(db, row, opened_report(keys, row.report))
