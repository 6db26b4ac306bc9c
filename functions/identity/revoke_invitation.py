"""Revoke an invitation."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.identity import invitations
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("DELETE", "/api/v1/invitations/{id}", "invitation:manage", status=204, is_sensitive=True),
        grants=(database("write"),),
    )
)
def revoke_invitation(id: UUID, db: Connection, clock: Clock) -> None:
    """Make an invitation's link hold no longer; revoking twice is revoking once."""
    invitations.revoke(db, id, clock.now())
