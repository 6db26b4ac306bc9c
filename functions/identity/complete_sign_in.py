"""Sign in with a second factor."""

import os

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.exchange import Client
from dreamseed.identity.factor_models import SecondStep
from dreamseed.identity.models import TokenPair
from dreamseed.identity.sign_in import Issuer, second_step
from dreamseed.needs import PUBLIC, Http, Needs, database, secret, subject_keys
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/auth/mfa", PUBLIC, max_body_bytes=16 * 1024, idempotency="natural"),
        grants=(database("write"), secret("signing_keys"), subject_keys("write"), secret("credential_key")),
    )
)
def complete_sign_in(body: SecondStep, client: Client, secrets: Secrets, keys: SubjectKeys, clock: Clock) -> TokenPair:
    """The second step of a sign-in: a code of an app, a recovery code or a passkey. Each code works once."""
    issuer = Issuer(secrets.read("signing_keys"), os.environ["DREAMSEED_PUBLIC_URL"], clock.now(), client, keys)
    return second_step(body, issuer, secrets.read("credential_key"))
