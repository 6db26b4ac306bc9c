"""Sign in, or stay signed in."""

import os

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.exchange import Client
from dreamseed.http.reply import Reply
from dreamseed.identity.factor_models import AccessToken, SecondFactorNeeded
from dreamseed.identity.known_devices import device_of
from dreamseed.identity.models import (
    ApiKeyGrant,
    CodeGrant,
    Cookies,
    PasswordGrant,
    RefreshGrant,
    TokenPair,
    TokenRequest,
)
from dreamseed.identity.queries import address_digest
from dreamseed.identity.sign_in import Issuer, exchange_api_key, exchange_code, refresh, sign_in_with_password
from dreamseed.needs import PUBLIC, Http, Needs, database, secret, subject_keys
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/auth/token", PUBLIC, max_body_bytes=4096, idempotency="natural"),
        grants=(database("write"), secret("signing_keys"), subject_keys("write")),
    )
)
def issue_token(
    body: TokenRequest, client: Client, secrets: Secrets, keys: SubjectKeys, clock: Clock, cookie: Cookies = ""
) -> Reply[TokenPair | SecondFactorNeeded | AccessToken]:
    """Issue an access token and a refresh token.

    With `grant_type: password` for an e-mail address and a password, `refresh_token` for a refresh token, which is used
    up, `sign_in_code` in the browser that signed in at another provider, and `api_key` for an API key, which gets no
    refresh token. Who has a second factor gets an `mfa_token` for /auth/mfa first. Wrong credentials and unknown
    addresses give the same 401, and after too many attempts the same 429.
    """
    issuer = Issuer(secrets.read("signing_keys"), os.environ["DREAMSEED_PUBLIC_URL"], clock.now(), client, keys)
    match body:
        case PasswordGrant():
            device = device_of(address_digest(keys, body.email), cookie, issuer.signing_keys)
            outcome = sign_in_with_password(body, device, issuer)
            return Reply(outcome, headers={"set-cookie": device.cookie(issuer.signing_keys, issuer.url)})
        case RefreshGrant():
            return Reply(refresh(body.refresh_token, issuer))
        case CodeGrant():
            return Reply(exchange_code(body.code, cookie, issuer))
        case ApiKeyGrant():
            return Reply(exchange_api_key(body.api_key, issuer))
