"""Make new recovery codes."""

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.errors import Conflict
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.identity import second_factors
from dreamseed.identity.factor_models import RecoveryCodes
from dreamseed.identity.profile import locked_user
from dreamseed.needs import Http, Needs, database, secret
from dreamseed.ports.secrets import Secrets


@function(
    Needs(
        Http("POST", "/api/v1/me/recovery_codes", "profile:secure:own", idempotency="natural", is_sensitive=True),
        grants=(database("write"), secret("credential_key")),
    )
)
def create_recovery_codes(caller: Caller, db: Connection, secrets: Secrets, clock: Clock) -> RecoveryCodes:
    """Ten new recovery codes, shown this once, in the place of the old ones. Needs a sign-in of the last 15 minutes."""
    second_factors.require_recent(db, caller, clock.now())
    user = locked_user(db, caller)
    if not second_factors.confirmed_factors(db, user.id):
        raise Conflict("Recovery codes come with a second factor.", code="no_second_factor")
    codes = second_factors.new_recovery_codes(db, user.id, secrets.read("credential_key"))
    return RecoveryCodes(recovery_codes=codes)
