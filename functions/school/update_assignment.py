"""Change when and how often an assignment may be taken."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.errors import Conflict
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.http.versions import IfMatch, etag, require_version
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school import assignment_queries as stored
from dreamseed.school.assignment_models import AssignmentChanges, AssignmentDetail
from dreamseed.school.assignment_rules import require_window
from dreamseed.school.assignments import shown_assignment, taught_assignment, visible_assignment


@function(
    Needs(
        Http("PATCH", "/api/v1/assignments/{id}", "assignment:update"), grants=(database("write"), subject_keys("read"))
    )
)
def update_assignment(
    id: UUID,
    body: AssignmentChanges,
    caller: Caller,
    db: Connection,
    keys: SubjectKeys,
    clock: Clock,
    trail: Trail,
    if_match: IfMatch = None,
) -> Reply[AssignmentDetail]:
    """Change the window, the number of attempts or the instructions; sessions that run are left alone."""
    row = taught_assignment(db, caller, id)
    require_version(if_match, row.version)
    if row.withdrawn_at is not None:
        raise Conflict("The assignment was withdrawn.", code="assignment_withdrawn")
    require_window(body.opens_at or row.opens_at, body.closes_at or row.closes_at)
    stored.update_assignment(db, id, body.values())
    trail.note(None, "assignments", id, {name: row._mapping[name] for name in body.values()}, body.values())
    changed = visible_assignment(db, caller, id)
    return Reply(shown_assignment(db, keys, caller, changed, clock.now()), headers=etag(changed.version))
