"""Show a learner."""

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.identity.people import read_person
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school import queries
from dreamseed.school.access import LearnerId, is_ward_of, no_learner, oversees, reachable_learner
from dreamseed.school.models import Learner, LearnerClass


@function(
    Needs(
        Http("GET", "/api/v1/learners/{id}", "history:read:own", is_audited=True),
        grants=(database("read"), subject_keys("read")),
    )
)
def read_learner(id: LearnerId, caller: Caller, db: Connection, keys: SubjectKeys, trail: Trail) -> Learner:
    """A learner with their classes: the caller (`me`), a ward, or somebody whom they teach, with those classes."""
    learner_id = reachable_learner(db, caller, id, "history:read")
    trail.note(learner_id, "learners", learner_id)
    person = keys.opened_row(read_person(db, learner_id))
    if person is None:
        raise no_learner()
    is_own = learner_id == caller.user_id
    is_everything = is_own or oversees(caller) or is_ward_of(db, caller, learner_id, "history:read")
    classes = queries.list_classes_of(db, learner_id, None if is_everything else caller.user_id)
    return Learner(
        id=person.id,
        full_name=person.full_name,
        is_simulated=person.is_simulated,
        classes=[LearnerClass(id=each.id, name=each.name, subject=each.subject) for each in classes],
    )
