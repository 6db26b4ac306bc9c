"""Show what a learner needs."""

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school.access import LearnerId, reachable_learner
from dreamseed.school.accommodations import shown_accommodations
from dreamseed.school.intervention_models import LearnerAccommodations


@function(
    Needs(
        Http("GET", "/api/v1/learners/{id}/accommodations", "accommodation:read:own", is_audited=True),
        grants=(database("read"), subject_keys("read")),
    )
)
def read_accommodations(
    id: LearnerId, caller: Caller, db: Connection, keys: SubjectKeys, trail: Trail
) -> LearnerAccommodations:
    """What a learner is entitled to in every test. `me` is the caller; others must teach the learner."""
    learner_id = reachable_learner(db, caller, id, "accommodation:read")
    trail.note(learner_id, "accommodations", learner_id)
    return shown_accommodations(db, keys, learner_id)
