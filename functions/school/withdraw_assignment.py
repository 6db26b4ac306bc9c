"""Withdraw an assignment."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.http.versions import etag
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school import assignment_queries as stored
from dreamseed.school.assignment_models import AssignmentDetail
from dreamseed.school.assignments import shown_assignment, taught_assignment, visible_assignment


@function(
    Needs(
        Http("POST", "/api/v1/assignments/{id}/withdraw", "assignment:update", idempotency="natural"),
        grants=(database("write"), subject_keys("read")),
    )
)
def withdraw_assignment(
    id: UUID, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> Reply[AssignmentDetail]:
    """Nobody can start it any more, and learners no longer see it; sessions that run go on, and results stay."""
    row = taught_assignment(db, caller, id)
    if row.withdrawn_at is None:
        stored.update_assignment(db, id, {"withdrawn_at": clock.now()})
    trail.note(None, "assignments", id, after={"withdrawn_at": clock.now()})
    changed = visible_assignment(db, caller, id)
    return Reply(shown_assignment(db, keys, caller, changed, clock.now()), headers=etag(changed.version))
