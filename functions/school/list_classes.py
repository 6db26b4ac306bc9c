"""List classes."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database
from dreamseed.school import queries
from dreamseed.school.access import oversees
from dreamseed.school.classes import shown_class
from dreamseed.school.models import SchoolClass


@function(Needs(Http("GET", "/api/v1/classes", "class:read:own"), grants=(database("read"),)))
def list_classes(page: Paging, caller: Caller, db: Connection) -> Page[SchoolClass]:
    """The classes that the caller learns in or teaches, by name; all of the organisation's for who oversees them."""
    after = page.after_key(str)
    rows = queries.list_classes(db, caller.user_id, oversees(caller), after[0] if after else None, page.limit + 1)
    return page_of(rows, page.limit, shown_class, lambda row: row.name)
