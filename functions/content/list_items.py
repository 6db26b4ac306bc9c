"""List items."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import Connection

from dreamseed.content import item_queries
from dreamseed.content.item_models import ItemSort, ItemStatus, ItemSummary
from dreamseed.content.item_queries import Wanted
from dreamseed.content.item_summaries import shown_item
from dreamseed.function import function
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.models import SearchText
from dreamseed.needs import Http, Needs, database


@function(Needs(Http("GET", "/api/v1/items", "item:read"), grants=(database("read"),)))
def list_items(
    page: Paging,
    db: Connection,
    concept: Annotated[SearchText | None, Query(description="Only items of the concept with this code")] = None,
    status: Annotated[ItemStatus | None, Query(description="Only items whose newest version is that far")] = None,
    bank_version_id: Annotated[UUID | None, Query(description="Only items of this bank version")] = None,
    query: Annotated[SearchText | None, Query(description="Only items with this in their stem or code")] = None,
    sort: Annotated[ItemSort, Query(description="Rising, with a minus falling; what is missing comes last")] = "code",
) -> Page[ItemSummary]:
    """Items in their newest versions, with parameters, exposure and the observed share of right answers."""
    wanted = Wanted(concept, status, bank_version_id, query, sort)
    after = page.after_key(_exactly(sort), float, str)
    rows = item_queries.list_items(db, wanted, after[1:] if after else None, page.limit + 1)
    return page_of(rows, page.limit, shown_item, lambda row: (sort, row.sort_value, row.code))


def _exactly(sort: ItemSort) -> Callable[[str], str]:
    """Reads the first part of a cursor; one of a list in another order is refused."""

    def read(part: str) -> str:
        if part != sort:
            raise ValueError("a cursor of another order")
        return part

    return read
