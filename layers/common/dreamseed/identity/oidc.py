"""The client's side of OpenID Connect: authorization code with PKCE (OpenID Connect Core 1.0, RFC 7636, RFC 9700).

Only providers that an operator has listed exist; nothing that a browser sends leads to another address. What a provider
says of itself and its keys are remembered for five minutes; an unknown key makes them be read again, at most every ten
seconds. GitHub speaks OAuth 2.0 without ID tokens, so who signed in is asked of its API.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from dreamseed.errors import Unauthenticated, Unavailable

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Asymmetric ones only: a client's secret must never be able to sign."""

TIMEOUT_SECONDS = 5.0
MAX_BYTES = 1024 * 1024
REMEMBER_SECONDS = 300.0
REREAD_SECONDS = 10.0
LEEWAY_SECONDS = 30
MAX_AGE_SECONDS = 600

_documents: dict[str, tuple[float, dict[str, Any]]] = {}


@dataclass(frozen=True)
class Provider:
    """Somebody who may say who people are. `organisation` None: of any organisation."""

    id: str
    name: str
    kind: Literal["oidc", "github"]
    issuer: str
    client_id: str
    client_secret: str
    organisation: str | None
    trusts_email: bool
    api_url: str


@dataclass(frozen=True)
class Attempt:
    """What binds one sign-in together: the state that travels, the nonce in the ID token, and the PKCE verifier."""

    state: str
    nonce: str
    verifier: str
    challenge: str
    redirect_uri: str


@dataclass(frozen=True)
class Identity:
    """Who signed in, as the provider knows them. `email` is None unless it vouches for it."""

    issuer: str
    subject: str
    email: str | None
    name: str


def authorization_url(provider: Provider, attempt: Attempt) -> str:
    """Where to send the browser."""
    parameters = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": attempt.redirect_uri,
        "state": attempt.state,
        "code_challenge": attempt.challenge,
        "code_challenge_method": "S256",
    }
    if provider.kind == "github":
        return f"{provider.issuer}/login/oauth/authorize?{urlencode({**parameters, 'scope': 'read:user user:email'})}"
    parameters |= {"scope": "openid email profile", "nonce": attempt.nonce}
    endpoint = _checked_url(_metadata(provider)["authorization_endpoint"])
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(parameters)}"


def identity_of(provider: Provider, code: str, attempt: Attempt, now: datetime) -> Identity:
    """Exchange the code and tell who signed in. Raises Unauthenticated for what does not hold, or Unavailable."""
    grant = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": attempt.redirect_uri,
        "client_id": provider.client_id,
        "client_secret": provider.client_secret,
        "code_verifier": attempt.verifier,
    }
    if provider.kind == "github":
        tokens = _post(f"{provider.issuer}/login/oauth/access_token", grant)
        return _github_identity(provider, str(tokens.get("access_token", "")))
    tokens = _post(_checked_url(_metadata(provider)["token_endpoint"]), grant)
    claims = verified_claims(provider, str(tokens.get("id_token", "")), attempt.nonce, now)
    vouched = provider.trusts_email and claims.get("email_verified") is True
    email = str(claims["email"]).lower() if vouched and claims.get("email") else None
    return Identity(provider.issuer, str(claims["sub"]), email, str(claims.get("name") or email or ""))


def verified_claims(provider: Provider, id_token: str, nonce: str, now: datetime) -> dict[str, Any]:
    """The claims of an ID token that this provider made for us and for this attempt. Raises Unauthenticated."""
    import jwt

    try:
        kid = jwt.get_unverified_header(id_token).get("kid")
        claims: dict[str, Any] = jwt.decode(
            id_token,
            _signing_key(provider, kid),
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
        )
    except (jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
        raise _refused() from error
    is_for_us = claims.get("azp", provider.client_id) == provider.client_id
    is_for_us = is_for_us and (not isinstance(claims["aud"], list) or len(claims["aud"]) == 1 or "azp" in claims)
    is_fresh = now.timestamp() - float(claims["iat"]) <= MAX_AGE_SECONDS
    if not is_for_us or not is_fresh or claims["nonce"] != nonce or not isinstance(claims["sub"], str):
        raise _refused()
    return claims


def _github_identity(provider: Provider, access_token: str) -> Identity:
    user = _get(f"{provider.api_url}/user", access_token)
    emails = _get(f"{provider.api_url}/user/emails", access_token)
    if not isinstance(user, dict) or not isinstance(emails, list) or "id" not in user:
        raise _refused()
    own = [each["email"] for each in emails if each.get("primary") and each.get("verified")]
    email = str(own[0]).lower() if own and provider.trusts_email else None
    return Identity(provider.issuer, str(user["id"]), email, str(user.get("name") or user.get("login") or ""))


def _metadata(provider: Provider) -> dict[str, Any]:
    document = _document(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration", REMEMBER_SECONDS)
    if document.get("issuer") != provider.issuer:
        raise Unavailable(f"{provider.name} does not say that it is the issuer that is listed.", code="oidc_mixed_up")
    return document


def _signing_key(provider: Provider, kid: str | None) -> Any:
    """The provider's key of that id, or its only one if the token names none. Raises KeyError when there is none."""
    import jwt

    url = _checked_url(_metadata(provider)["jwks_uri"])
    for max_age in (REMEMBER_SECONDS, REREAD_SECONDS):
        keys = [key for key in _document(url, max_age)["keys"] if key.get("use", "sig") == "sig"]
        named = [key for key in keys if key.get("kid") == kid] if kid is not None else keys
        if len(named) == 1:
            return jwt.PyJWK(named[0]).key
    raise KeyError(kid)


def _document(url: str, max_age_seconds: float) -> dict[str, Any]:
    read_at, document = _documents.get(url, (float("-inf"), {}))
    if time.monotonic() - read_at > max_age_seconds:
        document = _get(url)
        _documents[url] = (time.monotonic(), document)
    return document


def _get(url: str, access_token: str | None = None) -> Any:
    headers = {"Accept": "application/json", "User-Agent": "DreamSeed"}
    if access_token is not None:
        headers["Authorization"] = f"Bearer {access_token}"
    return _send(Request(_checked_url(url), headers=headers))  # noqa: S310 - checked, and from the operator's list


def _post(url: str, form: dict[str, str]) -> dict[str, Any]:
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    answer = _send(Request(_checked_url(url), urlencode(form).encode(), headers))  # noqa: S310 - see above
    if not isinstance(answer, dict):
        raise _refused()
    return answer


class _NoRedirects(HTTPRedirectHandler):
    """A provider's own addresses lead nowhere else, and a secret must not follow them."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _send(request: Request) -> Any:
    try:
        with build_opener(_NoRedirects).open(request, timeout=TIMEOUT_SECONDS) as reply:
            return json.loads(reply.read(MAX_BYTES))
    except HTTPError as error:
        with error:
            if 400 <= error.code < 500:
                raise _refused() from error
        raise Unavailable("The other provider does not answer.", code="oidc_unavailable") from error
    except (OSError, ValueError) as error:
        raise Unavailable("The other provider does not answer.", code="oidc_unavailable") from error


def _checked_url(url: Any) -> str:
    """The address if it is https, or of this machine. Raises Unavailable for others, which nobody should configure."""
    parts = urlsplit(str(url))
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")):
        raise Unavailable("The other provider's address is not https.", code="oidc_insecure")
    return str(url)


def forget_documents() -> None:
    """Read every provider's documents anew."""
    _documents.clear()


def _refused() -> Unauthenticated:
    return Unauthenticated("The other provider's answer does not hold; sign in again.", code="oidc_refused")
