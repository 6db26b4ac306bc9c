"""Set a test for a class."""

from sqlalchemy import Connection

from dreamseed.assessment.history import has_test
from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.database.ids import new_id
from dreamseed.errors import NotFound
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.http.versions import etag
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school.access import taught_class
from dreamseed.school.assignment_models import AssignmentDetail, NewAssignment
from dreamseed.school.assignment_queries import add_assignment
from dreamseed.school.assignment_rules import require_window
from dreamseed.school.assignments import shown_assignment, visible_assignment


@function(
    Needs(
        Http("POST", "/api/v1/assignments", "assignment:create", status=201),
        grants=(database("write"), subject_keys("read")),
    )
)
def create_assignment(
    body: NewAssignment, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> Reply[AssignmentDetail]:
    """Set a test for a class that the caller teaches or oversees."""
    taught_class(db, caller, body.class_id)
    if not has_test(db, body.test_design_id):
        raise NotFound("There is no such test design.", code="test_design_not_found")
    require_window(body.opens_at, body.closes_at)
    assignment_id = new_id()
    add_assignment(db, {**body.model_dump(), "id": assignment_id, "created_by": caller.user_id})
    row = visible_assignment(db, caller, assignment_id)
    trail.note(None, "assignments", assignment_id, after=body.model_dump())
    headers = {"location": f"/api/v1/assignments/{assignment_id}", **etag(row.version)}
    return Reply(shown_assignment(db, keys, caller, row, clock.now()), headers=headers)
