"""List what is taught."""

from sqlalchemy import Connection

from dreamseed.content import item_queries
from dreamseed.content.item_models import Concept
from dreamseed.content.item_summaries import shown_concept
from dreamseed.function import function
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database


@function(Needs(Http("GET", "/api/v1/concepts", "item:read"), grants=(database("read"),)))
def list_concepts(page: Paging, db: Connection) -> Page[Concept]:
    """The organisation's concepts by code: together with their prerequisites they are the knowledge graph."""
    after = page.after_key(str)
    rows = item_queries.list_concepts(db, after[0] if after else None, page.limit + 1)
    return page_of(rows, page.limit, shown_concept, lambda row: row.code)
