"""List the erasures that were asked for."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy import queries, requests
from dreamseed.privacy.models import Erasure
from dreamseed.privacy.tables import erasures


@function(
    Needs(
        Http("GET", "/api/v1/privacy/erasures", "privacy:erase:own"),
        grants=(database("read"), subject_keys("read")),
    )
)
def list_erasures(
    page: Paging, caller: Caller, db: Connection, keys: SubjectKeys, subject_id: UUID | None = None
) -> Page[Erasure]:
    """Erasures of or by the caller, for staff all of them, or those of one person, the newest first."""
    where = requests.visible(caller, erasures, "privacy:erase", subject_id)
    rows = queries.newest(db, erasures, page.after_id(), page.limit + 1, *where)
    return page_of(rows, page.limit, lambda row: requests.shown_erasure(db, keys, row), lambda row: row.id)
