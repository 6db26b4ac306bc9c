"""Let an authenticator app count."""

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.identity import second_factors, throttle
from dreamseed.identity.factor_models import FactorAdded, TotpCode
from dreamseed.identity.profile import locked_user
from dreamseed.needs import Http, Needs, database, secret, subject_keys
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/me/totp/confirm", "profile:secure:own", idempotency="natural", is_sensitive=True),
        grants=(database("write"), secret("credential_key"), subject_keys("write")),
    )
)
def confirm_totp(
    body: TotpCode, caller: Caller, secrets: Secrets, keys: SubjectKeys, clock: Clock, trail: Trail
) -> FactorAdded:
    """Confirm by a code that the app has the secret. With the first factor come recovery codes, shown this once."""
    attempts = [throttle.Attempt("code:account", str(caller.user_id))]
    throttle.take(attempts, clock.now())

    def confirm(db: Connection) -> FactorAdded:
        user = locked_user(db, caller)
        credential_keys = secrets.read("credential_key")
        added = second_factors.confirm_totp(db, keys, user, body.code, credential_keys, clock.now())
        trail.note(user.id, "second_factors", None, after={"kind": "totp"})
        trail.record(db)
        return added

    added = in_tenant(caller.org_id, confirm)
    throttle.forgive(attempts)
    return added
