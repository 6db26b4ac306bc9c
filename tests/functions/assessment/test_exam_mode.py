"""While an exam is open, its learner gets no help from what they know already or from practice."""

from __future__ import annotations

import pytest

from tests.functions.identity.accounts import Person, new_person, token_of
from tests.school import ADMIN, School


@pytest.fixture
def learner(school: School) -> tuple[Person, str]:
    """A learner with an open exam, and a token of theirs."""
    person = new_person(school)
    token = token_of(school, person)
    begun = school.api.call("POST", "/api/v1/sessions", {"test_design_id": school.design_id()}, token=token)
    assert begun.json["mode"] == "exam"
    return person, token


def finish(school: School, token: str) -> None:
    """End whatever is open."""
    query = {"status": "active"}
    for session in school.api.call("GET", "/api/v1/sessions", token=token, query=query).json["items"]:
        school.api.call("POST", f"/api/v1/sessions/{session['id']}/finish", token=token)


def test_what_one_knows_is_closed_until_the_exam_is_over(school: School, learner: tuple[Person, str]) -> None:
    _, token = learner
    path = "/api/v1/learners/me/state"

    during = school.api.call("GET", path, token=token)
    finish(school, token)
    after = school.api.call("GET", path, token=token)

    assert (during.status, during.code) == (403, "in_exam")
    assert after.status == 200


def test_a_paused_exam_is_an_open_one(school: School, learner: tuple[Person, str]) -> None:
    _, token = learner
    (session,) = school.api.call("GET", "/api/v1/sessions", token=token).json["items"]
    school.api.call("POST", f"/api/v1/sessions/{session['id']}/pause", token=token)

    assert school.api.call("GET", "/api/v1/learners/me/state", token=token).code == "in_exam"


def test_practice_begins_when_the_exam_is_over(school: School, learner: tuple[Person, str]) -> None:
    _, token = learner
    body = {"test_design_id": school.design_id("Practise")}

    during = school.api.call("POST", "/api/v1/sessions", body, token=token)
    finish(school, token)

    assert during.code == "in_exam"
    assert school.api.call("POST", "/api/v1/sessions", body, token=token).status == 201


def test_who_teaches_reads_on_while_their_learner_is_in_an_exam(school: School, learner: tuple[Person, str]) -> None:
    person, _ = learner

    assert school.call("GET", f"/api/v1/learners/{person.id}/state", by=ADMIN).status == 200


@pytest.mark.parametrize("what", ["review", "trace"])
def test_staff_in_an_exam_review_no_attempt_of_their_own(school: School, what: str) -> None:
    token = token_of(school, new_person(school, "org_admin"))
    body = {"test_design_id": school.design_id("Practise")}
    own = school.api.call("POST", "/api/v1/sessions", body, token=token).json["id"]
    school.api.call("POST", f"/api/v1/sessions/{own}/finish", token=token)
    school.api.call("POST", "/api/v1/sessions", {"test_design_id": school.design_id()}, token=token)
    path = f"/api/v1/sessions/{own}/{what}"

    during = school.api.call("GET", path, token=token)
    finish(school, token)

    assert (during.status, during.code) == (403, "in_exam")
    assert school.api.call("GET", path, token=token).status == 200
