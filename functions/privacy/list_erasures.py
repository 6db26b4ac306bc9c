"""List the erasures that were asked for."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database
from dreamseed.privacy import queries, requests
from dreamseed.privacy.models import Erasure
from dreamseed.privacy.tables import erasures


@function(Needs(Http("GET", "/api/v1/privacy/erasures", "privacy:erase:own"), grants=(database("read"),)))
def list_erasures(page: Paging, caller: Caller, db: Connection) -> Page[Erasure]:
    """Erasures of or by the caller, for staff all of them, the newest first."""
    where = requests.visible(caller, erasures, "privacy:erase")
    rows = queries.newest(db, erasures, page.after_id(), page.limit + 1, *where)
    return page_of(rows, page.limit, lambda row: requests.shown_erasure(db, row), lambda row: row.id)
