"""Delete a role of the organisation's own."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.function import function
from dreamseed.identity import roles
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("DELETE", "/api/v1/roles/{id}", "role:manage", status=204, is_sensitive=True),
        grants=(database("write"),),
    )
)
def delete_role(id: UUID, db: Connection, trail: Trail) -> None:
    """Delete a role that nobody holds and no other inherits from."""
    roles.lock_roles(db)
    row, shown = roles.read_role(db, id)
    roles.delete_role(db, row)
    trail.note(None, "roles", id, before=shown.model_dump())
