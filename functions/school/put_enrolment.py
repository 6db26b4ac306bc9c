"""Make somebody belong to a class."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school.access import taught_class
from dreamseed.school.classes import enrol
from dreamseed.school.models import Enrolment, NewEnrolment


@function(
    Needs(
        Http("PUT", "/api/v1/classes/{id}/enrolments/{user_id}", "class:manage", is_sensitive=True),
        grants=(database("write"), subject_keys("read")),
    )
)
def put_enrolment(
    id: UUID,
    user_id: UUID,
    body: NewEnrolment,
    caller: Caller,
    db: Connection,
    keys: SubjectKeys,
    clock: Clock,
    trail: Trail,
) -> Enrolment:
    """Enrol somebody of the organisation as learner or teacher, or change their role in the class."""
    taught_class(db, caller, id)
    enrolment = enrol(db, keys, id, user_id, body.role, clock.now())
    trail.note(user_id, "enrolments", id, after={"class_id": id, "role": body.role})
    return enrolment
