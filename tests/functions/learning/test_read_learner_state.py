"""What is known of a learner, told to them and to those who teach them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from dreamseed.database.ids import new_id
from dreamseed.learning.rules import trace
from functions.learning.update_knowledge_states import update_knowledge_states
from host.demo.seed import demo_id
from tests.functions.learning.sessions import finished_session, sqs_event
from tests.school import AUTHOR, FOREIGN_TEACHER, HILLSIDE, LEARNER, OTHER_LEARNER, TEACHER, School, school

__all__ = ["school"]

SKILL = "fractions.equivalent"


@pytest.fixture(scope="module")
def ada(school: School) -> UUID:
    """A learner with one finished session on fractions."""
    learner_id = demo_id(LEARNER)
    message = finished_session(HILLSIDE.id, learner_id, [(SKILL, 1), (SKILL, 0)], theta=0.75)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DREAMSEED_DATABASE_MAIN", school.database.url("write"))
        assert update_knowledge_states(sqs_event(message), None) == {"batchItemFailures": []}
    return learner_id


def state(school: School, learner: object, by: str) -> Any:
    return school.call("GET", f"/api/v1/learners/{learner}/state", by=by)


def test_learners_see_their_own_skills_and_ability(school: School, ada: UUID) -> None:
    reply = state(school, "me", by=LEARNER)

    assert reply.status == 200
    assert reply.json["learner_id"] == str(ada)
    (skill,) = reply.json["skills"]
    assert (skill["code"], skill["mastery"], skill["responses"]) == (SKILL, trace([True, False]).known, 2)
    assert skill["name"] == "Equivalent fractions"
    assert (reply.json["ability"]["theta"], reply.json["ability"]["se"]) == (0.75, 0.4)
    assert datetime.fromisoformat(skill["updated_at"]).tzinfo is not None
    assert state(school, ada, by=LEARNER).json == reply.json


def test_a_learner_of_whom_nothing_is_known_yet_sees_that(school: School) -> None:
    reply = state(school, "me", by=OTHER_LEARNER)

    assert reply.status == 200
    assert (reply.json["skills"], reply.json["ability"]) == ([], None)


def test_teachers_see_their_learners(school: School, ada: UUID) -> None:
    assert state(school, ada, by=TEACHER).json == state(school, "me", by=LEARNER).json


def test_learners_do_not_see_one_another(school: School, ada: UUID) -> None:
    reply = state(school, ada, by=OTHER_LEARNER)

    assert (reply.status, reply.code) == (404, "learner_not_found")


def test_authors_have_no_business_with_learners(school: School, ada: UUID) -> None:
    assert state(school, ada, by=AUTHOR).code == "permission_missing"


def test_a_learner_of_another_school_is_not_found(school: School, ada: UUID) -> None:
    reply = state(school, ada, by=FOREIGN_TEACHER)

    assert (reply.status, reply.code) == (404, "learner_not_found")
    assert state(school, new_id(), by=FOREIGN_TEACHER).json["code"] == reply.code


def test_what_is_neither_me_nor_an_id_is_refused(school: School) -> None:
    assert state(school, "myself", by=LEARNER).status == 422


def test_nobody_sees_anything_without_signing_in(school: School, ada: UUID) -> None:
    assert school.call("GET", f"/api/v1/learners/{ada}/state").status == 401
