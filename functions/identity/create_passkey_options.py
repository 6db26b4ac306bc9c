"""Begin with a passkey."""

import os

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.identity import passkeys, second_factors
from dreamseed.identity.factor_models import PasskeyOptions
from dreamseed.identity.profile import own_user
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/me/passkeys/options", "profile:secure:own", idempotency="natural", is_sensitive=True),
        grants=(database("write"), subject_keys("read")),
    )
)
def create_passkey_options(caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock) -> PasskeyOptions:
    """What to give to `navigator.credentials.create`. Needs a sign-in of the last 15 minutes."""
    second_factors.require_recent(db, caller, clock.now())
    user, origin = keys.opened_row(own_user(db, caller)), os.environ["DREAMSEED_PUBLIC_URL"]
    return passkeys.registration_options(db, user, origin, clock.now())
