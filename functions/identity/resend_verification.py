"""Ask for the confirmation mail again."""

from dreamseed.collaborators import Clock
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.http.exchange import Client
from dreamseed.identity import throttle
from dreamseed.identity.account_models import AddressNamed, MailSent
from dreamseed.identity.queries import address_digest
from dreamseed.needs import PUBLIC, Http, Needs, database, subject_keys
from dreamseed.platform.outbox import publish
from dreamseed.platform.tables import PLATFORM_ID
from dreamseed.ports.subject_keys import SubjectKeys

TOPIC = "verification.repeated"


@function(
    Needs(
        Http("POST", "/api/v1/auth/verify/resend", PUBLIC, status=202, max_body_bytes=4096, idempotency="natural"),
        grants=(database("write"), subject_keys("read")),
    )
)
def resend_verification(body: AddressNamed, client: Client, keys: SubjectKeys, clock: Clock) -> MailSent:
    """Send the last registration's mail again, if it waits to be confirmed. The reply does not say whether it does."""
    throttle.take(throttle.mail_attempts(body.email, client), clock.now())
    named = {"email_digest": address_digest(keys, body.email).hex(), "organisation": body.organisation}
    in_tenant(PLATFORM_ID, lambda db: publish(db, TOPIC, named))
    return MailSent(email=body.email)
