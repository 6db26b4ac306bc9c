"""Two accounts of one person become one: nothing is lost, the other is closed, and it can be tried without doing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.tables import identities, users
from dreamseed.learning.models import FinishedSession
from dreamseed.learning.states import record_session
from dreamseed.rosters.queries import put_link
from tests.api import ApiReply
from tests.functions.identity.accounts import Person, new_person, sign_in, token_of
from tests.functions.rosters.files import send, table
from tests.school import ADMIN, HILLSIDE, RIVERBANK, TEACHER, School


@pytest.fixture
def kept(school: School) -> Person:
    return new_person(school)


@pytest.fixture
def other(school: School) -> Person:
    return new_person(school)


def merge(school: School, kept: Person, other: Person, by: str = ADMIN, **more: Any) -> ApiReply:
    body = {"from_user_id": str(other.id), "is_dry_run": False, **more}
    return school.call("POST", f"/api/v1/users/{kept.id}/merge", body, by=by)


def take_test(school: School, person: Person) -> str:
    """A test that they begin, answer once and end; its id. What follows from it has happened."""
    token = token_of(school, person)
    body = {"test_design_id": school.design_id()}
    session = school.api.call("POST", "/api/v1/sessions", body, token=token).json
    answer = {
        "item_id": session["item"]["id"],
        "position": 1,
        "answer": {"option": session["item"]["options"][0]["id"]},
        "response_ms": 4000,
    }
    school.api.call("POST", f"/api/v1/sessions/{session['id']}/responses", answer, token=token)
    assert school.api.call("POST", f"/api/v1/sessions/{session['id']}/finish", token=token).status == 200
    record(school, session["id"])
    return str(session["id"])


def record(school: School, session_id: str) -> None:
    """What the consumer of finished tests does with it."""
    from dreamseed.platform.tables import outbox

    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        events = db.scalars(select(outbox.c.payload).where(outbox.c.topic == "session.finished")).all()
        payload = next(each for each in events if each["session_id"] == session_id)
        record_session(db, FinishedSession.model_validate(payload))


def history(school: School, person: Person) -> list[str]:
    items = school.call("GET", f"/api/v1/learners/{person.id}/history", by=ADMIN).json["items"]
    return sorted(item["session_id"] for item in items)


def state(school: School, person: Person) -> Any:
    return school.call("GET", f"/api/v1/learners/{person.id}/state", by=ADMIN).json


def person_of(school: School, user_id: UUID) -> Any:
    return school.call("GET", f"/api/v1/users/{user_id}", by=ADMIN).json


def enrol(school: School, person: Person, name: str) -> str:
    made = school.call("POST", "/api/v1/classes", {"name": name}, by=ADMIN).json
    school.call("PUT", f"/api/v1/classes/{made['id']}/enrolments/{person.id}", {"role": "learner"}, by=ADMIN)
    return str(made["id"])


def test_tests_results_and_knowledge_of_both_are_one_persons(school: School, kept: Person, other: Person) -> None:
    sessions = sorted([take_test(school, kept), take_test(school, other)])
    before = state(school, other)

    reply = merge(school, kept, other)

    assert (reply.status, reply.json["moved"]["test_sessions"]) == (200, 1)
    assert history(school, kept) == sessions
    assert history(school, other) == []
    responses = sum(each["responses"] for each in state(school, kept)["skills"])
    assert responses == 2
    assert sum(each["responses"] for each in before["skills"]) == 1
    assert state(school, other)["skills"] == []


def test_the_other_account_is_closed_for_good(school: School, kept: Person, other: Person) -> None:
    token = token_of(school, other)
    merge(school, kept, other)

    assert sign_in(school, other)["code"] == "invalid_credentials"
    assert school.api.call("DELETE", "/api/v1/me/sessions", token=token).code == "sign_in_ended"
    closed = person_of(school, other.id)
    assert (closed["is_active"], closed["memberships"]) == (False, [])
    reply = school.call("GET", f"/api/v1/users/{other.id}", by=ADMIN)
    opened = school.call(
        "PATCH",
        f"/api/v1/users/{other.id}",
        {"is_active": True},
        by=ADMIN,
        headers={"if-match": reply.headers["etag"]},
    )
    assert (opened.status, opened.code) == (409, "account_merged")


def test_classes_roles_guardians_and_identities_move(school: School, kept: Person, other: Person) -> None:
    class_id, guardian = enrol(school, other, f"Class {uuid4().hex[:8]}"), new_person(school, "guardian")
    path = f"/api/v1/users/{other.id}/guardians/{guardian.id}"
    school.call("PUT", path, {"relation": "parent"}, by=ADMIN)
    body = {"memberships": [{"role": "learner"}, {"role": "teacher"}]}
    school.call("PUT", f"/api/v1/users/{other.id}/memberships", body, by=ADMIN)
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        now = db.scalar(select(users.c.created_at).where(users.c.id == other.id))
        row = {"user_id": other.id, "issuer": "https://id.example", "subject": other.id.hex, "last_used_at": now}
        subject = school.keys().seal(other.id, row["subject"], "identities.subject")
        db.execute(insert(identities).values(**row | {"subject": subject, "subject_digest": b"digest"}))

    moved = merge(school, kept, other).json["moved"]

    assert (moved["roles"], moved["enrolments"], moved["guardianships"], moved["identities"]) == (2, 1, 1, 1)
    assert {each["role"] for each in person_of(school, kept.id)["memberships"]} == {"learner", "teacher"}
    members = school.list_all(f"/api/v1/classes/{class_id}/enrolments", by=ADMIN)
    assert [each["user_id"] for each in members] == [str(kept.id)]


def test_a_dry_run_says_the_same_and_does_nothing(school: School, kept: Person, other: Person) -> None:
    take_test(school, other)
    enrol(school, other, f"Class {uuid4().hex[:8]}")

    dry = merge(school, kept, other, is_dry_run=True)
    assert history(school, kept) == []
    assert sign_in(school, other)["access_token"]
    done = merge(school, kept, other)

    assert dry.json["moved"] == done.json["moved"]
    assert (dry.json["is_dry_run"], done.json["is_dry_run"]) == (True, False)


def test_merging_again_moves_only_what_came_late(school: School, kept: Person, other: Person) -> None:
    take_test(school, other)
    merge(school, kept, other)

    again = merge(school, kept, other)

    assert (again.status, set(again.json["moved"].values())) == (200, {0})


def test_the_next_roster_means_the_account_that_is_kept(school: School, kept: Person, other: Person) -> None:
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        put_link(db, school.keys(), "person", f"x-{other.id}", other.id)
    merge(school, kept, other)

    header = "email,full_name,role,external_id"
    reply = send(school, table(header, f"{kept.email},A Person,learner,x-{other.id}"))

    assert reply.status == 201, reply.body
    assert reply.json["report"]["people"] == {"added": 0, "changed": 0, "removed": 0, "unchanged": 1}


def test_nothing_moves_while_the_other_account_takes_a_test(school: School, kept: Person, other: Person) -> None:
    body = {"test_design_id": school.design_id()}
    school.api.call("POST", "/api/v1/sessions", body, token=token_of(school, other))

    assert merge(school, kept, other).code == "test_going_on"
    assert person_of(school, other.id)["is_active"]


def test_what_must_not_become_one_is_refused(school: School, kept: Person, other: Person) -> None:
    admin = school.call("GET", "/api/v1/me", by=ADMIN).json
    oneself = Person(UUID(admin["id"]), ADMIN, HILLSIDE.id)
    foreign, third = new_person(school, org_id=RIVERBANK.id), new_person(school)

    assert merge(school, kept, kept).code == "same_account"
    assert merge(school, kept, oneself).code == "own_account"
    assert merge(school, kept, foreign).code == "no_such_account"
    assert merge(school, foreign, kept).status == 404
    assert merge(school, kept, other, by=TEACHER).status == 403
    merge(school, kept, other)
    assert merge(school, other, third).code == "account_closed"
    assert merge(school, third, other).code == "account_merged"
