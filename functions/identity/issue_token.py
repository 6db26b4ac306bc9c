"""Sign in, or stay signed in."""

import os

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.client import Client
from dreamseed.identity.models import PasswordGrant, TokenPair, TokenRequest
from dreamseed.identity.sign_in import Issuer, refresh, sign_in_with_password
from dreamseed.needs import PUBLIC, Http, Needs, database, secret
from dreamseed.ports.secrets import Secrets


@function(
    Needs(
        Http("POST", "/api/v1/auth/token", PUBLIC, max_body_bytes=4096, idempotency="natural"),
        grants=(database("write"), secret("signing_keys")),
    )
)
def issue_token(body: TokenRequest, client: Client, secrets: Secrets, clock: Clock) -> TokenPair:
    """Issue an access token and a refresh token.

    With `grant_type: password` for an e-mail address and a password, with `grant_type: refresh_token` for a refresh
    token, which is used up. Wrong credentials and unknown addresses give the same 401, and after too many attempts the
    same 429.
    """
    issuer = Issuer(secrets.read("signing_keys"), os.environ["DREAMSEED_PUBLIC_URL"], clock.now(), client)
    if isinstance(body, PasswordGrant):
        return sign_in_with_password(body, issuer)
    return refresh(body.refresh_token, issuer)
