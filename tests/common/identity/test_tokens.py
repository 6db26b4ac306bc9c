"""Access tokens against published facts and their own limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest

from dreamseed.errors import Unauthenticated
from dreamseed.identity.tokens import LIFETIME, Claims, issue, public_key_set, verify

ISSUER = "https://school.example"
SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"  # RFC 8032, section 7.1, test 1
PUBLIC = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"  # RFC 8037, appendix A.2: the same key
OTHER_SEED = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"  # RFC 8032, test 2


def claims() -> Claims:
    """Somebody."""
    return Claims(uuid4(), uuid4(), uuid4(), ("learner",))


def test_the_published_key_is_the_public_half() -> None:
    (key,) = public_key_set(SEED)["keys"]

    assert (key["kty"], key["crv"], key["x"]) == ("OKP", "Ed25519", PUBLIC)
    assert "d" not in key


def test_a_token_says_what_was_put_in() -> None:
    said = claims()

    token = issue(said, SEED, ISSUER, datetime.now(UTC))

    assert verify(token, public_key_set(SEED), ISSUER) == said


def test_tokens_of_the_former_key_hold_while_it_is_published() -> None:
    token = issue(claims(), OTHER_SEED, ISSUER, datetime.now(UTC))

    verify(token, public_key_set(f"{SEED}\n{OTHER_SEED}"), ISSUER)
    with pytest.raises(Unauthenticated, match="not ours"):
        verify(token, public_key_set(SEED), ISSUER)


@pytest.mark.parametrize(
    ("age", "issuer", "code"),
    [
        (LIFETIME + timedelta(minutes=1), ISSUER, "token_expired"),
        (timedelta(hours=-1), ISSUER, "token_invalid"),
        (timedelta(), "https://elsewhere.example", "token_invalid"),
    ],
)
def test_a_token_out_of_time_or_place_is_refused(age: timedelta, issuer: str, code: str) -> None:
    token = issue(claims(), SEED, issuer, datetime.now(UTC) - age)

    with pytest.raises(Unauthenticated) as refused:
        verify(token, public_key_set(SEED), ISSUER)

    assert refused.value.code == code


@pytest.mark.parametrize("missing", ["exp", "iat", "iss", "aud", "sub", "org", "sid", "roles"])
def test_a_token_without_one_of_its_claims_is_refused(missing: str) -> None:
    from dreamseed.identity.tokens import _private_keys

    whole = issue(claims(), SEED, ISSUER, datetime.now(UTC))
    payload = jwt.decode(whole, options={"verify_signature": False})
    del payload[missing]
    kid = jwt.get_unverified_header(whole)["kid"]
    token = jwt.encode(payload, _private_keys(SEED)[0], "EdDSA", headers={"kid": kid})

    with pytest.raises(Unauthenticated):
        verify(token, public_key_set(SEED), ISSUER)
