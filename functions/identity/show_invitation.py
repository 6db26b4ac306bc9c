"""Show an invitation to whoever opened its link."""

from dreamseed.collaborators import Clock
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.identity import invitations
from dreamseed.identity.account_models import LinkBody
from dreamseed.identity.links import read_link
from dreamseed.identity.role_models import InvitationShown
from dreamseed.needs import PUBLIC, Http, Needs, database, secret, subject_keys
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/auth/invitation", PUBLIC, max_body_bytes=4096, idempotency="natural"),
        grants=(database("read"), secret("signing_keys"), subject_keys("read")),
    )
)
def show_invitation(body: LinkBody, secrets: Secrets, keys: SubjectKeys, clock: Clock) -> InvitationShown:
    """To which organisation the link invites, whom, and as what. A POST, so that the token stands in no log."""
    link = read_link(body.token, "invitation", secrets.read("signing_keys"))
    row, name = in_tenant(
        link.org_id, lambda db: (invitations.opened(db, link.id, clock.now()), invitations.organisation_name(db))
    )
    shown = keys.of(link.org_id).opened_row(row)
    return InvitationShown(email=shown.email, role=row.role, organisation=name)
