"""Give a learner more time for an assignment."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment.terms import grant_time
from dreamseed.audit.trail import Trail
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database
from dreamseed.school import assignment_queries as stored
from dreamseed.school import queries
from dreamseed.school.access import no_learner
from dreamseed.school.assignment_models import Extension, NewExtension
from dreamseed.school.assignments import taught_assignment


@function(
    Needs(
        Http("PUT", "/api/v1/assignments/{id}/extensions/{learner_id}", "assignment:update"),
        grants=(database("write"),),
    )
)
def put_extension(
    id: UUID, learner_id: UUID, body: NewExtension, caller: Caller, db: Connection, trail: Trail
) -> Extension:
    """Set the extra working time of a learner of the class. A session that runs gets it, or loses it, at once."""
    row = taught_assignment(db, caller, id)
    if not queries.learns(db, row.class_id, learner_id):
        raise no_learner()
    before = stored.list_extensions(db, id).get(learner_id, 0)
    stored.put_extension(db, id, learner_id, body.extra_seconds, caller.user_id)
    trail.note(learner_id, "assignments", id, {"extra_seconds": before}, body.model_dump())
    expires_at = grant_time(db, learner_id, id, body.extra_seconds - before)
    return Extension(assignment_id=id, learner_id=learner_id, extra_seconds=body.extra_seconds, expires_at=expires_at)
