"""What an attacker makes of an access token is refused, everywhere and by name.

These attacks know more than an attacker would: where it helps, they sign with our own key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from tests.school import LEARNER, RIVERBANK, School


@pytest.fixture
def key(school: School) -> Ed25519PrivateKey:
    """The key that the school signs with."""
    path = Path(unquote(urlsplit(os.environ["DREAMSEED_SECRET_SIGNING_KEYS"]).path))
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text().split()[0]))


def claims_of(school: School, **changes: Any) -> dict[str, Any]:
    """The claims of a real token with changes; None leaves a claim out."""
    real: dict[str, Any] = jwt.decode(school.token(LEARNER), options={"verify_signature": False})
    return {name: value for name, value in (real | changes).items() if value is not None}


def kid_of(school: School) -> str:
    return str(jwt.get_unverified_header(school.token(LEARNER))["kid"])


def by_hand(header: dict[str, Any], claims: dict[str, Any], secret: bytes | None) -> str:
    """A token whose header says what libraries refuse to write."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    signed = ".".join(parts).encode()
    signature = hmac.digest(secret, signed, hashlib.sha256) if secret is not None else b""
    return f"{signed.decode()}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def use(school: School, token: str) -> tuple[int, str]:
    reply = school.api.call("GET", "/api/v1/me", token=token)
    return reply.status, reply.code if reply.status >= 400 else "in"


def test_a_token_of_ours_that_is_changed_in_nothing_holds(school: School, key: Ed25519PrivateKey) -> None:
    token = jwt.encode(claims_of(school), key, "EdDSA", headers={"kid": kid_of(school)})

    assert use(school, token) == (200, "in")


WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "no expiry": {"exp": None},
    "no audience": {"aud": None},
    "no issuer": {"iss": None},
    "no organisation": {"org": None},
    "no sign-in": {"sid": None},
    "another audience": {"aud": "somebody else"},
    "another issuer": {"iss": "https://evil.example"},
    "an organisation that is none": {"org": "' or 1=1 --"},
    "roles that are none": {"roles": 7},
    "not yet made": {"iat": datetime.now(UTC) + timedelta(days=1)},
}


@pytest.mark.parametrize("changes", WRONG_CLAIMS.values(), ids=WRONG_CLAIMS.keys())
def test_a_token_of_ours_with_wrong_claims_is_refused(
    school: School, key: Ed25519PrivateKey, changes: dict[str, Any]
) -> None:
    token = jwt.encode(claims_of(school, **changes), key, "EdDSA", headers={"kid": kid_of(school)})

    assert use(school, token) == (401, "token_invalid")


def test_an_expired_token_is_refused_by_name(school: School, key: Ed25519PrivateKey) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    token = jwt.encode(claims_of(school, exp=past), key, "EdDSA", headers={"kid": kid_of(school)})

    assert use(school, token) == (401, "token_expired")


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_a_token_without_a_signature_is_refused(school: School, algorithm: str) -> None:
    token = by_hand({"alg": algorithm, "typ": "JWT", "kid": kid_of(school)}, claims_of(school), None)

    assert use(school, token) == (401, "token_invalid")


def test_the_public_key_is_no_shared_secret(school: School, key: Ed25519PrivateKey) -> None:
    raw = key.public_key().public_bytes_raw()
    forms = [raw, raw.hex().encode(), base64.urlsafe_b64encode(raw).rstrip(b"=")]
    header = {"alg": "HS256", "typ": "JWT", "kid": kid_of(school)}

    assert {use(school, by_hand(header, claims_of(school), form)) for form in forms} == {(401, "token_invalid")}


def test_a_token_signed_by_another_kind_of_key_is_refused(school: School) -> None:
    token = jwt.encode(claims_of(school), generate_private_key(65537, 2048), "RS256", headers={"kid": kid_of(school)})

    assert use(school, token) == (401, "token_invalid")


@pytest.mark.parametrize(
    "kid", ["../../../../dev/null", "/dev/null", "' union select 'x' --", "", None, "x" * 5000, "http://evil.example/k"]
)
def test_a_key_id_leads_nowhere(school: School, kid: str | None) -> None:
    header = {"alg": "HS256", "typ": "JWT"} | ({"kid": kid} if kid is not None else {})

    assert use(school, by_hand(header, claims_of(school), b"")) == (401, "unknown_signing_key")


def test_a_key_that_comes_with_the_token_is_not_used(school: School) -> None:
    own = Ed25519PrivateKey.generate()
    x = base64.urlsafe_b64encode(own.public_key().public_bytes_raw()).rstrip(b"=").decode()
    headers = {
        "kid": "mine",
        "jwk": {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "mine"},
        "jku": "https://evil.example/jwks.json",
        "x5u": "https://evil.example/cert.pem",
    }

    token = jwt.encode(claims_of(school), own, "EdDSA", headers=headers)

    assert use(school, token) == (401, "unknown_signing_key")


def test_a_token_that_was_moved_to_another_organisation_is_refused(school: School) -> None:
    header, claims, signature = school.token(LEARNER).split(".")
    swapped = claims_of(school, org=str(RIVERBANK.id))
    moved = base64.urlsafe_b64encode(json.dumps(swapped).encode()).rstrip(b"=").decode()

    assert use(school, f"{header}.{moved}.{signature}") == (401, "token_invalid")
    assert use(school, f"{header}.{claims}.{signature}") == (200, "in")


def test_a_refresh_token_is_no_access_token(school: School) -> None:
    assert use(school, school.sign_in(LEARNER)["refresh_token"])[0] == 401


def test_a_sign_in_that_was_ended_is_refused_where_it_matters(school: School) -> None:
    pair = school.sign_in(LEARNER)
    school.call("POST", "/api/v1/auth/logout", {"refresh_token": pair["refresh_token"]})

    reply = school.api.call("DELETE", "/api/v1/me/sessions", token=pair["access_token"])

    assert (reply.status, reply.code) == (401, "sign_in_ended")
