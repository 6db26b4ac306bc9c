"""Take back what a guardian has agreed to by mail."""

from dreamseed.collaborators import Clock
from dreamseed.consents import requests
from dreamseed.consents.models import GuardianLink
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.identity.links import read_link
from dreamseed.needs import PUBLIC, Http, Needs, database, secret, subject_keys
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http(
            "POST", "/api/v1/consent_requests/withdraw", PUBLIC, status=204, max_body_bytes=4096, idempotency="natural"
        ),
        grants=(database("write"), secret("signing_keys"), subject_keys("read")),
    )
)
def withdraw_guardian_consent(body: GuardianLink, secrets: Secrets, keys: SubjectKeys, clock: Clock) -> None:
    """Withdraw all that was agreed to by that mail, or refuse to confirm it; again: nothing changes."""
    link = read_link(body.token, "guardian_confirmation", secrets.read("signing_keys"))
    in_tenant(link.org_id, lambda db: requests.take_back(db, keys.of(link.org_id), link, clock.now()))
