"""Begin with an authenticator app."""

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.identity import second_factors
from dreamseed.identity.factor_models import TotpEnrolment
from dreamseed.identity.profile import locked_user
from dreamseed.needs import Http, Needs, database, secret, subject_keys
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/me/totp", "profile:secure:own", idempotency="natural", is_sensitive=True),
        grants=(database("write"), secret("credential_key"), subject_keys("write")),
    )
)
def enrol_totp(caller: Caller, db: Connection, secrets: Secrets, keys: SubjectKeys, clock: Clock) -> TotpEnrolment:
    """A new secret for an authenticator app, which counts once one of its codes confirms it.

    Needs a sign-in of the last 15 minutes.
    """
    second_factors.require_recent(db, caller, clock.now())
    user = keys.opened_row(locked_user(db, caller))
    return second_factors.enrol_totp(db, keys, user, secrets.read("credential_key"))
