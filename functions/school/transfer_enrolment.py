"""Move a learner from one class to another."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.errors import Conflict, FieldError, Invalid, NotFound
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school.access import taught_class
from dreamseed.school.classes import transfer
from dreamseed.school.models import Enrolment, Transfer
from dreamseed.school.queries import AnyRow


@function(
    Needs(
        Http(
            "POST",
            "/api/v1/classes/{id}/enrolments/{user_id}/transfer",
            "class:manage",
            idempotency="natural",
            is_sensitive=True,
        ),
        grants=(database("write"), subject_keys("write")),
    )
)
def transfer_enrolment(
    id: UUID,
    user_id: UUID,
    body: Transfer,
    caller: Caller,
    db: Connection,
    keys: SubjectKeys,
    clock: Clock,
    trail: Trail,
) -> Enrolment:
    """Take a learner out of this class and into another, both of which the caller must teach or oversee.

    Their results, history and knowledge go with them; what was set for this class stays with it.
    """
    taught_class(db, caller, id)
    target = _target(db, caller, body.to_class_id)
    if body.to_class_id == id:
        errors = (FieldError("body.to_class_id", "is the class itself"),)
        raise Invalid("They are in this class already.", code="same_class", errors=errors)
    if target.archived_at is not None:
        raise Conflict("The other class is archived.", code="class_archived")
    moved = transfer(db, keys, id, body.to_class_id, user_id, clock.now())
    trail.note(user_id, "enrolments", user_id, {"class_id": str(id)}, {"class_id": str(body.to_class_id)})
    return moved


def _target(db: Connection, caller: Caller, class_id: UUID) -> AnyRow:
    """The class to go to. One that the caller cannot reach is a mistake in the body and not in the address."""
    try:
        return taught_class(db, caller, class_id)
    except NotFound as error:
        errors = (FieldError("body.to_class_id", "is no class of yours"),)
        raise Invalid("There is no such class to go to.", code="no_such_class", errors=errors) from error
