"""Make somebody a learner's guardian no longer."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.function import function
from dreamseed.identity import guardians
from dreamseed.identity.persons import found_user
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http(
            "DELETE",
            "/api/v1/users/{id}/guardians/{guardian_id}",
            "guardianship:manage",
            status=204,
            is_sensitive=True,
        ),
        grants=(database("write"),),
    )
)
def delete_guardianship(id: UUID, guardian_id: UUID, db: Connection, trail: Trail) -> None:
    """Let somebody follow a learner no longer. Who is no guardian of theirs is none already."""
    found_user(db, id)
    guardians.delete_guardianship(db, guardian_id, id)
    trail.note(id, "guardianships", guardian_id, before={"guardian_id": guardian_id})
