"""Registering: an account is made when its address is confirmed, and nobody learns who has one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.queries import address_digest
from dreamseed.identity.tables import registrations, users
from dreamseed.platform.tables import PLATFORM_ID, outbox
from tests.api import ApiReply
from tests.functions.identity.accounts import (
    PASSWORD,
    Person,
    counted_work,
    new_organisation,
    new_person,
    set_registration,
    sign_in,
    token_of,
)
from tests.mail import link_token, mails_to
from tests.school import School


def register(school: School, **body: Any) -> ApiReply:
    """Ask for an account; the address is a new one unless it is given."""
    account = {"email": f"{uuid4().hex}@lake.example", "full_name": "Noor Rahman", "password": PASSWORD}
    if body["kind"] == "member":
        account["birth_date"] = "1990-05-31"
    return school.call("POST", "/api/v1/auth/register", {**account, **body})


def verify(school: School, token: str) -> ApiReply:
    return school.call("POST", "/api/v1/auth/verify", {"token": token})


def new_school(**more: str) -> dict[str, str]:
    """The body of an organisation's registration."""
    return {"kind": "organisation", "slug": f"s-{uuid4().hex[:12]}", "organisation_name": "Lakeside School", **more}


def test_a_new_organisation_gets_its_first_administrator(school: School) -> None:
    body = new_school(language="ko")
    asked = register(school, **body)
    (mail,) = mails_to(school, asked.json["email"])

    verified = verify(school, link_token(mail))

    assert (asked.status, verified.status) == (202, 200)
    assert verified.json == {"email": asked.json["email"], "organisation": body["slug"]}
    assert mail["subject"] == "Lakeside School 이메일 주소 확인"
    pair = sign_in(school, Person(uuid4(), asked.json["email"], PLATFORM_ID))
    me = school.api.call("GET", "/api/v1/me", token=pair["access_token"]).json
    assert me["roles"] == ["org_admin"]
    assert me["organisation"]["slug"] == body["slug"]
    assert me["language"] == "ko"


def test_nothing_is_made_before_the_address_is_confirmed(school: School) -> None:
    asked = register(school, **new_school())

    reply = sign_in(school, Person(uuid4(), asked.json["email"], PLATFORM_ID))

    assert reply["code"] == "invalid_credentials"


def test_confirming_twice_is_confirming_once(school: School) -> None:
    asked = register(school, **new_school())
    token = link_token(mails_to(school, asked.json["email"])[0])

    first, second = verify(school, token), verify(school, token)

    assert (first.status, first.json) == (second.status, second.json)


def test_a_link_holds_for_a_day(school: School) -> None:
    asked = register(school, **new_school())
    token = link_token(mails_to(school, asked.json["email"])[0])
    with tenant_transaction(PLATFORM_ID, school.database.url("write")) as db:
        of_address = registrations.c.email_digest == address_digest(school.keys(), asked.json["email"])
        db.execute(update(registrations).where(of_address).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))

    reply = verify(school, token)

    assert (reply.status, reply.code) == (404, "link_invalid")


def test_the_name_of_an_organisation_is_given_once(school: School) -> None:
    first, second = new_school(), new_school()
    second["slug"] = first["slug"]
    mails = [mails_to(school, register(school, **body).json["email"])[0] for body in (first, second)]

    replies = [verify(school, link_token(mail)) for mail in mails]
    third = register(school, **first)

    assert [reply.status for reply in replies] == [200, 409]
    assert replies[1].code == third.code == "slug_taken"


@pytest.mark.parametrize(
    ("policy", "domains", "expected"),
    [("closed", [], 403), ("open", [], 202), ("domains", ["lake.example"], 202), ("domains", ["sea.example"], 403)],
)
def test_an_organisation_decides_who_registers(school: School, policy: str, domains: list[str], expected: int) -> None:
    org_id, slug = new_organisation(school)
    set_registration(school, org_id, policy, domains)

    reply = register(school, kind="member", organisation=slug)

    assert reply.status == expected
    if expected == 403:
        assert reply.code == "registration_closed"


def test_who_registers_with_a_school_becomes_a_learner_there(school: School) -> None:
    org_id, slug = new_organisation(school)
    set_registration(school, org_id, "open")
    asked = register(school, kind="member", organisation=slug)

    verify(school, link_token(mails_to(school, asked.json["email"])[0]))

    pair = sign_in(school, Person(uuid4(), asked.json["email"], org_id))
    assert school.api.call("GET", "/api/v1/me", token=pair["access_token"]).json["roles"] == ["learner"]


def test_an_administrator_decides_who_registers(school: School) -> None:
    org_id, slug = new_organisation(school)
    token = token_of(school, new_person(school, "org_admin", org_id))
    before = school.api.call("GET", "/api/v1/organisation", token=token)
    changes = {"registration": "domains", "email_domains": ["Lake.Example"]}

    headers = {"if-match": before.headers["etag"]}
    after = school.api.call("PATCH", "/api/v1/organisation", changes, token=token, headers=headers)

    assert before.json["registration"] == "closed"
    assert after.json == {**before.json, "registration": "domains", "email_domains": ["lake.example"]}
    assert register(school, kind="member", organisation=slug).status == 202
    assert register(school, kind="member", organisation=slug, email=f"{uuid4().hex}@sea.example").status == 403


