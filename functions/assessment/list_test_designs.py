"""List the tests that may be taken."""

from sqlalchemy import Connection

from dreamseed.assessment import queries
from dreamseed.assessment.designs import design_of, shown_design
from dreamseed.assessment.models import TestDesign
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("GET", "/api/v1/test_designs", "test_design:read"),
        grants=(database("read"),),
        layers=("common", "irt_core"),
    )
)
def list_test_designs(page: Paging, caller: Caller, db: Connection) -> Page[TestDesign]:
    """The organisation's test designs, oldest first."""
    rows = queries.list_test_designs(db, page.after_id(), page.limit + 1)
    return page_of(rows, page.limit, lambda row: shown_design(db, caller.org_id, design_of(row)), lambda row: row.id)
