"""List the item banks."""

from sqlalchemy import Connection

from dreamseed.content import item_queries
from dreamseed.content.item_models import BankListing
from dreamseed.content.item_summaries import shown_banks
from dreamseed.function import function
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database


@function(Needs(Http("GET", "/api/v1/banks", "item:read"), grants=(database("read"),)))
def list_banks(page: Paging, db: Connection) -> Page[BankListing]:
    """The organisation's item banks by name, each with its versions and the number of their items."""
    after = page.after_key(str)
    rows = item_queries.list_banks(db, after[0] if after else None, page.limit + 1)
    return page_of(shown_banks(db, rows), page.limit, lambda bank: bank, lambda bank: bank.name)
