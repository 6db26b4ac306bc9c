"""Take a guardian's refusal."""

from dreamseed.collaborators import Clock
from dreamseed.consents import requests
from dreamseed.consents.models import ConsentRequestShown, GuardianLink
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.identity.links import read_link
from dreamseed.needs import PUBLIC, Http, Needs, database, secret, subject_keys
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/consent_requests/decline", PUBLIC, max_body_bytes=4096, idempotency="natural"),
        grants=(database("write"), secret("signing_keys"), subject_keys("read")),
    )
)
def decline_consent_request(
    body: GuardianLink, secrets: Secrets, keys: SubjectKeys, clock: Clock
) -> ConsentRequestShown:
    """Refuse everything, by the link of the first mail. It is kept, and the guardian is not asked to confirm it."""
    link = read_link(body.token, "guardian_consent", secrets.read("signing_keys"))
    return in_tenant(link.org_id, lambda db: requests.decline(db, keys.of(link.org_id), link, clock.now()))
