"""A guardian without an account agrees by a mail, and a day later confirms it by another: only then it counts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from dreamseed.catalogue import ROOT, load_catalogue
from dreamseed.consents.rules import CONFIRMATION_DELAY, PURPOSES, REQUESTS_KEPT
from dreamseed.consents.tables import consent_requests, consents
from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.queries import address_digest
from tests.api import ApiReply
from tests.functions.consents.people import NEEDED, answer, new_address, new_child, standing, start
from tests.functions.identity.accounts import Person, new_person, token_of
from tests.mail import link_token, mails_to
from tests.school import ADMIN, HILLSIDE, School


def ask(school: School, person: Person, address: str, **more: Any) -> ApiReply:
    """A learner names their guardian."""
    body = {"guardian_email": address, **more}
    return school.api.call("POST", "/api/v1/consent_requests", body, token=token_of(school, person))


def post(school: School, path: str, token: str) -> ApiReply:
    return school.call("POST", f"/api/v1/consent_requests/{path}", {"token": token})


def agree_by_mail(school: School, child: Person, address: str, **more: Any) -> ApiReply:
    """A guardian is asked, and agrees."""
    ask(school, child, address)
    token = link_token(mails_to(school, address)[0])
    return school.call("POST", "/api/v1/consent_requests/answer", answer(token, **more))


def shift(school: School, address: str, **columns: Any) -> None:
    """Let time have passed for a request."""
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        theirs = consent_requests.c.guardian_email_digest == address_digest(school.keys(), address)
        db.execute(update(consent_requests).where(theirs).values(**columns))


def find_due(school: School) -> int:
    """What the clock does every quarter of an hour."""
    function = next(each for each in load_catalogue() if each.name == "find_due_confirmations")
    school.api._give_database(function)
    event = json.loads((ROOT / "events" / "consents" / "find_due_confirmations.json").read_text())
    return int(function(event, None))


def confirmation(school: School, address: str) -> str:
    """The token of the second mail, a day after the answer."""
    shift(school, address, answered_at=datetime.now(UTC) - CONFIRMATION_DELAY)
    find_due(school)
    return link_token(mails_to(school, address)[0])


def test_a_guardian_agrees_by_mail_and_confirms_a_day_later(school: School) -> None:
    child, address = new_child(school), new_address()

    asked = ask(school, child, address, language="es")
    first = mails_to(school, address)[0]
    shown = post(school, "show", link_token(first))
    answered = school.call("POST", "/api/v1/consent_requests/answer", answer(link_token(first)))
    before = standing(school, child)
    confirmed = post(school, "confirm", confirmation(school, address))

    assert asked.status == 201
    assert first["subject"].endswith("te pide tu consentimiento")
    assert (shown.json["learner_name"], shown.json["status"], shown.json["language"]) == ("A Person", "open", "es")
    assert [each["purpose"] for each in shown.json["purposes"]][:2] == NEEDED
    assert answered.json["status"] == "answered"
    assert before["is_blocked"]
    assert confirmed.json["status"] == "confirmed"
    assert start(school, child).status == 201


def test_the_evidence_says_who_agreed_and_how(school: School) -> None:
    child, address = new_child(school), new_address()
    agree_by_mail(school, child, address, purposes=[*NEEDED, "ai_tutoring"])

    post(school, "confirm", confirmation(school, address))

    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        rows = school.keys().opened(db.execute(select(consents).where(consents.c.subject_id == child.id)))
    assert {(row.capacity, row.method, row.given_by) for row in rows} == {("guardian", "email_plus", None)}
    assert {row.purpose: row.decision for row in rows} == {
        "account": "given",
        "learning_record": "given",
        "ai_tutoring": "given",
        "analytics": "refused",
    }
    evidence = [json.loads(row.evidence) for row in rows]
    assert {(each["full_name"], each["guardian_email"]) for each in evidence} == {("Lea Park", address)}


def test_nobody_is_asked_to_confirm_before_a_day_has_passed(school: School) -> None:
    child, address = new_child(school), new_address()
    agree_by_mail(school, child, address)
    shift(school, address, answered_at=datetime.now(UTC) - CONFIRMATION_DELAY + timedelta(minutes=5))

    find_due(school)

    assert len(mails_to(school, address)) == 1


def test_the_second_mail_is_sent_once(school: School) -> None:
    child, address = new_child(school), new_address()
    agree_by_mail(school, child, address)
    confirmation(school, address)

    again = find_due(school)

    assert again == 0
    assert len(mails_to(school, address)) == 2


def test_each_step_again_changes_nothing(school: School) -> None:
    child, address = new_child(school), new_address()
    first, second = (agree_by_mail(school, child, address) for _ in range(2))
    token = confirmation(school, address)

    replies = [post(school, "confirm", token) for _ in range(2)]

    assert first.json == second.json
    assert replies[0].json == replies[1].json
    token_of_child = token_of(school, child)
    assert len(school.api.call("GET", "/api/v1/consents", token=token_of_child).json["items"]) == len(PURPOSES)


def test_either_link_shows_to_what_the_guardian_has_agreed(school: School) -> None:
    child, address = new_child(school), new_address()
    ask(school, child, address)
    first = link_token(mails_to(school, address)[0])
    shown = [post(school, "show", first)]
    school.call("POST", "/api/v1/consent_requests/answer", answer(first, purposes=["account"]))
    second = confirmation(school, address)

    shown.append(post(school, "show", second))
    post(school, "confirm", second)
    shown.append(post(school, "show", second))
    post(school, "withdraw", second)
    shown.append(post(school, "show", first))

    assert [(each.json["status"], each.json["agreed"]) for each in shown] == [
        ("open", []),
        ("answered", ["account"]),
        ("confirmed", ["account"]),
        ("withdrawn", []),
    ]


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_by_the_second_link_everything_is_taken_back(school: School, is_confirmed: bool) -> None:
    child, address = new_child(school), new_address()
    agree_by_mail(school, child, address)
    token = confirmation(school, address)
    if is_confirmed:
        post(school, "confirm", token)

    taken_back = post(school, "withdraw", token)
    post(school, "confirm", token)

    assert taken_back.status == 204
    assert standing(school, child)["is_blocked"]
    assert start(school, child).code == "consent_missing"


def test_the_first_link_confirms_nothing(school: School) -> None:
    child, address = new_child(school), new_address()
    ask(school, child, address)
    token = link_token(mails_to(school, address)[0])

    assert {post(school, path, token).code for path in ("confirm", "withdraw")} == {"link_invalid"}


def test_a_link_holds_for_two_weeks(school: School) -> None:
    child, address = new_child(school), new_address()
    ask(school, child, address)
    token = link_token(mails_to(school, address)[0])
    shift(school, address, expires_at=datetime.now(UTC) - timedelta(seconds=1))

    replies = [
        post(school, "show", token),
        school.call("POST", "/api/v1/consent_requests/answer", answer(token)),
    ]

    assert {(reply.status, reply.code) for reply in replies} == {(404, "link_invalid")}


def test_who_does_not_say_that_they_are_the_guardian_agrees_to_nothing(school: School) -> None:
    child, address = new_child(school), new_address()
    ask(school, child, address)
    token = link_token(mails_to(school, address)[0])

    refused = school.call("POST", "/api/v1/consent_requests/answer", answer(token, is_guardian=False))

    assert refused.status == 422


def test_requests_that_nobody_answered_are_forgotten_and_what_was_confirmed_is_not(school: School) -> None:
    addresses = [new_address() for _ in range(2)]
    for address in addresses:
        agree_by_mail(school, new_child(school), address)
    post(school, "confirm", confirmation(school, addresses[1]))
    for address in addresses:
        shift(school, address, expires_at=datetime.now(UTC) - REQUESTS_KEPT - timedelta(hours=1))

    find_due(school)

    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        digests = [address_digest(school.keys(), address) for address in addresses]
        column = consent_requests.c.guardian_email_digest
        assert list(db.scalars(select(column).where(column.in_(digests)))) == [digests[1]]


def test_a_learner_asks_for_themselves_and_the_school_for_anybody(school: School) -> None:
    child = new_child(school)
    body = {"subject_id": str(child.id), "guardian_email": new_address()}

    by_school = school.call("POST", "/api/v1/consent_requests", body, by=ADMIN)
    by_another = ask(school, new_person(school), new_address(), subject_id=str(child.id))

    assert by_school.status == 201
    assert (by_another.status, by_another.code) == (404, "learner_not_found")
