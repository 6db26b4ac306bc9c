"""Confirm an e-mail address, which makes the account."""

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.identity import registration
from dreamseed.identity.account_models import LinkBody, Verified
from dreamseed.identity.links import read_link
from dreamseed.needs import PUBLIC, Http, Needs, database, secret, subject_keys
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/auth/verify", PUBLIC, max_body_bytes=4096, idempotency="natural"),
        grants=(database("write"), secret("signing_keys"), subject_keys("write")),
    )
)
def verify_account(body: LinkBody, secrets: Secrets, keys: SubjectKeys, clock: Clock) -> Verified:
    """Make the account that the link confirms, which may then sign in; opening the link again changes nothing."""
    link = read_link(body.token, "registration", secrets.read("signing_keys"))
    return registration.confirm(link, keys, clock.now())
