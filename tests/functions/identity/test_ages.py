"""How old people are: asked neutrally, kept as a band, and moved on."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from dreamseed.catalogue import ROOT, load_catalogue
from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.age_rules import BANDS, Age, age_of, age_on
from dreamseed.identity.queries import address_digest
from dreamseed.identity.tables import ages, registrations
from dreamseed.platform.tables import PLATFORM_ID
from tests.api import ApiReply
from tests.functions.consents.people import born, new_address, new_child
from tests.functions.identity.accounts import (
    PASSWORD,
    Person,
    new_organisation,
    new_person,
    set_registration,
    token_of,
)
from tests.mail import link_token, mails_to
from tests.school import ADMIN, HILLSIDE, School

DAYS = st.dates(date(1950, 1, 1), date(2049, 12, 31))


@pytest.mark.parametrize(
    ("birth_date", "today", "expected"),
    [
        (date(2014, 5, 31), date(2026, 11, 30), Age("under_13", date(2027, 6, 1))),
        (date(2014, 5, 1), date(2027, 4, 30), Age("under_13", date(2027, 5, 1))),
        (date(2014, 5, 1), date(2027, 5, 1), Age("13_to_15", date(2030, 5, 1))),
        (date(2014, 12, 2), date(2027, 12, 31), Age("under_13", date(2028, 1, 1))),
        (date(2012, 2, 29), date(2028, 3, 1), Age("16_to_17", date(2030, 3, 1))),
        (date(2000, 1, 1), date(2026, 11, 30), Age("adult", None)),
    ],
)
def test_an_age_is_a_band_and_the_month_in_which_it_ends(birth_date: date, today: date, expected: Age) -> None:
    assert age_of(birth_date, today) == expected


@given(birth_date=DAYS, first=DAYS, later=DAYS)
def test_moving_an_age_on_is_asking_again(birth_date: date, first: date, later: date) -> None:
    first, later = sorted((first, later))

    assert age_on(age_of(birth_date, first), later) == age_of(birth_date, later)


@given(birth_date=DAYS, today=DAYS)
def test_nobody_counts_as_older_than_they_are(birth_date: date, today: date) -> None:
    years = today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))
    starts = {band: start for start, band in BANDS}

    assert starts[age_of(birth_date, today).band] <= max(years, 0)


def register(school: School, slug: str, birth_date: date, email: str | None = None, **more: str) -> ApiReply:
    """Somebody registers with a school."""
    account = {"email": email or new_address(), "full_name": "Noor Rahman", "password": PASSWORD}
    body = {"kind": "member", "organisation": slug, "birth_date": birth_date.isoformat(), **account, **more}
    return school.call("POST", "/api/v1/auth/register", body)


@pytest.fixture
def open_school(school: School) -> tuple[Any, str]:
    """An organisation that lets everybody register: its id and slug."""
    org_id, slug = new_organisation(school)
    set_registration(school, org_id, "open")
    return org_id, slug


def test_a_child_names_a_guardian_and_the_guardian_is_written_to(school: School, open_school: tuple[Any, str]) -> None:
    org_id, slug = open_school
    email, guardian = new_address(), new_address()

    alone = register(school, slug, born(10), email)
    accompanied = register(school, slug, born(10), email, guardian_email=guardian)
    nothing_yet = mails_to(school, guardian)
    verified = school.call("POST", "/api/v1/auth/verify", {"token": link_token(mails_to(school, email)[0])})

    assert (alone.status, alone.code) == (403, "guardian_needed")
    assert alone.json["errors"] == [{"field": "body.guardian_email", "reason": "is missing"}]
    assert "13" not in alone.body.decode().replace(alone.json["request_id"], "")
    assert (accompanied.status, nothing_yet, verified.status) == (202, [], 200)
    assert "Noor Rahman" in mails_to(school, guardian)[0]["text"]
    me = school.api.call("GET", "/api/v1/me", token=token_of(school, Person(uuid4(), email, org_id))).json
    assert (me["age_band"], "learning_record" in me["lacks_consent"]) == ("under_13", True)


def test_another_birth_date_does_not_help_whoever_was_asked_for_a_guardian(
    school: School, open_school: tuple[Any, str]
) -> None:
    _, slug = open_school
    email = new_address()
    register(school, slug, born(10), email)

    assert register(school, slug, born(30), email).code == "guardian_needed"
    assert register(school, slug, born(30)).status == 202


def test_nobody_is_their_own_guardian(school: School, open_school: tuple[Any, str]) -> None:
    email = new_address()

    assert register(school, open_school[1], born(10), email, guardian_email=email).code == "guardian_is_oneself"


def test_whoever_is_old_enough_registers_as_ever(school: School, open_school: tuple[Any, str]) -> None:
    org_id, slug = open_school
    email = new_address()
    register(school, slug, born(14), email)

    school.call("POST", "/api/v1/auth/verify", {"token": link_token(mails_to(school, email)[0])})

    me = school.api.call("GET", "/api/v1/me", token=token_of(school, Person(uuid4(), email, org_id))).json
    assert (me["age_band"], me["lacks_consent"]) == ("13_to_15", ["ai_tutoring", "analytics"])


@pytest.mark.parametrize("birth_date", ["2999-01-01", "1800-01-01", "yesterday", 7])
def test_a_birth_date_that_cannot_be_is_refused(
    school: School, open_school: tuple[Any, str], birth_date: object
) -> None:
    account = {"email": new_address(), "full_name": "Noor Rahman", "password": PASSWORD}
    body = {"kind": "member", "organisation": open_school[1], "birth_date": birth_date, **account}

    reply = school.call("POST", "/api/v1/auth/register", body)

    assert reply.status == 422
    assert reply.json["errors"][0]["field"].endswith("birth_date")


def test_no_birth_date_is_kept(school: School, open_school: tuple[Any, str]) -> None:
    email = new_address()
    register(school, open_school[1], date(2001, 7, 19), email)

    digest = address_digest(school.keys(), email)
    with tenant_transaction(PLATFORM_ID, school.database.url("read")) as db:
        row = db.execute(select(registrations).where(registrations.c.email_digest == digest)).one()
    assert "2001" not in str(row)
    assert (row.age_band, row.age_band_until) == ("adult", None)


def test_who_manages_people_says_how_old_they_are(school: School) -> None:
    person = new_person(school)
    path = f"/api/v1/users/{person.id}"
    version = {"if-match": school.call("GET", path, by=ADMIN).headers["etag"]}

    changed = school.call("PATCH", path, {"birth_date": born(10).isoformat()}, by=ADMIN, headers=version)

    assert (changed.status, changed.json["age_band"]) == (200, "under_13")
    me = school.api.call("GET", "/api/v1/me", token=token_of(school, person)).json
    assert me["age_band"] == "under_13"


def test_people_grow_into_the_next_band(school: School) -> None:
    child = new_child(school)
    this_month = datetime.now(UTC).date().replace(day=1)
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        db.execute(update(ages).where(ages.c.user_id == child.id).values(band_until=this_month))
    function = next(each for each in load_catalogue() if each.name == "renew_ages")
    event = json.loads((ROOT / "events" / "identity" / "renew_ages.json").read_text())

    before = school.api.call("GET", "/api/v1/me", token=token_of(school, child)).json["age_band"]
    school.api._give_database(function)
    renewed = function(event, None)

    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        row = db.execute(select(ages).where(ages.c.user_id == child.id)).one()
    assert renewed >= 1
    assert Age(before, row.band_until) == Age(row.band, row.band_until)
    assert Age(row.band, row.band_until) == age_on(Age("under_13", this_month), this_month)


def invited(school: School, role: str) -> str:
    """The access token of somebody who has just come by an invitation in that role."""
    email = new_address()
    school.call("POST", "/api/v1/invitations", {"email": email, "role": role}, by=ADMIN)
    body = {"token": link_token(mails_to(school, email)[-1]), "full_name": "Noor Rahman", "password": PASSWORD}
    assert school.call("POST", "/api/v1/auth/invitation/accept", body).status == 200
    return entered(school, email)


def entered(school: School, email: str) -> str:
    """The access token of a new sign-in."""
    return str(school.sign_in(email, PASSWORD)["access_token"])


def me(school: School, token: str) -> Any:
    return school.api.call("GET", "/api/v1/me", token=token).json


def say(school: School, token: str, birth_date: date) -> ApiReply:
    """Somebody says when they were born."""
    return school.api.call("PUT", "/api/v1/me/age", {"birth_date": birth_date.isoformat()}, token=token)


def start(school: School, token: str) -> ApiReply:
    """Somebody starts a test, which asks at that moment what they may do."""
    body = {"test_design_id": school.design_id()}
    return school.api.call("POST", "/api/v1/sessions", body, token=token)


def test_an_invited_learner_takes_no_test_before_they_have_said_how_old_they_are(school: School) -> None:
    token = invited(school, "learner")
    asked = me(school, token)
    refused = start(school, token)

    said = say(school, token, born(15))

    assert (asked["asks_age"], asked["age_band"]) == (True, None)
    assert (refused.status, refused.code) == (403, "consent_missing")
    assert said.status == 204
    assert start(school, entered(school, asked["email"])).status == 201
    renewed = me(school, entered(school, asked["email"]))
    assert (renewed["asks_age"], renewed["age_band"]) == (False, "13_to_15")
    assert "learning_record" not in renewed["lacks_consent"]


def test_a_child_who_was_invited_waits_for_a_consent(school: School) -> None:
    token = invited(school, "learner")

    say(school, token, born(11))

    renewed = entered(school, me(school, token)["email"])
    assert start(school, renewed).code == "consent_missing"
    seen = me(school, renewed)
    assert (seen["asks_age"], seen["age_band"]) == (False, "under_13")


def test_an_age_is_said_once(school: School) -> None:
    token = invited(school, "learner")

    first, again, other = (say(school, token, born(years)) for years in (11, 11, 20))

    assert (first.status, again.status) == (204, 204)
    assert (other.status, other.code) == (409, "age_not_asked")
    assert say(school, invited(school, "learner"), date(1790, 1, 1)).code == "birth_date_implausible"


def test_whoever_was_not_asked_says_nothing(school: School) -> None:
    reply = say(school, token_of(school, new_person(school)), born(20))

    assert (reply.status, reply.code) == (409, "age_not_asked")


@pytest.mark.parametrize("role", ["teacher", "guardian", "author"])
def test_staff_and_guardians_are_not_asked(school: School, role: str) -> None:
    assert me(school, invited(school, role))["asks_age"] is False


def test_a_role_of_the_schools_own_for_learners_asks_too(school: School) -> None:
    name = f"helper_{uuid4().hex[:8]}"
    school.call("POST", "/api/v1/roles", {"name": name, "inherits_from": ["learner"]}, by=ADMIN)

    assert me(school, invited(school, name))["asks_age"] is True


def test_nobody_is_asked_for_whom_the_school_agrees(school: School) -> None:
    person = me(school, invited(school, "learner"))
    waiting = school.list_all("/api/v1/consents/missing", by=ADMIN)

    purposes = {"learner_ids": [person["id"]], "purposes": ["account", "learning_record"], "is_for_teaching_only": True}
    body = {**purposes, "text_version": "2026-11", "language": "en"}
    agreed = school.call("POST", "/api/v1/consents/school", body, by=ADMIN)

    assert agreed.json["learners"] == 1
    assert person["id"] in [each["learner_id"] for each in waiting]
    token = entered(school, person["email"])
    assert me(school, token)["asks_age"] is False
    assert start(school, token).status == 201


def test_what_the_school_says_of_an_age_answers_the_question(school: School) -> None:
    token = invited(school, "learner")
    person = me(school, token)
    path = f"/api/v1/users/{person['id']}"
    shown = school.call("GET", path, by=ADMIN)

    changes = {"birth_date": born(16).isoformat()}
    school.call("PATCH", path, changes, by=ADMIN, headers={"if-match": shown.headers["etag"]})

    assert shown.json["age_band"] is None
    assert me(school, entered(school, person["email"]))["asks_age"] is False
    assert say(school, token, born(30)).code == "age_not_asked"


def test_a_question_moves_with_a_merged_account(school: School) -> None:
    asked = me(school, invited(school, "learner"))
    kept = new_person(school)

    body = {"from_user_id": asked["id"], "is_dry_run": False}
    merged = school.call("POST", f"/api/v1/users/{kept.id}/merge", body, by=ADMIN)

    assert merged.status == 200, merged.body
    assert me(school, token_of(school, kept))["asks_age"] is True
