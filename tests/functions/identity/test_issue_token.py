"""Signing in and staying signed in: what works, and what an attacker tries."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import update

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.tables import refresh_tokens
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
