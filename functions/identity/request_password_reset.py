"""Ask for a new password."""

from dreamseed.collaborators import Clock
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.http.exchange import Client
from dreamseed.identity import throttle
from dreamseed.identity.account_models import AddressNamed, MailSent
from dreamseed.identity.password_changes import RESET_TOPIC
from dreamseed.identity.queries import address_digest
from dreamseed.needs import PUBLIC, Http, Needs, database, subject_keys
from dreamseed.platform.outbox import publish
from dreamseed.platform.tables import PLATFORM_ID
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/auth/reset", PUBLIC, status=202, max_body_bytes=4096, idempotency="natural"),
        grants=(database("write"), subject_keys("read")),
    )
)
def request_password_reset(body: AddressNamed, client: Client, keys: SubjectKeys, clock: Clock) -> MailSent:
    """Send a link to every active account with that address. The reply does not say whether there is one."""
    throttle.take(throttle.mail_attempts(body.email, client), clock.now())
    named = {"email_digest": address_digest(keys, body.email).hex(), "organisation": body.organisation}
    in_tenant(PLATFORM_ID, lambda db: publish(db, RESET_TOPIC, named))
    return MailSent(email=body.email)
