"""List the rosters that were imported."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database
from dreamseed.rosters import queries
from dreamseed.rosters.imports import shown_import
from dreamseed.rosters.models import RosterImport


@function(Needs(Http("GET", "/api/v1/rosters", "roster:read"), grants=(database("read"),)))
def list_roster_imports(page: Paging, db: Connection) -> Page[RosterImport]:
    """All imports, dry runs included, the newest first; their reports are read one by one."""
    rows = queries.list_imports(db, page.after_id(), page.limit + 1)
    return page_of(rows, page.limit, lambda row: shown_import(db, row), lambda row: row.id)
