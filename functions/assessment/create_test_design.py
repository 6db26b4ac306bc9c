"""Create a test design."""

from sqlalchemy import Connection

from dreamseed.assessment import queries
from dreamseed.assessment.designs import load_design, read_design, shown_design
from dreamseed.assessment.models import NewTestDesign, TestDesign
from dreamseed.audit.trail import Trail
from dreamseed.content.library import load_bank
from dreamseed.database.ids import new_id
from dreamseed.errors import Conflict
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("POST", "/api/v1/test_designs", "test_design:create", status=201),
        grants=(database("write"),),
        layers=("common", "irt_core"),
    )
)
def create_test_design(body: NewTestDesign, caller: Caller, db: Connection, trail: Trail) -> Reply[TestDesign]:
    """Create a test design on a bank version. It never changes afterwards, so that every session of it replays."""
    bank = load_bank(db, caller.org_id, body.bank_version_id)
    design = read_design(body.design, bank)
    test_design_id = new_id()
    values = {**body.model_dump(), "id": test_design_id, "design": design.to_dict(), "created_by": caller.user_id}
    if not queries.add_test_design(db, values):
        raise Conflict("Another test design has this name.", code="name_taken")
    shown = shown_design(db, caller.org_id, load_design(db, caller.org_id, test_design_id))
    trail.note(None, "test_designs", test_design_id, after=body.model_dump(mode="json"))
    return Reply(shown, headers={"location": f"/api/v1/test_designs/{test_design_id}"})
