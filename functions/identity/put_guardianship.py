"""Make somebody a learner's guardian."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.identity import guardians
from dreamseed.identity.role_models import Guardianship, NewGuardianship
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("PUT", "/api/v1/users/{id}/guardians/{guardian_id}", "guardianship:manage", is_sensitive=True),
        grants=(database("write"), subject_keys("read")),
    )
)
def put_guardianship(
    id: UUID, guardian_id: UUID, body: NewGuardianship, caller: Caller, db: Connection, keys: SubjectKeys, trail: Trail
) -> Guardianship:
    """Let somebody follow a learner, or change what they are to the learner."""
    row = guardians.put_guardianship(db, guardian_id, id, body.relation, caller.user_id)
    trail.note(id, "guardianships", guardian_id, after={"guardian_id": guardian_id, **body.model_dump()})
    return guardians.shown_guardianship(keys.opened_row(row))
