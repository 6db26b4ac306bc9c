"""Confirm a new e-mail address."""

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.identity import email_changes
from dreamseed.identity.account_models import EmailChanged, LinkBody
from dreamseed.identity.links import read_link
from dreamseed.needs import PUBLIC, Http, Needs, database, secret
from dreamseed.ports.secrets import Secrets


@function(
    Needs(
        Http("POST", "/api/v1/auth/email_change", PUBLIC, max_body_bytes=4096, idempotency="natural"),
        grants=(database("write"), secret("signing_keys")),
    )
)
def confirm_email_change(body: LinkBody, secrets: Secrets, clock: Clock) -> EmailChanged:
    """Give the account the address that the link was sent to, and end its other sign-ins."""
    link = read_link(body.token, "email_change", secrets.read("signing_keys"))
    return EmailChanged(email=email_changes.confirm(link, clock.now()))
