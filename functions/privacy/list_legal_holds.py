"""List the legal holds."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy import queries
from dreamseed.privacy.models import Hold
from dreamseed.privacy.requests import shown_hold
from dreamseed.privacy.tables import legal_holds


@function(
    Needs(
        Http("GET", "/api/v1/privacy/legal_holds", "privacy:hold"),
        grants=(database("read"), subject_keys("read")),
    )
)
def list_legal_holds(page: Paging, db: Connection, keys: SubjectKeys) -> Page[Hold]:
    """All holds, released ones included, the newest first."""
    rows = queries.newest(db, legal_holds, page.after_id(), page.limit + 1)
    return page_of(rows, page.limit, lambda row: shown_hold(db, keys, row), lambda row: row.id)
