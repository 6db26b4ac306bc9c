"""Nothing is recorded of a child before a guardian or the school has agreed, and not after they have taken it back."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from dreamseed.consents.tables import consents
from dreamseed.database.transaction import tenant_transaction
from tests.functions.consents.people import (
    NEEDED,
    VERSION,
    agree,
    new_child,
    new_guardian,
    standing,
    start,
)
from tests.functions.identity.accounts import new_organisation, new_person, token_of
from tests.functions.school.people import add_class
from tests.school import ADMIN, HILLSIDE, LEARNER, TEACHER, School


def test_a_child_signs_in_and_starts_nothing_before_somebody_agrees(school: School) -> None:
    child = new_child(school)
    token = token_of(school, child)

    me = school.api.call("GET", "/api/v1/me", token=token).json
    refused = start(school, child, token)

    assert me["age_band"] == "under_13"
    assert set(me["lacks_consent"]) == {"account", "learning_record", "analytics", "ai_tutoring"}
    assert (refused.status, refused.code) == (403, "consent_missing")
    assert "guardian" in refused.json["detail"]
    assert standing(school, child)["is_blocked"]


def test_a_guardian_who_is_signed_in_agrees_for_their_ward(school: School) -> None:
    child = new_child(school)
    guardian = new_guardian(school, child)

    given = agree(school, guardian, subject=str(child.id))

    assert given.status == 200
    assert not given.json["is_blocked"]
    assert start(school, child).status == 201
    seen = school.api.call("GET", "/api/v1/consents", token=token_of(school, child)).json["items"]
    assert {(each["purpose"], each["capacity"], each["method"], each["given_by"]) for each in seen} == {
        (purpose, "guardian", "signed_in", str(guardian.id)) for purpose in NEEDED
    }


def test_a_token_of_before_the_consent_is_refused_and_the_next_one_is_not(school: School) -> None:
    child = new_child(school)
    guardian, before = new_guardian(school, child), token_of(school, child)

    agree(school, guardian, subject=str(child.id))

    assert start(school, child, before).code == "consent_missing"
    assert start(school, child).status == 201


def test_a_withdrawal_bites_at_once_and_stays_in_the_history(school: School) -> None:
    child = new_child(school)
    guardian = new_guardian(school, child)
    agree(school, guardian, subject=str(child.id))
    token = token_of(school, child)
    session = start(school, child, token).json
    guardians = token_of(school, guardian)
    listed = school.api.call("GET", "/api/v1/consents", token=guardians, query={"subject_id": str(child.id)}).json
    record = next(each for each in listed["items"] if each["purpose"] == "learning_record")

    path = f"/api/v1/consents/{record['id']}/withdrawal"
    first, again = (school.api.call("POST", path, token=guardians) for _ in range(2))

    assert (first.status, again.status) == (200, 200)
    assert first.json == again.json
    assert first.json["is_blocked"]
    assert start(school, child, token).code == "consent_missing"
    item = session["item"]
    body = {"item_id": item["id"], "position": 1, "answer": {"option": "a"}, "response_ms": 900}
    late = school.api.call("POST", f"/api/v1/sessions/{session['id']}/responses", body, token=token_of(school, child))
    assert late.code == "consent_missing"
    after = school.api.call("GET", "/api/v1/consents", token=guardians, query={"subject_id": str(child.id)}).json
    kept = {each["id"]: each for each in after["items"]}
    assert kept.keys() == {each["id"] for each in listed["items"]}
    assert kept[record["id"]]["withdrawn_at"] is not None


def test_agreeing_again_after_a_withdrawal_is_another_consent(school: School) -> None:
    child = new_child(school)
    guardian = new_guardian(school, child)
    agree(school, guardian, subject=str(child.id))
    agree(school, guardian, subject=str(child.id))
    token, query = token_of(school, guardian), {"subject_id": str(child.id)}
    first = school.api.call("GET", "/api/v1/consents", token=token, query=query).json["items"]
    for each in first:
        school.api.call("POST", f"/api/v1/consents/{each['id']}/withdrawal", token=token)

    given = agree(school, guardian, subject=str(child.id))

    assert len(first) == len(NEEDED)
    assert not given.json["is_blocked"]
    assert len(school.api.call("GET", "/api/v1/consents", token=token, query=query).json["items"]) == 2 * len(NEEDED)


def test_the_school_agrees_for_the_children_of_a_class_for_teaching_only(school: School) -> None:
    child, teenager = new_child(school), new_child(school, years=14)
    class_id = add_class_of(school, child.email, teenager.email)
    body = {"class_id": class_id, "purposes": NEEDED, "text_version": VERSION, "is_for_teaching_only": True}

    reply = school.call("POST", "/api/v1/consents/school", body, by=ADMIN)

    assert (reply.status, reply.json) == (200, {"learners": 1, "refused": 0})
    assert start(school, child).status == 201
    seen = {each["purpose"]: each["is_given"] for each in standing(school, child)["purposes"]}
    assert seen == {"account": True, "learning_record": True, "analytics": False, "ai_tutoring": False}


def add_class_of(school: School, *emails: str) -> str:
    """A class with these people, who have the password of the tests of accounts."""
    class_id = add_class(school)
    for email in emails:
        people = school.call("GET", "/api/v1/users", by=ADMIN, query={"query": email}).json["items"]
        path = f"/api/v1/classes/{class_id}/enrolments/{people[0]['id']}"
        assert school.call("PUT", path, {"role": "learner"}, by=ADMIN).status == 200
    return class_id


@pytest.mark.parametrize(
    "changes",
    [
        {"purposes": ["analytics"]},
        {"is_for_teaching_only": False},
        {"learner_ids": []},
        {"class_id": "0190f5e4-7a00-7000-8000-00000000000a"},
        {"text_version": "1999-01"},
    ],
    ids=str,
)
def test_what_a_school_cannot_agree_to(school: School, changes: dict[str, object]) -> None:
    body = {
        "learner_ids": [str(new_child(school).id)],
        "purposes": NEEDED,
        "text_version": VERSION,
        "is_for_teaching_only": True,
    }

    reply = school.call("POST", "/api/v1/consents/school", {**body, **changes}, by=ADMIN)

    assert reply.status == 422


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({"learner_ids": ["0190f5e4-7a00-7000-8000-00000000000a"]}, "learner_not_found"),
        ({"class_id": "0190f5e4-7a00-7000-8000-00000000000a"}, "class_not_found"),
    ],
    ids=str,
)
def test_a_school_agrees_for_nobody_whom_it_does_not_know(school: School, named: dict[str, object], code: str) -> None:
    body = {**named, "purposes": NEEDED, "text_version": VERSION, "is_for_teaching_only": True}

    assert school.call("POST", "/api/v1/consents/school", body, by=ADMIN).code == code


def test_only_who_may_attest_agrees_for_the_school(school: School) -> None:
    body = {"learner_ids": [str(new_child(school).id)], "purposes": NEEDED, "text_version": VERSION}
    body["is_for_teaching_only"] = True

    assert school.call("POST", "/api/v1/consents/school", body, by=TEACHER).code == "permission_missing"


def test_a_child_cannot_agree_and_a_teenager_can(school: School) -> None:
    child, teenager = new_child(school), new_child(school, years=14)

    assert agree(school, child).code == "guardian_needed"
    assert not agree(school, teenager, "ai_tutoring").json["is_blocked"]
    given = {each["purpose"]: each["is_given"] for each in standing(school, teenager)["purposes"]}
    assert given == {"account": False, "learning_record": False, "analytics": False, "ai_tutoring": True}
    assert start(school, teenager).status == 201


def test_a_guardian_agrees_for_no_adult_and_nobody_for_a_stranger(school: School) -> None:
    adult, child = new_child(school, years=20), new_child(school)
    guardian = new_guardian(school, adult)

    assert agree(school, guardian, subject=str(adult.id)).code == "consent_not_yours"
    assert agree(school, guardian, subject=str(child.id)).code == "learner_not_found"
    assert agree(school, new_person(school, "org_admin"), subject=str(child.id)).code == "learner_not_found"


def test_nobody_withdraws_what_is_not_theirs(school: School) -> None:
    child = new_child(school)
    guardian, stranger = new_guardian(school, child), new_guardian(school, new_child(school))
    agree(school, guardian, subject=str(child.id))
    path = f"/api/v1/consents/{an_id(school, guardian, child)}/withdrawal"

    for person in (child, stranger, new_person(school), new_person(school, "org_admin")):
        assert school.api.call("POST", path, token=token_of(school, person)).code == "consent_not_found"
    assert not standing(school, child)["is_blocked"]


def an_id(school: School, guardian: object, child: object) -> str:
    """The id of a consent that a guardian has given."""
    query = {"subject_id": str(child.id)}  # type: ignore[attr-defined]
    token = token_of(school, guardian)  # type: ignore[arg-type]
    return str(school.api.call("GET", "/api/v1/consents", token=token, query=query).json["items"][0]["id"])


def test_who_sees_the_consents_of_a_child(school: School) -> None:
    child = new_child(school)
    seen = {
        name: school.api.call(
            "GET", "/api/v1/consents", token=token_of(school, person), query={"subject_id": str(child.id)}
        ).status
        for name, person in {
            "guardian": new_guardian(school, child),
            "admin": new_person(school, "org_admin"),
            "another guardian": new_guardian(school),
            "another learner": new_person(school),
            "a teacher of others": new_person(school, "teacher"),
        }.items()
    }

    assert seen == {
        "guardian": 200,
        "admin": 200,
        "another guardian": 404,
        "another learner": 404,
        "a teacher of others": 404,
    }


def test_children_without_a_consent_are_listed_page_by_page(school: School) -> None:
    org_id, _ = new_organisation(school)
    children = [new_child(school, org_id=org_id) for _ in range(3)]
    new_child(school, years=15, org_id=org_id)
    admin = token_of(school, new_person(school, "org_admin", org_id))
    body = {"learner_ids": [str(children[0].id)], "purposes": ["account"], "text_version": VERSION}
    school.api.call("POST", "/api/v1/consents/school", {**body, "is_for_teaching_only": True}, token=admin)

    found, cursor = [], {}
    while True:
        query = {"limit": "1", **cursor}
        page = school.api.call("GET", "/api/v1/consents/missing", token=admin, query=query).json
        found += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}

    missing = {each["learner_id"]: each["purposes"] for each in found}
    assert missing == {
        str(children[0].id): ["learning_record"],
        str(children[1].id): NEEDED,
        str(children[2].id): NEEDED,
    }


def test_purposes_are_told_in_every_language(school: School) -> None:
    told = {
        language: school.call("GET", "/api/v1/consent_purposes", query={"language": language}).json
        for language in ("en", "es", "ko")
    }

    assert {each["version"] for each in told.values()} == {VERSION}
    assert len({tuple(each["title"] for each in said["purposes"]) for said in told.values()}) == 3
    assert [each["is_optional"] for each in told["en"]["purposes"]] == [False, False, True, True]


def test_whose_age_nobody_has_said_is_no_child(school: School) -> None:
    me = school.call("GET", "/api/v1/me", by=LEARNER).json

    assert me["age_band"] is None
    assert set(me["lacks_consent"]) == {"ai_tutoring", "analytics"}


def test_the_history_cannot_be_rewritten(school: School) -> None:
    child = new_child(school)
    agree(school, new_guardian(school, child), subject=str(child.id))
    own = consents.c.subject_id == child.id
    withdrawn = update(consents).where(own).values(withdrawn_at=text("now()"))
    for statement in (
        update(consents).where(own).values(purpose="analytics"),
        update(consents).where(own).values(given_at=text("now()")),
        delete(consents).where(own),
    ):
        with (
            pytest.raises(DBAPIError, match=r"only ever withdrawn|permission denied"),
            tenant_transaction(HILLSIDE.id, school.database.url("write")) as db,
        ):
            db.execute(statement)
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        db.execute(withdrawn)
    with (
        pytest.raises(DBAPIError, match="only ever withdrawn"),
        tenant_transaction(HILLSIDE.id, school.database.url("write")) as db,
    ):
        db.execute(update(consents).where(own).values(withdrawn_at=None))
