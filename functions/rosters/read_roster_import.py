"""Show what an imported roster changes, or has changed."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.needs import Http, Needs, database
from dreamseed.rosters.imports import find_import, shown_import
from dreamseed.rosters.models import RosterImport


@function(Needs(Http("GET", "/api/v1/rosters/{id}", "roster:read"), grants=(database("read"),)))
def read_roster_import(id: UUID, db: Connection) -> RosterImport:
    """An import with its report, once there is one."""
    return shown_import(db, find_import(db, id))
