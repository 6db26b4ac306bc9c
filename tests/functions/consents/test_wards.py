"""Guardians see how their own wards get on, and nothing of anybody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.api import ApiReply
from tests.functions.consents.people import new_guardian
from tests.functions.identity.accounts import Person, new_person, token_of
from tests.functions.school.assigned import assign
from tests.functions.school.people import add_class, id_of
from tests.functions.school.tests_taken import take_test
from tests.school import ADMIN, LEARNER, TEACHER, School


@dataclass(frozen=True)
class Family:
    """A learner with a test that is over, a class with an assignment, and a guardian's token."""

    ward: Person
    session_id: str
    class_id: str
    token: str

    def get(self, school: School, path: str, **query: str) -> ApiReply:
        return school.api.call("GET", path, token=self.token, query=query)


@pytest.fixture(scope="module")
def family(school: School) -> Family:
    """A ward and their guardian."""
    ward = new_person(school)
    class_id = add_class(school, TEACHER)
    school.call("PUT", f"/api/v1/classes/{class_id}/enrolments/{ward.id}", {"role": "learner"}, by=ADMIN)
    assign(school, class_id)
    session_id = take_test(school, str(ward.id), days_ago=2)
    return Family(ward, session_id, class_id, token_of(school, new_guardian(school, ward)))


def test_a_guardian_sees_a_wards_history_results_skills_and_assignments(school: School, family: Family) -> None:
    ward = f"/api/v1/learners/{family.ward.id}"

    history = family.get(school, f"{ward}/history").json["items"]
    result = family.get(school, f"/api/v1/sessions/{family.session_id}/result")
    sessions = family.get(school, "/api/v1/sessions", learner_id=str(family.ward.id)).json["items"]
    assignments = family.get(school, "/api/v1/assignments", learner_id=str(family.ward.id)).json["items"]

    assert [each["session_id"] for each in history] == [family.session_id]
    assert result.status == 200
    assert [each["id"] for each in sessions] == [family.session_id]
    assert [(each["class_id"], each["counts"]) for each in assignments] == [(family.class_id, None)]
    assert family.get(school, f"{ward}/state").status == 200
    assert [each["id"] for each in family.get(school, ward).json["classes"]] == [family.class_id]


@pytest.mark.parametrize("stranger", ["a learner", "a teacher", "oneself"])
def test_a_guardian_sees_nobody_else(school: School, family: Family, stranger: str) -> None:
    id_ = {"a learner": id_of(school, LEARNER), "a teacher": id_of(school, TEACHER), "oneself": "me"}[stranger]
    paths = [f"/api/v1/learners/{id_}{what}" for what in ("", "/history", "/state")]

    replies = [family.get(school, path) for path in paths]

    assert {(reply.status, reply.code) for reply in replies} == {(404, "learner_not_found")}
    assert family.get(school, "/api/v1/assignments", learner_id=id_).code in ("learner_not_found", "not_ward")
    assert family.get(school, "/api/v1/sessions", learner_id=id_).json["items"] == []


def test_a_guardian_sees_the_result_of_no_strangers_test(school: School, family: Family) -> None:
    theirs = take_test(school, id_of(school, LEARNER), days_ago=1)

    reply = family.get(school, f"/api/v1/sessions/{theirs}/result")

    assert (reply.status, reply.code) == (404, "session_not_found")


@pytest.mark.parametrize("what", ["", "/review", "/trace"])
def test_a_guardian_sees_no_items_of_a_wards_test(school: School, family: Family, what: str) -> None:
    assert family.get(school, f"/api/v1/sessions/{family.session_id}{what}").status in (403, 404)


def test_who_is_guardian_no_longer_sees_nothing_any_more(school: School) -> None:
    ward = new_person(school)
    guardian = new_guardian(school, ward)
    token = token_of(school, guardian)
    path = f"/api/v1/learners/{ward.id}/history"
    before = school.api.call("GET", path, token=token).status

    school.call("DELETE", f"/api/v1/users/{ward.id}/guardians/{guardian.id}", by=ADMIN)

    assert (before, school.api.call("GET", path, token=token).status) == (200, 404)


def test_a_guardian_changes_nothing(school: School, family: Family) -> None:
    def post(path: str, body: Any = None) -> int:
        return school.api.call("POST", path, body, token=family.token).status

    assert post(f"/api/v1/sessions/{family.session_id}/finish") == 403
    assert post("/api/v1/sessions", {"test_design_id": school.design_id()}) == 403
