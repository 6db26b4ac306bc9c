"""Ask for an account."""

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.exchange import Client
from dreamseed.identity import registration, throttle
from dreamseed.identity.account_models import MailSent, RegistrationRequest
from dreamseed.needs import PUBLIC, Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/auth/register", PUBLIC, status=202, max_body_bytes=4096, idempotency="natural"),
        grants=(database("write"), subject_keys("write")),
    )
)
def register_account(body: RegistrationRequest, client: Client, keys: SubjectKeys, clock: Clock) -> MailSent:
    """Ask for an account; a mail with a link follows, or one that says that there is an account already.

    With `kind: organisation` for a new organisation, whose first administrator one becomes; with `kind: member` as a
    learner of one that lets people register. The reply is the same whether or not the address is known.
    """
    throttle.take(throttle.mail_attempts(body.email, client), clock.now())
    registration.ask(body, keys, clock.now())
    return MailSent(email=body.email)
