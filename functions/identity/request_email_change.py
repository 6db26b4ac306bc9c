"""Ask for another e-mail address of one's own account."""

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.http.caller import Caller, require_person
from dreamseed.http.exchange import Client
from dreamseed.identity import email_changes, throttle
from dreamseed.identity.account_models import EmailChange, MailSent
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http(
            "POST",
            "/api/v1/me/email_change",
            "profile:secure:own",
            status=202,
            max_body_bytes=4096,
            idempotency="natural",
            is_sensitive=True,
        ),
        grants=(database("write"), subject_keys("write")),
    )
)
def request_email_change(
    body: EmailChange, caller: Caller, client: Client, keys: SubjectKeys, clock: Clock, trail: Trail
) -> MailSent:
    """Send a link to the new address, which confirms it, and a notice to the present one.

    Needs the password, or a sign-in of the last 15 minutes that a second factor proved. The reply does not say whether
    another account has the address.
    """
    require_person(caller)
    guess = [throttle.Attempt("code:account", str(caller.user_id))]
    throttle.take([*guess, *throttle.mail_attempts(body.email, client)], clock.now())

    def ask(db: Connection) -> None:
        email_changes.ask(db, keys, caller, body, clock.now())
        trail.record(db)

    in_tenant(caller.org_id, ask)
    throttle.forgive(guess)
    return MailSent(email=body.email)
