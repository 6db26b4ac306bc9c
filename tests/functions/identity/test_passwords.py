"""Forgotten and changed passwords, and what guessing costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.tables import password_resets, throttles, users
from dreamseed.platform.tables import PLATFORM_ID
from tests.api import ApiReply
from tests.functions.identity.accounts import PASSWORD, Person, counted_work, new_person, sign_in, token_of
from tests.mail import link_token, mails_to
from tests.school import HILLSIDE, RIVERBANK, School

NEW = "a wild green sea"


def ask(school: School, email: str, **body: str) -> ApiReply:
    return school.call("POST", "/api/v1/auth/reset", {"email": email, **body})


def reset(school: School, token: str, password: str = NEW) -> ApiReply:
    return school.call("POST", "/api/v1/auth/reset/complete", {"token": token, "password": password})


def change(school: School, token: str, current: str = PASSWORD, new: str = NEW) -> ApiReply:
    body = {"current_password": current, "new_password": new}
    return school.api.call("POST", "/api/v1/me/password", body, token=token)


def refresh(school: School, refresh_token: str) -> ApiReply:
    body = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return school.call("POST", "/api/v1/auth/token", body)


def test_a_forgotten_password_is_chosen_anew(school: School) -> None:
    person = new_person(school)
    before = sign_in(school, person)
    ask(school, person.email)

    done = reset(school, link_token(mails_to(school, person.email)[0]))

    assert done.status == 204
    assert "access_token" in sign_in(school, person, NEW)
    assert sign_in(school, person)["code"] == "invalid_credentials"
    assert refresh(school, before["refresh_token"]).status == 401
    assert mails_to(school, person.email)[0]["subject"] == "Your password was changed"


def test_a_link_to_choose_a_password_works_once(school: School) -> None:
    person = new_person(school)
    for _ in range(2):
        ask(school, person.email)
    first, second = (link_token(mail) for mail in mails_to(school, person.email))

    replies = [
        reset(school, first),
        reset(school, first),
        reset(school, first, PASSWORD),
        reset(school, second, PASSWORD),
    ]

    assert [reply.status for reply in replies] == [204, 204, 404, 404]  # the second is a retry of the first
    assert "access_token" in sign_in(school, person, NEW)


def test_a_link_to_choose_a_password_holds_for_an_hour(school: School) -> None:
    person = new_person(school)
    ask(school, person.email)
    token = link_token(mails_to(school, person.email)[0])
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        of_person = password_resets.c.user_id == person.id
        past = datetime.now(UTC) - timedelta(seconds=1)
        db.execute(update(password_resets).where(of_person).values(expires_at=past))

    assert reset(school, token).code == "link_invalid"


def test_a_weak_password_does_not_use_the_link_up(school: School) -> None:
    person = new_person(school)
    ask(school, person.email)
    token = link_token(mails_to(school, person.email)[0])

    assert reset(school, token, "short").code == "password_too_weak"
    assert reset(school, token).status == 204


def test_each_organisation_sends_its_own_link_unless_one_is_named(school: School) -> None:
    here = new_person(school)
    with tenant_transaction(RIVERBANK.id, school.database.url("write")) as db:
        from dreamseed.identity.queries import add_user

        add_user(db, school.keys(RIVERBANK.id), {"email": here.email, "full_name": "The same person"}, ["learner"])

    ask(school, here.email, organisation="riverbank")
    assert len(mails_to(school, here.email)) == 1
    ask(school, here.email)
    assert len(mails_to(school, here.email)) == 3


def test_a_suspended_account_gets_no_link(school: School) -> None:
    person = new_person(school, is_active=False)

    ask(school, person.email)

    assert mails_to(school, person.email) == []


def test_asking_for_an_unknown_address_is_the_same_answer_and_the_same_work(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = new_person(school)
    ask(school, f"{uuid4().hex}@lake.example")

    with counted_work(monkeypatch) as unknown_work:
        unknown = ask(school, f"{uuid4().hex}@lake.example")
    with counted_work(monkeypatch) as known_work:
        same = ask(school, known.email)

    assert (unknown.status, unknown.json.keys()) == (same.status, same.json.keys())
    assert known_work == unknown_work


def test_signing_in_costs_the_same_work_for_an_unknown_address(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    known, unknown = new_person(school), Person(uuid4(), f"{uuid4().hex}@lake.example", HILLSIDE.id)
    sign_in(school, new_person(school), "wrong")

    with counted_work(monkeypatch) as known_work:
        wrong = sign_in(school, known, "wrong")
    with counted_work(monkeypatch) as unknown_work:
        nobody = sign_in(school, unknown, "wrong")

    assert {**wrong, "request_id": ""} == {**nobody, "request_id": ""}
    assert known_work == unknown_work


def test_a_changed_password_ends_the_other_sign_ins_and_keeps_this_one(school: School) -> None:
    person = new_person(school)
    other, this = sign_in(school, person), sign_in(school, person)

    assert change(school, this["access_token"]).status == 204

    assert refresh(school, other["refresh_token"]).status == 401
    assert refresh(school, this["refresh_token"]).status == 200
    assert mails_to(school, person.email)[0]["subject"] == "Your password was changed"


def test_a_change_that_is_sent_again_is_done_once(school: School) -> None:
    person = new_person(school)
    token = token_of(school, person)

    assert [change(school, token).status for _ in range(2)] == [204, 204]
    assert len(mails_to(school, person.email)) == 1


def test_the_present_password_must_be_known(school: School) -> None:
    person = new_person(school)

    reply = change(school, token_of(school, person), current="a guess or two")

    assert (reply.status, reply.code) == (422, "password_wrong")


def test_guessing_ones_present_password_takes_patience(school: School) -> None:
    token = token_of(school, new_person(school))

    statuses = [change(school, token, current=f"a guess, number {number}").status for number in range(7)]

    assert statuses == [422] * 5 + [429] * 2


def test_guessing_a_password_takes_patience_whether_or_not_there_is_such_an_account(school: School) -> None:
    people = new_person(school), Person(uuid4(), f"{uuid4().hex}@lake.example", HILLSIDE.id)

    codes = [[sign_in(school, person, f"guess {number}")["code"] for number in range(6)] for person in people]

    assert codes[0] == codes[1] == ["invalid_credentials"] * 5 + ["too_many_requests"]
    assert sign_in(school, people[0])["code"] == "too_many_requests"  # the right one has to wait as well


def test_patience_is_rewarded_and_a_right_password_starts_afresh(school: School) -> None:
    person = new_person(school)
    for number in range(5):
        sign_in(school, person, f"guess {number}")
    with tenant_transaction(PLATFORM_ID, school.database.url("write")) as db:
        earlier = datetime.now(UTC) - timedelta(minutes=20)
        db.execute(update(throttles).where(throttles.c.attempts >= 5).values(last_at=earlier))

    assert "access_token" in sign_in(school, person)
    assert [sign_in(school, person, f"guess {number}")["code"] for number in range(5)] == ["invalid_credentials"] * 5


def test_a_profile_is_edited_and_read(school: School) -> None:
    token = token_of(school, new_person(school))
    before = school.api.call("GET", "/api/v1/me", token=token)

    headers = {"if-match": before.headers["etag"]}
    body = {"full_name": "Another Name", "language": "es"}
    changed = school.api.call("PATCH", "/api/v1/me", body, token=token, headers=headers)

    after = school.api.call("GET", "/api/v1/me", token=token)
    assert changed.json == after.json == {**before.json, **body}
    assert after.headers["etag"] != before.headers["etag"]


def test_a_password_is_stored_as_argon2id(school: School) -> None:
    person = new_person(school)
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        stored = db.execute(users.select().where(users.c.id == person.id)).one().password_hash

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
