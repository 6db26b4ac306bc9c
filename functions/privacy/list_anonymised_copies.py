"""List the anonymised copies."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database
from dreamseed.privacy import queries
from dreamseed.privacy.models import AnonymisedCopy
from dreamseed.privacy.requests import shown_copy
from dreamseed.privacy.tables import anonymised_copies


@function(Needs(Http("GET", "/api/v1/privacy/anonymised_copies", "privacy:anonymise"), grants=(database("read"),)))
def list_anonymised_copies(page: Paging, db: Connection) -> Page[AnonymisedCopy]:
    """All anonymised copies, the newest first."""
    rows = queries.newest(db, anonymised_copies, page.after_id(), page.limit + 1)
    return page_of(rows, page.limit, lambda row: shown_copy(db, row), lambda row: row.id)
