"""Say what a learner needs."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment.models import Accommodations
from dreamseed.assessment.terms import accommodate
from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school import queries
from dreamseed.school.access import taught_learner
from dreamseed.school.accommodations import shown_accommodations
from dreamseed.school.intervention_models import LearnerAccommodations, NewAccommodations


@function(
    Needs(
        Http("PUT", "/api/v1/learners/{id}/accommodations", "accommodation:update"),
        grants=(database("write"), subject_keys("read")),
    )
)
def put_accommodations(
    id: UUID, body: NewAccommodations, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> LearnerAccommodations:
    """Set what a learner is entitled to. It holds in every test that begins from now on, and at once in those that run.

    Only a timer does not come back into a test that began without one.
    """
    learner_id = taught_learner(db, caller, id)
    before = shown_accommodations(db, keys, learner_id)
    values = {**body.model_dump(), "updated_by": caller.user_id, "updated_at": clock.now()}
    queries.put_accommodations(db, learner_id, values)
    accommodate(db, learner_id, Accommodations(**body.model_dump()))
    after = shown_accommodations(db, keys, learner_id)
    trail.note(learner_id, "accommodations", learner_id, before.model_dump(), after.model_dump())
    return after
