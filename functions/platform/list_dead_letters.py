"""List the events that could not be handled."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database
from dreamseed.platform import queries
from dreamseed.platform.access import shown_letter
from dreamseed.platform.models import DeadLetter


@function(Needs(Http("GET", "/api/v1/dead_letters", "dead_letter:read"), grants=(database("read"),)))
def list_dead_letters(page: Paging, db: Connection) -> Page[DeadLetter]:
    """The organisation's dead letters, oldest first."""
    rows = queries.list_dead_letters(db, page.after_id(), page.limit + 1)
    return page_of(rows, page.limit, shown_letter, lambda row: row.id)
