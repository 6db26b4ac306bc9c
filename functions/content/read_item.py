"""Show an item."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import Connection

from dreamseed.content import item_bank
from dreamseed.content.item_models import ItemDetail
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database

SEE_KEY = "item:read_key"


@function(
    Needs(
        Http("GET", "/api/v1/items/{id}", "item:read"),
        grants=(database("read"),),
        layers=("common", "irt_core"),
    )
)
def read_item(
    id: UUID,
    caller: Caller,
    db: Connection,
    version_id: Annotated[UUID | None, Query(description="Another version than the newest")] = None,
) -> ItemDetail:
    """An item as learners see it, with its parameters, curves, figures and versions; its key for authors only."""
    return item_bank.read_item(db, id, version_id, caller.may(SEE_KEY))
