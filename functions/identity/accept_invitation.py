"""Accept an invitation."""

from dreamseed.collaborators import Clock
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.identity import invitations
from dreamseed.identity.account_models import Verified
from dreamseed.identity.links import read_link
from dreamseed.identity.role_models import Acceptance
from dreamseed.needs import PUBLIC, Http, Needs, database, secret, subject_keys
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/auth/invitation/accept", PUBLIC, max_body_bytes=4096, idempotency="natural"),
        grants=(database("write"), secret("signing_keys"), subject_keys("write")),
    )
)
def accept_invitation(body: Acceptance, secrets: Secrets, keys: SubjectKeys, clock: Clock) -> Verified:
    """Make the account that one was invited to, which may then sign in. The address is confirmed by the link."""
    link = read_link(body.token, "invitation", secrets.read("signing_keys"))
    own_keys = keys.of(link.org_id)
    return in_tenant(link.org_id, lambda db: invitations.accept(db, own_keys, link, body, clock.now()))
