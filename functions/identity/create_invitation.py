"""Invite somebody into the organisation."""

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.identity import invitations
from dreamseed.identity.role_models import Invitation, NewInvitation
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/invitations", "invitation:manage", status=201, is_sensitive=True),
        grants=(database("write"), subject_keys("write")),
    )
)
def create_invitation(
    body: NewInvitation, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> Reply[Invitation]:
    """Send an invitation that holds for 14 days. An open one to the same address is revoked by it."""
    invitation_id = invitations.invite(db, keys, caller, body, clock.now())
    row = keys.opened_row(invitations.read_invitation(db, invitation_id))
    shown = invitations.shown_invitation(row, clock.now())
    trail.note(None, "invitations", row.id, after=shown.model_dump(exclude={"email"}))
    return Reply(shown, headers={"location": f"/api/v1/invitations/{row.id}"})
