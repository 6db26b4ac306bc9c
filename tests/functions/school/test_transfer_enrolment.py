"""A learner goes from one class to another in one step, and takes everything along."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.api import ApiReply
from tests.school import ADMIN, LEARNER, TEACHER, School


@pytest.fixture
def classes(school: School) -> tuple[str, str]:
    """Two new classes; Ada learns in the first."""
    first, second = (
        str(school.call("POST", "/api/v1/classes", {"name": f"Class {uuid4().hex[:8]}"}, by=ADMIN).json["id"])
        for _ in range(2)
    )
    school.call("PUT", f"/api/v1/classes/{first}/enrolments/{ada(school)}", {"role": "learner"}, by=ADMIN)
    return first, second


def ada(school: School) -> str:
    return str(school.call("GET", "/api/v1/me", by=LEARNER).json["id"])


def transfer(school: School, classes: tuple[str, str], by: str = ADMIN) -> ApiReply:
    path = f"/api/v1/classes/{classes[0]}/enrolments/{ada(school)}/transfer"
    return school.call("POST", path, {"to_class_id": classes[1]}, by=by)


def members(school: School, class_id: str) -> list[Any]:
    return [each["user_id"] for each in school.list_all(f"/api/v1/classes/{class_id}/enrolments", by=ADMIN)]


def test_a_learner_leaves_one_class_and_belongs_to_the_other(school: School, classes: tuple[str, str]) -> None:
    before = school.call("GET", f"/api/v1/learners/{ada(school)}/history", by=ADMIN).json

    reply = transfer(school, classes)

    assert (reply.status, reply.json["user_id"], reply.json["role"]) == (200, ada(school), "learner")
    assert (members(school, classes[0]), members(school, classes[1])) == ([], [ada(school)])
    assert school.call("GET", f"/api/v1/learners/{ada(school)}/history", by=ADMIN).json == before


def test_sending_it_again_changes_nothing(school: School, classes: tuple[str, str]) -> None:
    assert transfer(school, classes).json == transfer(school, classes).json


def test_who_learns_in_neither_class_goes_nowhere(school: School, classes: tuple[str, str]) -> None:
    school.call("DELETE", f"/api/v1/classes/{classes[0]}/enrolments/{ada(school)}", by=ADMIN)

    assert transfer(school, classes).code == "learner_not_found"
    assert members(school, classes[1]) == []


def test_a_class_that_is_archived_its_own_or_not_theirs_is_refused(school: School, classes: tuple[str, str]) -> None:
    taught = school.call("GET", "/api/v1/classes", by=TEACHER).json["items"][0]["id"]
    school.call("PUT", f"/api/v1/classes/{taught}/enrolments/{ada(school)}", {"role": "learner"}, by=ADMIN)

    assert transfer(school, (classes[0], classes[0])).code == "same_class"
    assert transfer(school, (classes[0], str(uuid4()))).code == "no_such_class"
    assert transfer(school, (taught, classes[1]), by=TEACHER).code == "no_such_class"
    assert transfer(school, classes, by=TEACHER).code == "class_not_found"
    read = school.call("GET", f"/api/v1/classes/{classes[1]}", by=ADMIN)
    headers = {"if-match": read.headers["etag"]}
    school.call("PATCH", f"/api/v1/classes/{classes[1]}", {"is_archived": True}, by=ADMIN, headers=headers)
    assert transfer(school, classes).code == "class_archived"
