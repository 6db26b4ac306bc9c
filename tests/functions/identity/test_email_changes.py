"""Changing one's address: proved by the password, confirmed by the new mailbox, told to the old one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.queries import sealed_values, update_user
from dreamseed.identity.tables import email_changes, password_resets, sign_ins, users
from tests.api import ApiReply
from tests.functions.identity.accounts import PASSWORD, Person, counted_work, new_person, sign_in, token_of
from tests.functions.identity.test_passwords import refresh
from tests.mail import link_token, mails_to
from tests.school import HILLSIDE, School


def new_address() -> str:
    return f"{uuid4().hex}@sea.example"


@pytest.fixture
def person(school: School) -> Person:
    return new_person(school)


def ask(school: School, token: str, email: str, password: str | None = PASSWORD) -> ApiReply:
    body = {"email": email} if password is None else {"email": email, "current_password": password}
    return school.api.call("POST", "/api/v1/me/email_change", body, token=token)


def confirm(school: School, token: str) -> ApiReply:
    return school.call("POST", "/api/v1/auth/email_change", {"token": token})


def link_to(school: School, email: str) -> str:
    return link_token(mails_to(school, email)[0])


def test_the_new_address_counts_once_its_owner_has_opened_the_link(school: School, person: Person) -> None:
    email = new_address()
    token = token_of(school, person)

    assert ask(school, token, email.upper()).json == {"email": email}
    assert sign_in(school, person)["access_token"]  # nothing has changed yet
    reply = confirm(school, link_to(school, email))

    assert (reply.status, reply.json) == (200, {"email": email})
    assert sign_in(school, Person(person.id, email, person.org_id))["access_token"]
    assert sign_in(school, person)["code"] == "invalid_credentials"
    assert school.api.call("GET", "/api/v1/me", token=token).json["email"] == email


def test_the_old_address_is_told_when_it_is_asked_for_and_when_it_is_done(school: School, person: Person) -> None:
    email = new_address()
    ask(school, token_of(school, person), email)
    subjects = [mail["subject"] for mail in mails_to(school, person.email)]
    confirm(school, link_to(school, email))

    assert subjects == ["Somebody wants to change your e-mail address"]
    assert mails_to(school, person.email)[0]["subject"] == "Your e-mail address was changed"
    assert email not in mails_to(school, person.email)[0]["text"]


def test_other_sign_ins_end_and_the_one_that_asked_goes_on(school: School, person: Person) -> None:
    email = new_address()
    elsewhere, here = sign_in(school, person), sign_in(school, person)
    ask(school, here["access_token"], email)
    confirm(school, link_to(school, email))

    assert refresh(school, elsewhere["refresh_token"]).status == 401
    assert refresh(school, here["refresh_token"]).status == 200


def test_opening_the_link_again_changes_nothing(school: School, person: Person) -> None:
    email = new_address()
    ask(school, token_of(school, person), email)
    link = link_to(school, email)

    assert confirm(school, link).json == confirm(school, link).json
    assert len(mails_to(school, person.email)) == 2


def test_a_wrong_or_missing_password_is_refused_and_guessing_is_slowed_down(school: School, person: Person) -> None:
    token = token_of(school, person)

    codes = [ask(school, token, new_address(), "a guess of mine").code for _ in range(6)]

    assert codes == ["password_wrong"] * 5 + ["too_many_requests"]
    other = token_of(school, new_person(school))
    assert ask(school, other, new_address(), None).code == "password_required"


def test_without_a_password_a_fresh_sign_in_will_do_and_an_old_one_not(school: School, person: Person) -> None:
    token = token_of(school, person)
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        db.execute(update(users).where(users.c.id == person.id).values(password_hash=None))

    assert ask(school, token, new_address(), None).status == 202
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        long_ago = datetime.now(UTC) - timedelta(hours=1)
        db.execute(update(sign_ins).where(sign_ins.c.user_id == person.id).values(created_at=long_ago))
    assert ask(school, token, new_address(), None).code == "recent_sign_in_required"


def test_a_taken_address_is_answered_like_a_free_one_after_the_same_work(
    school: School, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, other = token_of(school, person), new_person(school)
    ask(school, token, new_address())  # whatever is prepared once is prepared now

    with counted_work(monkeypatch) as free_work:
        free = ask(school, token, new_address())
    with counted_work(monkeypatch) as taken_work:
        taken = ask(school, token, other.email)

    assert (taken.status, taken.json.keys()) == (free.status, free.json.keys())
    assert (taken_work.statements, taken_work.hashes) == (free_work.statements, free_work.hashes)
    assert mails_to(school, other.email)[0]["subject"].startswith("This address has an account")


def test_who_gets_the_address_first_keeps_it(school: School, person: Person) -> None:
    email = new_address()
    ask(school, token_of(school, person), email)
    link = link_to(school, email)
    rival = new_person(school)
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        update_user(db, rival.id, sealed_values(school.keys(rival.org_id), rival.id, {"email": email}))

    assert (confirm(school, link).status, confirm(school, link).code) == (409, "account_exists")


@pytest.mark.parametrize("how", ["expired", "asked again", "new password", "suspended", "forged"])
def test_a_link_that_holds_no_more_changes_nothing(school: School, person: Person, how: str) -> None:
    email = new_address()
    token = token_of(school, person)
    ask(school, token, email)
    link = link_to(school, email)
    if how == "asked again":
        ask(school, token, new_address())
    elif how == "new password":
        body = {"current_password": PASSWORD, "new_password": "a calm green lake"}
        assert school.api.call("POST", "/api/v1/me/password", body, token=token).status == 204
    elif how == "forged":
        link = link[:-1] + ("A" if link[-1] != "A" else "B")
    else:
        with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
            mine = email_changes.c.user_id == person.id
            db.execute(update(email_changes).where(mine).values(expires_at=datetime.now(UTC)))
            if how == "suspended":
                db.execute(update(users).where(users.c.id == person.id).values(is_active=False))

    assert (confirm(school, link).status, confirm(school, link).code) == (404, "link_invalid")


def test_links_for_a_new_password_that_went_to_the_old_address_hold_no_more(school: School, person: Person) -> None:
    school.call("POST", "/api/v1/auth/reset", {"email": person.email})
    reset = link_to(school, person.email)
    email = new_address()
    ask(school, token_of(school, person), email)
    confirm(school, link_to(school, email))

    reply = school.call("POST", "/api/v1/auth/reset/complete", {"token": reset, "password": "a stolen green lake"})

    assert reply.code == "link_invalid"
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        assert db.execute(password_resets.select().where(password_resets.c.user_id == person.id)).one().used_at


def test_a_program_cannot_change_its_owners_address(school: School) -> None:
    token = token_of(school, new_person(school, "teacher"))
    body = {"name": "Program", "permissions": ["profile:secure:own"]}
    key = school.api.call("POST", "/api/v1/api_keys", body, token=token).json["key"]

    assert ask(school, key, new_address()).code == "person_required"
