"""Access tokens: short-lived JWTs, signed with Ed25519 or P-256 and verified against the published key set.

A token says who (sub), where (org), as what (roles), in which sign-in (sid), until when (exp, in ten minutes at most),
and what the policies ask besides: second factor, age band, missing consents. The secret `signing_keys` holds one or
more keys (`signing_keys`). The first one signs and all are published. Containers keep what they have read for five
minutes, so a key rotates in three steps of fifteen minutes: publish it second, put it first, drop the old one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args
from uuid import UUID

from dreamseed.errors import Unauthenticated
from dreamseed.identity.signing_keys import ALGORITHMS, read_keys
from dreamseed.standing import NOTHING_SPECIAL, AgeBand, Standing

AUDIENCE = "dreamseed"
LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True)
class Claims:
    """What a token says about its holder.

    `permissions` are those that no role of ours gives: from roles of the organisation's own, or an API key's. For an
    API key `session_id` is the key's. `standing` is what else the policies ask of people.
    """

    user_id: UUID
    org_id: UUID
    session_id: UUID
    roles: tuple[str, ...]
    permissions: tuple[str, ...] = ()
    is_api_key: bool = False
    standing: Standing = NOTHING_SPECIAL
    rate_limit_per_hour: int | None = None


def issue(claims: Claims, signing_keys: str, issuer: str, now: datetime) -> str:
    """Sign an access token with the first of the signing keys."""
    import jwt  # here and below: cryptography is not loaded before the first token

    key = read_keys(signing_keys)[0]
    payload: dict[str, Any] = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": str(claims.user_id),
        "org": str(claims.org_id),
        "sid": str(claims.session_id),
        "roles": list(claims.roles),
        "iat": now,
        "exp": now + LIFETIME,
        **_standing_claims(claims.standing),
    }
    if claims.permissions:
        payload["permissions"] = list(claims.permissions)
    if claims.is_api_key:
        payload["api_key"] = True
    if claims.rate_limit_per_hour is not None:
        payload["rate"] = claims.rate_limit_per_hour
    return jwt.encode(payload, key.private, key.algorithm, headers={"kid": key.kid})


def verify(token: str, key_set: dict[str, Any], issuer: str) -> Claims:
    """The claims of a token that is ours, whole and not expired. Raises Unauthenticated for every other string.

    The key is chosen by `kid` among our own and says the algorithm, so a token cannot choose how it is checked.
    """
    import jwt

    try:
        kid = jwt.get_unverified_header(token).get("kid")
        key = next((item for item in key_set["keys"] if item["kid"] == kid), None)
        if key is None:
            raise Unauthenticated("The access token is signed by a key that is not ours.", code="unknown_signing_key")
        if key["alg"] not in ALGORITHMS:
            raise ValueError(key["alg"])
        payload = jwt.decode(
            token,
            jwt.PyJWK(key).key,
            algorithms=[key["alg"]],
            audience=AUDIENCE,
            issuer=issuer,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "org", "sid"]},
        )
        return Claims(
            UUID(payload["sub"]),
            UUID(payload["org"]),
            UUID(payload["sid"]),
            tuple(map(str, payload["roles"])),
            tuple(map(str, payload.get("permissions", ()))),
            payload.get("api_key") is True,
            _standing_of(payload),
            payload.get("rate"),
        )
    except jwt.ExpiredSignatureError as error:
        raise Unauthenticated("The access token has expired; refresh it.", code="token_expired") from error
    except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
        raise Unauthenticated("The access token is not valid.", code="token_invalid") from error


def sign_document(content: bytes, signing_keys: str, kind: str) -> str:
    """A document of ours as a compact JWS (RFC 7515) of that type, under the first of the signing keys.

    It is no token: those are JWTs with claims that `verify` demands.
    """
    from jwt import PyJWS

    key = read_keys(signing_keys)[0]
    return PyJWS().encode(content, key.private, key.algorithm, headers={"typ": kind, "kid": key.kid})


def public_key_set(signing_keys: str) -> dict[str, Any]:
    """The public halves as a JWK set (RFC 7517, RFC 8037), as published at /.well-known/jwks.json."""
    return {"keys": [key.jwk for key in read_keys(signing_keys)]}


def _standing_claims(standing: Standing) -> dict[str, Any]:
    """What is special about the holder: mfa, mfa_required, age (their band), lacks (purposes without a consent)."""
    claims = {
        "mfa": standing.has_second_factor,
        "mfa_required": standing.requires_second_factor,
        "age": standing.age_band,
        "lacks": sorted(standing.lacks_consent),
    }
    return {name: value for name, value in claims.items() if value}


def _standing_of(payload: dict[str, Any]) -> Standing:
    age = payload.get("age")
    return Standing(
        payload.get("mfa") is True,
        payload.get("mfa_required") is True,
        age if age in get_args(AgeBand) else None,
        frozenset(map(str, payload.get("lacks", ()))),
    )
