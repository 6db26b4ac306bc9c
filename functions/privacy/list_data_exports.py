"""List the copies of people's data that were asked for."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy import queries, requests
from dreamseed.privacy.models import Export
from dreamseed.privacy.tables import data_exports


@function(
    Needs(
        Http("GET", "/api/v1/privacy/exports", "privacy:export:own"),
        grants=(database("read"), subject_keys("read")),
    )
)
def list_data_exports(
    page: Paging, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, subject_id: UUID | None = None
) -> Page[Export]:
    """Exports about or by the caller, for staff all of them, or those about one person, the newest first."""
    where = requests.visible(caller, data_exports, "privacy:export", subject_id)
    rows = queries.newest(db, data_exports, page.after_id(), page.limit + 1, *where)
    return page_of(rows, page.limit, lambda row: requests.shown_export(db, keys, row, clock.now()), lambda row: row.id)
