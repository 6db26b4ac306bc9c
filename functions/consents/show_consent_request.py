"""Show a guardian what they are asked for."""

from dreamseed.collaborators import Clock
from dreamseed.consents import requests
from dreamseed.consents.models import ConsentRequestShown, GuardianLink
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.needs import PUBLIC, Http, Needs, database, secret, subject_keys
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/consent_requests/show", PUBLIC, max_body_bytes=4096, idempotency="natural"),
        grants=(database("write"), secret("signing_keys"), subject_keys("read")),
    )
)
def show_consent_request(body: GuardianLink, secrets: Secrets, keys: SubjectKeys, clock: Clock) -> ConsentRequestShown:
    """The child, the organisation, what is asked for and what was agreed to, by the link of either mail."""
    link = requests.read_either_link(body.token, secrets.read("signing_keys"))
    return in_tenant(link.org_id, lambda db: requests.shown_request(db, keys.of(link.org_id), link, clock.now()))
