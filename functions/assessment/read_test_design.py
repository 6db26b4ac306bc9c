"""Show one test design."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment.designs import load_design, shown_design
from dreamseed.assessment.models import TestDesign
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("GET", "/api/v1/test_designs/{id}", "test_design:read"),
        grants=(database("read"),),
        layers=("common", "irt_core"),
    )
)
def read_test_design(id: UUID, caller: Caller, db: Connection) -> TestDesign:
    """A test design with what its learners should know of it."""
    return shown_design(db, caller.org_id, load_design(db, caller.org_id, id))