def test_the_platform_itself_takes_nobody(school: School) -> None:
    assert register(school, kind="member", organisation="platform").status == 403


def test_a_known_address_is_answered_like_an_unknown_one_after_the_same_work(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    org_id, slug = new_organisation(school)
    set_registration(school, org_id, "open")
    known = new_person(school, org_id=org_id)
    register(school, kind="member", organisation=slug)  # whatever is prepared once is prepared now

    with counted_work(monkeypatch) as unknown_work:
        unknown = register(school, kind="member", organisation=slug)
    with counted_work(monkeypatch) as known_work:
        same = register(school, kind="member", organisation=slug, email=known.email)

    assert (unknown.status, unknown.json.keys()) == (same.status, same.json.keys())
    assert {**same.headers, "x-request-id": "", "content-length": ""} == {
        **unknown.headers,
        "x-request-id": "",
        "content-length": "",
    }
    assert (known_work.statements, known_work.hashes) == (unknown_work.statements, unknown_work.hashes)
    assert known_work.hashes == 1


def test_the_owner_of_a_known_address_learns_of_it_by_mail(school: School) -> None:
    org_id, slug = new_organisation(school)
    set_registration(school, org_id, "open")
    known = new_person(school, org_id=org_id)

    register(school, kind="member", organisation=slug, email=known.email)

    (mail,) = mails_to(school, known.email)
    assert mail["subject"] == "You already have an account at Lakeside School"
    assert "token=" not in mail["text"]


def test_a_confirmation_that_comes_after_the_account_makes_no_second_one(school: School) -> None:
    org_id, slug = new_organisation(school)
    set_registration(school, org_id, "open")
    email = f"{uuid4().hex}@lake.example"
    mails = []
    for _ in range(2):
        register(school, kind="member", organisation=slug, email=email)
        mails.append(mails_to(school, email)[0])

    replies = [verify(school, link_token(mail)) for mail in mails]

    assert [reply.status for reply in replies] == [200, 409]
    with tenant_transaction(org_id, school.database.url("read")) as db:
        is_theirs = users.c.email_digest == address_digest(school.keys(), email)
        assert len(db.execute(select(users).where(is_theirs)).all()) == 1


def test_the_mail_is_sent_again_to_whom_it_concerns_only(school: School) -> None:
    waiting = register(school, **new_school()).json["email"]
    stranger = f"{uuid4().hex}@lake.example"

    replies = [
        school.call("POST", "/api/v1/auth/verify/resend", {"email": email, "organisation": None})
        for email in (waiting, stranger)
    ]

    assert [reply.status for reply in replies] == [202, 202]
    assert len(mails_to(school, waiting)) == 2
    assert mails_to(school, stranger) == []


def test_after_some_mails_one_has_to_wait(school: School) -> None:
    email = f"{uuid4().hex}@lake.example"

    replies = [school.call("POST", "/api/v1/auth/reset", {"email": email}) for _ in range(4)]

    assert [reply.status for reply in replies] == [202, 202, 202, 429]
    assert int(replies[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "at least 10 characters"),
        ("aaaaaaaaaabb", "at least 5 different characters"),
        ("password1234", "not one of the passwords that everybody tries first"),
        ("my name is noor.rahman", "nothing of the e-mail address"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(school: School, password: str, reason: str) -> None:
    reply = register(school, **new_school(email=f"noor.rahman@{uuid4().hex}.example", password=password))

    assert (reply.status, reply.code) == (422, "password_too_weak")
    assert reply.json["errors"] == [{"field": "body.password", "reason": reason}]


@pytest.mark.parametrize(
    "email", ["nobody", "a@b", "two@@x.example", "a b@x.example", "a@x.example\nBcc: b@x.example", ""]
)
def test_an_address_that_is_none_is_refused(school: School, email: str) -> None:
    assert register(school, **new_school(email=email)).status == 422


def test_neither_queue_nor_database_holds_a_link_or_a_password(school: School) -> None:
    asked = register(school, **new_school())
    token = link_token(mails_to(school, asked.json["email"])[0])
    verify(school, token)

    with tenant_transaction(PLATFORM_ID, school.database.url("read")) as db:
        payloads = [str(row.payload) for row in db.execute(select(outbox))]
        digest = address_digest(school.keys(), asked.json["email"])
        kept = db.execute(select(registrations).where(registrations.c.email_digest == digest)).one()

    assert not [payload for payload in payloads if token.rpartition(".")[2] in payload or PASSWORD in payload]
    assert not [payload for payload in payloads if asked.json["email"] in payload or "Noor Rahman" in payload]
    assert kept.password_hash is None
