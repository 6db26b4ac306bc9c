"""Access tokens against published facts and their own limits."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest

from dreamseed.errors import NotFound, Unauthenticated
from dreamseed.identity.links import Link, read_link
from dreamseed.identity.signing_keys import (
    ALGORITHMS,
    Algorithm,
    read_keys,
    with_key_added,
    with_key_dropped,
    with_key_first,
    without_key,
)
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
    whole = issue(claims(), SEED, ISSUER, datetime.now(UTC))
    payload = jwt.decode(whole, options={"verify_signature": False})
    del payload[missing]
    kid = jwt.get_unverified_header(whole)["kid"]
    token = jwt.encode(payload, read_keys(SEED)[0].private, "EdDSA", headers={"kid": kid})

    with pytest.raises(Unauthenticated):
        verify(token, public_key_set(SEED), ISSUER)


P256 = "ES256:c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"  # RFC 6979, appendix A.2.5
P256_X = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"  # the same key's public half
P256_Y = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"


def test_a_p256_key_is_published_by_its_point() -> None:
    (key,) = public_key_set(P256)["keys"]

    assert (key["kty"], key["crv"], key["alg"]) == ("EC", "P-256", "ES256")
    assert [base64.urlsafe_b64decode(key[name] + "=").hex() for name in "xy"] == [P256_X, P256_Y]
    assert "d" not in key


@pytest.mark.parametrize(("signs", "published"), [(P256, f"{P256}\n{SEED}"), (SEED, f"{SEED}\n{P256}")])
def test_tokens_of_either_kind_hold_beside_each_other(signs: str, published: str) -> None:
    said = claims()

    token = issue(said, published, ISSUER, datetime.now(UTC))

    assert verify(token, public_key_set(published), ISSUER) == said
    with pytest.raises(Unauthenticated, match="not ours"):
        verify(token, public_key_set(published.replace(signs, OTHER_SEED)), ISSUER)


def test_the_key_says_the_algorithm_and_not_the_token() -> None:
    ed25519, p256 = read_keys(f"{SEED} {P256}")
    payload = jwt.decode(issue(claims(), SEED, ISSUER, datetime.now(UTC)), options={"verify_signature": False})
    crossed = [
        jwt.encode(payload, ed25519.private, "EdDSA", headers={"kid": p256.kid}),
        jwt.encode(payload, p256.private, "ES256", headers={"kid": ed25519.kid}),
    ]

    for token in crossed:
        with pytest.raises(Unauthenticated) as refused:
            verify(token, public_key_set(f"{SEED} {P256}"), ISSUER)
        assert refused.value.code == "token_invalid"


def test_a_key_of_a_kind_that_is_not_ours_verifies_nothing() -> None:
    token = issue(claims(), SEED, ISSUER, datetime.now(UTC))
    kid = jwt.get_unverified_header(token)["kid"]
    symmetric = {"kty": "oct", "k": "AAAA", "alg": "HS256", "kid": kid}

    with pytest.raises(Unauthenticated):
        verify(token, {"keys": [symmetric]}, ISSUER)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_is_rotated_in_three_steps(algorithm: Algorithm) -> None:
    old = read_keys(SEED)[0].kid

    added = with_key_added(SEED, algorithm)
    new = read_keys(added)[1]
    first = with_key_first(added, new.kid)

    assert [key.kid for key in read_keys(added)] == [old, new.kid]
    assert [key.kid for key in read_keys(first)] == [new.kid, old]
    assert [key.kid for key in read_keys(with_key_dropped(first, old))] == [new.kid]
    assert new.algorithm == algorithm
    for leave_out in (with_key_dropped, without_key):
        with pytest.raises(ValueError, match=new.kid):
            leave_out(first, new.kid)
    with pytest.raises(KeyError):
        with_key_first(first, "none")


def test_a_key_that_was_dropped_opens_old_links_until_it_is_deleted() -> None:
    token = Link("guardian_confirmation", uuid4(), uuid4()).token(SEED)
    added = with_key_added(SEED, "ES256")
    dropped = with_key_dropped(with_key_first(added, read_keys(added)[1].kid), read_keys(SEED)[0].kid)

    assert read_link(token, "guardian_confirmation", dropped).purpose == "guardian_confirmation"
    with pytest.raises(NotFound):
        read_link(token, "guardian_confirmation", without_key(dropped, read_keys(SEED)[0].kid))
    with pytest.raises(Unauthenticated):
        verify(issue(claims(), SEED, ISSUER, datetime.now(UTC)), public_key_set(dropped), ISSUER)
