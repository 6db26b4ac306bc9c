"""A no is kept like a yes, and one takes the other's place; a guardian's no outweighs the school's yes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dreamseed.consents.rules import CONFIRMATION_DELAY, PURPOSES
from tests.api import ApiReply
from tests.functions.consents.people import (
    NEEDED,
    VERSION,
    agree,
    new_address,
    new_child,
    new_guardian,
    standing,
    start,
)
from tests.functions.consents.test_guardians_by_mail import agree_by_mail, ask, confirmation, find_due, post, shift
from tests.functions.identity.accounts import Person, new_person, token_of
from tests.mail import link_token, mails_to
from tests.school import ADMIN, School


def decide(school: School, person: Person, decision: str, subject: str = "me", *purposes: str) -> ApiReply:
    body = {"subject_id": subject, "purposes": purposes or NEEDED, "text_version": VERSION, "decision": decision}
    return school.api.call("POST", "/api/v1/consents", body, token=token_of(school, person))


def attest(school: School, child: Person) -> ApiReply:
    body = {"learner_ids": [str(child.id)], "purposes": NEEDED, "text_version": VERSION, "is_for_teaching_only": True}
    return school.call("POST", "/api/v1/consents/school", body, by=ADMIN)


def history(school: School, person: Person) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = school.api.call("GET", "/api/v1/consents", token=token_of(school, person)).json[
        "items"
    ]
    return items


def missing(school: School, child: Person) -> dict[str, Any] | None:
    found = school.call("GET", "/api/v1/consents/missing", by=ADMIN, query={"limit": "200"}).json["items"]
    return next((each for each in found if each["learner_id"] == str(child.id)), None)


def decline(school: School, child: Person, address: str) -> ApiReply:
    ask(school, child, address)
    return post(school, "decline", link_token(mails_to(school, address)[0]))


def test_a_guardian_who_declines_by_the_link_is_on_record_and_not_asked_again(school: School) -> None:
    child, address = new_child(school), new_address()

    declined = decline(school, child, address)
    again = decline(school, child, address)

    assert (declined.status, declined.json["status"], declined.json["agreed"]) == (200, "declined", [])
    assert again.json == declined.json
    seen = history(school, child)
    assert {(each["purpose"], each["decision"], each["capacity"], each["method"]) for each in seen} == {
        (purpose, "refused", "guardian", "email") for purpose in PURPOSES
    }
    assert all(each["refused_by"] == ["guardian"] for each in standing(school, child)["purposes"])
    found = missing(school, child)
    assert found is not None
    assert found["refused"] == NEEDED
    shift(school, address, declined_at=datetime.now(UTC) - CONFIRMATION_DELAY)
    assert find_due(school) == 0


def test_a_guardian_who_declined_may_think_again_by_the_same_link(school: School) -> None:
    child, address = new_child(school), new_address()
    decline(school, child, address)

    agreed = agree_by_mail(school, child, address)
    confirmed = post(school, "confirm", confirmation(school, address))

    assert (agreed.json["status"], confirmed.json["status"]) == ("answered", "confirmed")
    assert start(school, child).status == 201
    stands = [each for each in history(school, child) if each["withdrawn_at"] is None]
    assert {each["purpose"] for each in stands if each["decision"] == "given"} == set(NEEDED)
    late = post(school, "decline", link_token(mails_to(school, address)[-1]))
    assert (late.status, late.code) == (409, "consent_confirmed")


def test_a_decline_after_an_answer_ends_it(school: School) -> None:
    child, address = new_child(school), new_address()
    agree_by_mail(school, child, address)

    decline(school, child, address)

    shift(school, address, declined_at=datetime.now(UTC) - CONFIRMATION_DELAY)
    assert find_due(school) == 0
    assert start(school, child).code == "consent_missing"


def test_a_link_in_a_mail_takes_nothing_back_that_others_agreed_to(school: School) -> None:
    child, other = new_child(school), new_child(school)
    agree(school, new_guardian(school, child), subject=str(child.id))
    attest(school, other)

    for each in (child, other):
        decline(school, each, new_address())

    assert start(school, child).status == 201
    assert start(school, other).status == 201


def test_a_guardians_refusal_outweighs_what_the_school_agrees_to_before_and_after(school: School) -> None:
    child = new_child(school)
    guardian = new_guardian(school, child)
    attest(school, child)
    assert start(school, child).status == 201

    refused = decide(school, guardian, "refused", str(child.id))
    attested = attest(school, child)

    assert refused.json["is_blocked"]
    assert attested.json == {"learners": 1, "refused": 1}
    assert start(school, child).code == "consent_missing"
    assert (missing(school, child) or {})["refused"] == NEEDED
    assert not decide(school, guardian, "given", str(child.id)).json["is_blocked"]
    assert start(school, child).status == 200, "the test that was open goes on"


def test_each_decision_takes_the_others_place_once(school: School) -> None:
    child = new_child(school)
    guardian = new_guardian(school, child)

    for decision in ("given", "refused", "refused", "given"):
        assert decide(school, guardian, decision, str(child.id), "account").status == 200

    seen = [(each["decision"], each["withdrawn_at"] is None) for each in history(school, child)]
    assert seen == [("given", True), ("refused", False), ("given", False)]


def test_a_refusal_can_be_taken_back_by_whom_it_belongs_to(school: School) -> None:
    person, stranger = new_person(school), new_person(school)
    decide(school, person, "refused", "me", "analytics")
    (refusal,) = history(school, person)
    path = f"/api/v1/consents/{refusal['id']}/withdrawal"

    assert school.api.call("POST", path, token=token_of(school, stranger)).status == 404
    taken_back = school.api.call("POST", path, token=token_of(school, person))

    analytics = next(each for each in taken_back.json["purposes"] if each["purpose"] == "analytics")
    assert (analytics["is_given"], analytics["refused_by"]) == (False, [])


def test_a_child_refuses_nothing_for_themselves_and_nobody_for_strangers(school: School) -> None:
    child, stranger = new_child(school), new_person(school)

    assert decide(school, child, "refused").code == "guardian_needed"
    assert decide(school, stranger, "refused", str(child.id)).status == 404
    assert history(school, child) == []


def test_what_was_agreed_to_under_a_merged_account_counts_for_the_person(school: School) -> None:
    kept, merged = new_child(school), new_child(school)
    guardian = new_guardian(school, merged)
    agree(school, guardian, subject=str(merged.id))
    assert start(school, kept).code == "consent_missing"

    body = {"from_user_id": str(merged.id), "is_dry_run": False}
    assert school.call("POST", f"/api/v1/users/{kept.id}/merge", body, by=ADMIN).status == 200

    assert start(school, kept).status == 201
    assert {each["purpose"] for each in history(school, kept)} == set(NEEDED)
    assert missing(school, kept) is None
    for each in history(school, kept):
        path = f"/api/v1/consents/{each['id']}/withdrawal"
        after = school.api.call("POST", path, token=token_of(school, guardian))
        assert (after.status, after.json["subject_id"]) == (200, str(kept.id))
    assert start(school, kept).code == "consent_missing"
    assert missing(school, kept) is not None
    assert missing(school, merged) is None, "the account is closed"
