"""What a learner needs: who may say it, and where it holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.functions.school.assigned import LIMIT, assign, seconds_left, start
from tests.functions.school.people import add_class, add_person, id_of
from tests.school import ADMIN, AUTHOR, FOREIGN_TEACHER, TEACHER, School

NOTHING_SPECIAL = {
    "extra_time_factor": 1.0,
    "has_no_timer": False,
    "text_size": "normal",
    "contrast": "normal",
    "has_read_aloud": False,
}


@pytest.fixture
def learner(school: School) -> str:
    return add_person(school, "learner", "Lea Learner")


@pytest.fixture
def class_id(school: School, learner: str) -> str:
    return add_class(school, TEACHER, learner)


def accommodate(school: School, learner: str, by: str = TEACHER, **needs: Any) -> Any:
    path = f"/api/v1/learners/{id_of(school, learner)}/accommodations"
    return school.call("PUT", path, {**NOTHING_SPECIAL, **needs}, by=by)


def read(school: School, learner: str, by: str) -> Any:
    return school.call("GET", f"/api/v1/learners/{id_of(school, learner)}/accommodations", by=by)


def session_of(school: School, session: Any, learner: str) -> Any:
    return school.call("GET", f"/api/v1/sessions/{session['id']}", by=learner).json


@pytest.mark.usefixtures("class_id")
def test_who_needs_nothing_special_has_the_defaults(school: School, learner: str) -> None:
    shown = school.call("GET", "/api/v1/learners/me/accommodations", by=learner).json

    nobody = {"learner_id": id_of(school, learner), "updated_by_name": None, "updated_at": None}
    assert shown == {**NOTHING_SPECIAL, **nobody}


@pytest.mark.usefixtures("class_id")
def test_a_teacher_says_what_a_learner_needs_and_both_see_it(school: School, learner: str) -> None:
    first = accommodate(school, learner, extra_time_factor=1.5)
    second = accommodate(school, learner, extra_time_factor=1.25, text_size="larger", has_read_aloud=True)

    assert (first.status, second.status) == (200, 200)
    assert (second.json["extra_time_factor"], second.json["text_size"]) == (1.25, "larger")
    assert second.json["updated_by_name"] == "Mira Lindqvist"
    assert datetime.fromisoformat(second.json["updated_at"]) > datetime.fromisoformat(first.json["updated_at"])
    assert read(school, learner, learner).json == read(school, learner, TEACHER).json == second.json


@pytest.mark.usefixtures("class_id")
def test_only_those_who_teach_a_learner_say_it_or_see_it(school: School, learner: str) -> None:
    colleague = add_person(school, "teacher")

    for stranger in (colleague, FOREIGN_TEACHER):
        assert accommodate(school, learner, stranger).code == "learner_not_found"
        assert read(school, learner, stranger).code == "learner_not_found"
    assert accommodate(school, learner, learner).code == "permission_missing"
    assert read(school, learner, add_person(school, "learner")).code == "learner_not_found"
    assert read(school, learner, AUTHOR).code == "permission_missing"
    assert accommodate(school, learner, ADMIN).status == 200


@pytest.mark.usefixtures("class_id")
def test_what_nobody_can_need_is_refused(school: School, learner: str) -> None:
    for needs in ({"extra_time_factor": 0.5}, {"extra_time_factor": 4}, {"text_size": "huge"}, {"contrast": None}):
        assert accommodate(school, learner, **needs).status == 422
    assert read(school, learner, TEACHER).json["updated_at"] is None


def test_a_running_test_gets_and_loses_what_is_said_at_once(school: School, class_id: str, learner: str) -> None:
    session = start(school, assign(school, class_id), learner).json

    accommodate(school, learner, extra_time_factor=1.5, text_size="large")
    longer = session_of(school, session, learner)
    accommodate(school, learner, extra_time_factor=1.25)
    shorter = session_of(school, session, learner)

    began = datetime.fromisoformat(session["expires_at"])
    assert datetime.fromisoformat(longer["expires_at"]) - began == timedelta(seconds=LIMIT / 2)
    assert (longer["time_limit_seconds"], longer["accommodations"]["text_size"]) == (LIMIT * 1.5, "large")
    assert datetime.fromisoformat(shorter["expires_at"]) - began == timedelta(seconds=LIMIT / 4)
    assert (shorter["extra_seconds"], shorter["accommodations"]["text_size"]) == (LIMIT // 4, "normal")


def test_a_timer_that_is_taken_away_does_not_come_back_into_a_running_test(
    school: School, class_id: str, learner: str
) -> None:
    session = start(school, assign(school, class_id), learner).json

    accommodate(school, learner, has_no_timer=True)
    untimed = session_of(school, session, learner)
    accommodate(school, learner)
    still = session_of(school, session, learner)

    assert untimed["time_limit_seconds"] is None
    assert seconds_left(untimed) == pytest.approx(7 * 24 * 3600, abs=60)
    assert (still["time_limit_seconds"], still["expires_at"]) == (None, untimed["expires_at"])
    assert school.answer(still, by=learner).status == 200


def test_a_test_that_is_over_is_left_alone(school: School, class_id: str, learner: str) -> None:
    session = start(school, assign(school, class_id), learner).json
    school.finish(session, by=learner)
    before = session_of(school, session, learner)

    accommodate(school, learner, extra_time_factor=2)

    after = session_of(school, session, learner)
    assert (after["expires_at"], after["accommodations"]) == (before["expires_at"], before["accommodations"])
