"""Strangers who guess keep nobody out who has been there before, and learn nothing by it."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.tables import challenges
from tests.api import ApiReply
from tests.functions.identity.accounts import (
    PASSWORD,
    Person,
    counted_work,
    new_organisation,
    new_person,
    sign_in,
    token_of,
)
from tests.functions.identity.test_second_factors import Account
from tests.mail import link_token, mails_to
from tests.school import ADMIN, HILLSIDE, School


def enter(school: School, person: Person, password: str = PASSWORD, cookie: str = "") -> ApiReply:
    """Sign in from a browser with that cookie."""
    body = {"grant_type": "password", "email": person.email, "password": password}
    return school.call("POST", "/api/v1/auth/token", body, headers={"cookie": cookie} if cookie else None)


def cookie_of(reply: ApiReply) -> str:
    return reply.headers["set-cookie"].partition(";")[0]


def guess_for_long(school: School, person: Person) -> None:
    """A stranger guesses until they have to wait."""
    codes = [enter(school, person, f"guess {number}").code for number in range(6)]
    assert codes[-1] == "too_many_requests"


def test_whoever_has_signed_in_here_before_need_not_wait_for_strangers(school: School) -> None:
    person = new_person(school)
    cookie = cookie_of(enter(school, person))
    guess_for_long(school, person)

    assert enter(school, person).status == 429
    assert enter(school, person, cookie=cookie).status == 200
    assert enter(school, person).status == 429  # and the stranger has gained nothing by it


def test_a_known_browser_has_no_more_guesses_than_another(school: School) -> None:
    person = new_person(school)
    cookie = cookie_of(enter(school, person))

    statuses = [enter(school, person, f"guess {number}", cookie).status for number in range(7)]

    assert statuses == [401] * 5 + [429] * 2


def test_the_cookie_is_worth_nothing_for_another_address_or_after_a_change(school: School) -> None:
    person, other = new_person(school), new_person(school)
    name, _, value = cookie_of(enter(school, person)).partition("=")
    other_name = cookie_of(enter(school, other)).partition("=")[0]
    guess_for_long(school, person)
    guess_for_long(school, other)

    number, _, code = value.partition(".")
    forged = [f"{other_name}={value}", f"{name}={number}0.{code}", f"{name}={number}.", f"{name}={number}"]
    statuses = [enter(school, other, cookie=forged[0]).status]
    statuses += [enter(school, person, cookie=each).status for each in forged[1:]]

    assert statuses == [429] * 4


def test_only_the_right_password_gets_the_cookie_and_no_page_reads_it(school: School) -> None:
    person = new_person(school)

    assert "set-cookie" not in enter(school, person, "a wrong one").headers
    parts = enter(school, person).headers["set-cookie"].split("; ")
    assert {"HttpOnly", "Secure", "SameSite=Strict", "Path=/api/v1/auth"} <= set(parts)
    assert person.email not in parts[0]


def test_a_link_in_a_mail_lets_its_reader_in_at_once(school: School) -> None:
    person = new_person(school)
    guess_for_long(school, person)
    school.call("POST", "/api/v1/auth/reset", {"email": person.email})
    body = {"token": link_token(mails_to(school, person.email)[-1]), "password": "a warm red lamp"}

    done = school.call("POST", "/api/v1/auth/reset/complete", body)

    assert done.status == 204
    assert enter(school, person, "a warm red lamp").status == 200
    guess_for_long(school, person)
    assert enter(school, person, "a warm red lamp", cookie_of(done)).status == 200


def test_a_failure_costs_the_same_for_none_one_and_several_accounts(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, email = new_person(school), f"{uuid4().hex}@lake.example"
    for org_id in (HILLSIDE.id, new_organisation(school)[0]):
        new_person(school, org_id=org_id, email=email)
    several, nobody = (Person(uuid4(), each, HILLSIDE.id) for each in (email, f"{uuid4().hex}@lake.example"))

    def cost(person: Person) -> tuple[int, int]:
        with counted_work(monkeypatch) as work:
            assert enter(school, person, "a guess").code == "invalid_credentials"
        return work.hashes, len(work.statements)

    assert len({cost(person) for person in (one, several, nobody)}) == 1


def test_signing_somebody_out_ends_sign_ins_that_wait_for_a_second_factor(school: School) -> None:
    account = Account(school)
    app, _ = account.with_totp()
    waiting = sign_in(school, account.person)["mfa_token"]

    school.call("DELETE", f"/api/v1/users/{account.person.id}/sessions", by=ADMIN)

    body = {"mfa_token": waiting, "method": "totp", "code": app.now()}
    refused = school.call("POST", "/api/v1/auth/mfa", body)
    assert (refused.status, refused.code) == (401, "step_expired")
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        db.execute(update(challenges).where(challenges.c.id == UUID(waiting.split(".")[1])).values(used_at=None))
    assert school.call("POST", "/api/v1/auth/mfa", body).status == 200  # it was only that


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_a_password_is_the_same_on_every_keyboard(school: School, form: str) -> None:
    person = new_person(school)
    token = token_of(school, person)
    chosen = "un caf\u00e9 \ufb01n et doux"
    body = {"current_password": PASSWORD, "new_password": chosen}
    assert school.api.call("POST", "/api/v1/me/password", body, token=token).status == 204

    assert enter(school, person, unicodedata.normalize(form, chosen)).status == 200


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_an_address_is_the_same_however_it_is_written(school: School, form: str) -> None:
    name = f"jos\u00e9.{uuid4().hex}"
    person = new_person(school, email=f"{name}@lake.example")
    typed = f" {unicodedata.normalize(form, name).upper()}@Lake.Example "

    assert enter(school, Person(person.id, typed, person.org_id)).status == 200


def test_an_hour_without_guesses_is_forgotten(school: School) -> None:
    from dreamseed.identity.limits import LIMITS, counted, wait

    now = datetime.now(UTC)
    for scope, limit in LIMITS.items():
        assert counted(10**6, now - limit.memory, now, limit) == 0, scope
        assert wait(10**6, now, now, limit) == limit.longest_wait <= timedelta(hours=1), scope
