"""List the invitations of an organisation."""

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.identity import invitations
from dreamseed.identity.role_models import Invitation
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(Needs(Http("GET", "/api/v1/invitations", "invitation:read"), grants=(database("read"), subject_keys("read"))))
def list_invitations(page: Paging, db: Connection, keys: SubjectKeys, clock: Clock) -> Page[Invitation]:
    """All invitations with what has become of them, the newest first."""
    rows = keys.opened(invitations.list_invitations(db, page.after_id(), page.limit + 1))
    now = clock.now()
    return page_of(rows, page.limit, lambda row: invitations.shown_invitation(row, now), lambda row: row.id)
