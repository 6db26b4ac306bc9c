"""Signing in and staying signed in: what works, and what an attacker tries."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import update

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity import access
from dreamseed.identity.signing_keys import ALGORITHMS, Algorithm, read_keys, with_key_added, with_key_first
from dreamseed.identity.tables import refresh_tokens
from dreamseed.identity.tokens import public_key_set
from dreamseed.ports.secrets import forget_secrets
from tests.api import ApiReply
from tests.school import HILLSIDE, LEARNER, PASSWORD, School


def refresh(school: School, token: str) -> ApiReply:
    """Use a refresh token."""
    return school.call("POST", "/api/v1/auth/token", {"grant_type": "refresh_token", "refresh_token": token})


def test_a_password_opens_a_sign_in_that_lasts_ten_minutes(school: School) -> None:
    pair = school.sign_in(LEARNER)

    me = school.api.call("GET", "/api/v1/me", token=pair["access_token"]).json

    assert me["email"] == LEARNER
    assert me["organisation"]["slug"] == "hillside"
    assert me["roles"] == ["learner"]
    assert pair["expires_in"] == 600


def test_the_address_may_be_written_in_capitals(school: School) -> None:
    assert "access_token" in school.sign_in(LEARNER.upper())


def test_a_wrong_password_and_an_unknown_address_look_the_same(school: School) -> None:
    def attempt(email: str, password: str) -> ApiReply:
        body = {"grant_type": "password", "email": email, "password": password}
        return school.call("POST", "/api/v1/auth/token", body)

    wrong, unknown = attempt(LEARNER, "not it"), attempt("nobody@hillside.example", PASSWORD)

    assert wrong.status == unknown.status == 401
    assert {**wrong.json, "request_id": ""} == {**unknown.json, "request_id": ""}


def test_every_character_of_a_password_counts(school: School) -> None:
    assert school.sign_in(LEARNER, f" {PASSWORD} ")["code"] == "invalid_credentials"


def test_text_that_no_database_can_hold_is_refused(school: School) -> None:
    body = {"grant_type": "password", "email": "a\0b@hillside.example", "password": PASSWORD}

    assert school.call("POST", "/api/v1/auth/token", body).status == 422


def test_a_refresh_token_gets_a_new_pair_and_is_used_up(school: School) -> None:
    first = school.sign_in(LEARNER)

    second = refresh(school, first["refresh_token"]).json
    third = refresh(school, second["refresh_token"]).json

    assert len({each["refresh_token"] for each in (first, second, third)}) == 3
    assert school.api.call("GET", "/api/v1/me", token=third["access_token"]).status == 200


def test_parallel_refreshes_all_get_the_one_successor(school: School) -> None:
    token = school.sign_in(LEARNER)["refresh_token"]

    with ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(lambda _: refresh(school, token), range(50)))

    assert {reply.status for reply in replies} == {200}
    assert len({reply.json["refresh_token"] for reply in replies}) == 1


@pytest.fixture
def signing_keys() -> Iterator[Callable[[str], None]]:
    """Puts other keys in the place of those that sign; at the end they are as they were."""
    file = Path(unquote(urlsplit(os.environ["DREAMSEED_SECRET_SIGNING_KEYS"]).path))
    key_set = Path(unquote(urlsplit(os.environ["DREAMSEED_JWKS_URL"]).path))
    before = file.read_text()

    def put(keys: str) -> None:
        file.write_text(keys)
        key_set.write_text(json.dumps(public_key_set(keys)))
        forget_secrets()
        access.forget_keys()

    yield put
    put(before)


def rotated_from(old: str, algorithm: Algorithm) -> str:
    """The keys after a new one was put first."""
    added = with_key_added(old, algorithm)
    return with_key_first(added, read_keys(added)[1].kid)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_that_rotates_between_two_tabs_signs_neither_out(
    school: School, signing_keys: Callable[[str], None], algorithm: Algorithm
) -> None:
    first = school.sign_in(LEARNER)
    old = Path(unquote(urlsplit(os.environ["DREAMSEED_SECRET_SIGNING_KEYS"]).path)).read_text()

    one_tab = refresh(school, first["refresh_token"]).json
    signing_keys(rotated_from(old, algorithm))
    other_tab = refresh(school, first["refresh_token"]).json

    assert other_tab["refresh_token"] == one_tab["refresh_token"]
    algorithms = [jwt.get_unverified_header(pair["access_token"])["alg"] for pair in (one_tab, other_tab)]
    assert algorithms == ["EdDSA", algorithm]
    statuses = [school.api.call("GET", "/api/v1/me", token=each["access_token"]).status for each in (first, other_tab)]
    assert statuses == [200, 200]
    assert refresh(school, one_tab["refresh_token"]).status == 200


def test_a_refresh_token_that_was_copied_ends_the_sign_in(school: School) -> None:
    stolen = school.sign_in(LEARNER)["refresh_token"]
    current = refresh(school, stolen).json["refresh_token"]
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        db.execute(update(refresh_tokens).where(refresh_tokens.c.used_at.is_not(None)).values(used_at=long_ago))

    thief = refresh(school, stolen)
    owner = refresh(school, current)

    assert (thief.status, thief.code) == (401, "refresh_token_invalid")
    assert owner.status == 401


def test_signing_out_ends_the_sign_in(school: School) -> None:
    token = school.sign_in(LEARNER)["refresh_token"]

    out = school.call("POST", "/api/v1/auth/logout", {"refresh_token": token})
    again = school.call("POST", "/api/v1/auth/logout", {"refresh_token": token})

    assert (out.status, again.status) == (204, 204)
    assert refresh(school, token).status == 401


@pytest.mark.parametrize("token", ["", "a.b.c", "no-dots", "é.é.é", "0" * 32 + "." + "0" * 32 + ".AAAA"])
def test_a_refresh_token_that_is_none_is_refused(school: School, token: str) -> None:
    reply = refresh(school, token)

    assert reply.status in (401, 422)


def forged(school: School, **changes: object) -> str:
    """A token with the claims of a real one but for the changes, signed with a key of our own under the real key id."""
    real = school.token(LEARNER)
    claims = jwt.decode(real, options={"verify_signature": False}) | changes
    header = jwt.get_unverified_header(real)
    return jwt.encode(claims, Ed25519PrivateKey.generate(), "EdDSA", headers={"kid": header["kid"]})


def unsigned(school: School, algorithm: str) -> str:
    """The real claims under a header that names another algorithm, without or with a worthless signature."""
    _, claims, _ = school.token(LEARNER).split(".")
    header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "typ": "JWT"}).encode()).rstrip(b"=").decode()
    return f"{header}.{claims}." + ("" if algorithm == "none" else "AAAA")


def test_tokens_that_we_did_not_sign_are_refused(school: School) -> None:
    attacks = {
        "another key": forged(school),
        "another organisation": forged(school, org="00000000-0000-0000-0000-000000000001"),
        "more roles": forged(school, roles=["org_admin"]),
        "no signature": unsigned(school, "none"),
        "symmetric algorithm": unsigned(school, "HS256"),
        "rubbish": "abc.def.ghi",
        "cut off": school.token(LEARNER)[:-10],
    }

    statuses = {name: school.api.call("GET", "/api/v1/me", token=token).status for name, token in attacks.items()}

    assert statuses == dict.fromkeys(attacks, 401)


def test_without_a_token_nothing_is_shown(school: School) -> None:
    reply = school.call("GET", "/api/v1/me")

    assert (reply.status, reply.code) == (401, "token_missing")
    assert reply.headers["www-authenticate"] == "Bearer"
