"""Begin the second step of a sign-in with a passkey."""

import os

from dreamseed.collaborators import Clock
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.identity.challenges import waiting_challenge
from dreamseed.identity.factor_models import PasskeyOptions, StepToken
from dreamseed.identity.links import read_link
from dreamseed.identity.passkeys import sign_in_options
from dreamseed.needs import PUBLIC, Http, Needs, database, secret
from dreamseed.ports.secrets import Secrets


@function(
    Needs(
        Http("POST", "/api/v1/auth/mfa/options", PUBLIC, max_body_bytes=4096, idempotency="natural"),
        grants=(database("write"), secret("signing_keys")),
    )
)
def create_sign_in_options(body: StepToken, secrets: Secrets, clock: Clock) -> PasskeyOptions:
    """What to give to `navigator.credentials.get`, after the password was right."""
    link = read_link(body.mfa_token, "second_factor", secrets.read("signing_keys"))
    origin = os.environ["DREAMSEED_PUBLIC_URL"]
    return in_tenant(
        link.org_id,
        lambda db: sign_in_options(db, waiting_challenge(db, "second_factor", link.id, clock.now()), origin),
    )
