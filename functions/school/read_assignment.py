"""Show one assignment."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.http.versions import etag
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school.assignment_models import AssignmentDetail
from dreamseed.school.assignments import shown_assignment, visible_assignment


@function(
    Needs(
        Http("GET", "/api/v1/assignments/{id}", "assignment:read:own"), grants=(database("read"), subject_keys("read"))
    )
)
def read_assignment(
    id: UUID, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock
) -> Reply[AssignmentDetail]:
    """An assignment of one of the caller's classes; for staff with the progress of every learner."""
    row = visible_assignment(db, caller, id)
    return Reply(shown_assignment(db, keys, caller, row, clock.now()), headers=etag(row.version))
