"""Confirm a new e-mail address."""

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.identity import email_changes
from dreamseed.identity.account_models import EmailChanged, LinkBody
from dreamseed.identity.links import read_link
from dreamseed.needs import PUBLIC, Http, Needs, database, secret, subject_keys
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/auth/email_change", PUBLIC, max_body_bytes=4096, idempotency="natural"),
        grants=(database("write"), secret("signing_keys"), subject_keys("write")),
    )
)
def confirm_email_change(body: LinkBody, secrets: Secrets, keys: SubjectKeys, clock: Clock) -> EmailChanged:
    """Give the account the address that the link was sent to, and end its other sign-ins."""
    link = read_link(body.token, "email_change", secrets.read("signing_keys"))
    return EmailChanged(email=email_changes.confirm(link, keys, clock.now()))
