"""Let a passkey count."""

import os

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.identity import passkeys
from dreamseed.identity.factor_models import FactorAdded, NewPasskey
from dreamseed.identity.profile import locked_user
from dreamseed.needs import Http, Needs, database, secret, subject_keys
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/me/passkeys", "profile:secure:own", idempotency="natural", is_sensitive=True),
        grants=(database("write"), secret("credential_key"), subject_keys("write")),
    )
)
def create_passkey(
    body: NewPasskey,
    caller: Caller,
    db: Connection,
    secrets: Secrets,
    keys: SubjectKeys,
    clock: Clock,
    trail: Trail,
) -> FactorAdded:
    """Register the passkey that the browser has made. With the first factor come recovery codes, shown this once."""
    user, origin, credential_keys = (
        locked_user(db, caller),
        os.environ["DREAMSEED_PUBLIC_URL"],
        secrets.read("credential_key"),
    )
    added = passkeys.register_passkey(db, keys, user, body, origin, credential_keys, clock.now())
    trail.note(user.id, "second_factors", None, after={"kind": "passkey"})
    return added
