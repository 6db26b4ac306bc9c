"""Giving time to, voiding and resetting an attempt: what it changes, what is kept, and who may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from dreamseed.assessment.tables import exposure_counts, test_sessions
from dreamseed.catalogue import load_catalogue
from dreamseed.database.transaction import tenant_transaction
from dreamseed.message import Message
from dreamseed.needs import Queue
from dreamseed.platform.tables import outbox
from tests.functions.learning.sessions import sqs_event
from tests.functions.school.assigned import LIMIT, assign, read, start
from tests.functions.school.people import add_class, add_person, id_of
from tests.school import ADMIN, AUTHOR, FOREIGN_TEACHER, HILLSIDE, TEACHER, School

WHY = {"reason": "Taken by somebody else."}
CONSUMERS = [function for function in load_catalogue() if isinstance(function.needs.trigger, Queue)]


@pytest.fixture
def learner(school: School) -> str:
    return add_person(school, "learner", "Lea Learner")


@pytest.fixture
def class_id(school: School, learner: str) -> str:
    return add_class(school, TEACHER, learner)


@pytest.fixture
def running(school: School, class_id: str, learner: str) -> Any:
    """A session of the learner for an assignment with two answers."""
    session = start(school, assign(school, class_id), learner).json
    for option in "ab":
        session = school.answer(session, option, by=learner).json["session"]
    return session


@pytest.fixture
def finished(school: School, running: Any, learner: str) -> Any:
    return school.finish(running, by=learner)


def act(school: School, session: Any, what: str, body: Any = None, by: str = TEACHER, key: str | None = None) -> Any:
    headers = {"idempotency-key": key} if key else None
    return school.call("POST", f"/api/v1/sessions/{session['id']}/{what}", body or WHY, by=by, headers=headers)


def kept(school: School, session: Any, by: str = TEACHER) -> Any:
    return school.call("GET", f"/api/v1/sessions/{session['id']}/interventions", by=by).json["items"]


def events_of(school: School, session: Any) -> Iterator[Message]:
    """What was announced of a session, oldest first."""
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        rows = db.execute(select(outbox).order_by(outbox.c.id)).all()
    for row in rows:
        if row.payload.get("session_id") == session["id"]:
            yield Message(row.id, row.topic, row.org_id, row.created_at, row.payload)


def deliver(school: School, *messages: Message) -> None:
    """Bring messages to everybody who listens."""
    for message in messages:
        for function in CONSUMERS:
            trigger = function.needs.trigger
            if isinstance(trigger, Queue) and trigger.topic == message.topic:
                school.api._give_database(function)
                assert function(sqs_event(message), None) == {"batchItemFailures": []}


def known_of(school: School, learner: str) -> Any:
    """(mastery and answers by skill, θ) of a learner."""
    state = school.call("GET", "/api/v1/learners/me/state", by=learner).json
    skills = {skill["code"]: (skill["mastery"], skill["responses"]) for skill in state["skills"]}
    return skills, state["ability"] and state["ability"]["theta"]


def counts(school: School) -> dict[str, tuple[int, int]]:
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        rows = db.execute(select(exposure_counts)).all()
    return {str(row.item_version_id): (row.administered, row.correct) for row in rows if row.administered}


def test_a_running_test_gets_more_time_and_it_is_kept_why(school: School, running: Any, learner: str) -> None:
    body = {"extra_seconds": 300, "reason": "Fire alarm."}

    extended = act(school, running, "extend", body, key="alarm")
    again = act(school, running, "extend", body, key="alarm")

    now = school.call("GET", f"/api/v1/sessions/{running['id']}", by=learner).json
    moved = datetime.fromisoformat(now["expires_at"]) - datetime.fromisoformat(running["expires_at"])
    assert extended.status == 200
    assert again.json == extended.json
    assert moved == timedelta(seconds=300)
    assert (now["extra_seconds"], now["time_limit_seconds"]) == (300, LIMIT + 300)
    (entry,) = kept(school, running)
    assert (entry["kind"], entry["reason"], entry["extra_seconds"]) == ("extended", "Fire alarm.", 300)
    assert (entry["by_name"], entry["by_user_id"]) == ("Mira Lindqvist", id_of(school, TEACHER))
    assert datetime.now(UTC) - datetime.fromisoformat(entry["at"]) < timedelta(minutes=10)


def test_what_is_over_or_has_no_clock_gets_no_time(school: School, finished: Any, learner: str) -> None:
    body = {"extra_seconds": 300, **WHY}
    practice = school.start(by=learner, name="Practise")

    assert act(school, finished, "extend", body).code == "session_not_active"
    assert act(school, practice, "extend", body).code == "session_untimed"
    assert act(school, practice, "extend", {**body, "extra_seconds": 0}).status == 422
    assert kept(school, finished) == kept(school, practice) == []


def test_a_voided_attempt_is_over_used_up_and_without_a_result(school: School, class_id: str, learner: str) -> None:
    assignment = assign(school, class_id)
    session = start(school, assignment, learner).json

    voided = act(school, session, "void")

    assert (voided.status, voided.json["status"]) == (200, "invalidated")
    seen = school.call("GET", f"/api/v1/sessions/{session['id']}", by=learner).json
    assert (seen["status"], seen["item"]) == ("invalidated", None)
    assert school.answer(session, by=learner).code == "session_not_active"
    assert school.call("GET", f"/api/v1/sessions/{session['id']}/result", by=learner).code == "session_voided"
    assert start(school, assignment, learner).code == "no_attempt_left"
    (progress,) = read(school, assignment, TEACHER)["progress"]
    assert (progress["session_status"], progress["attempts"], progress["scale"]) == ("invalidated", 1, None)


def test_a_reset_attempt_can_be_taken_again(school: School, class_id: str, learner: str) -> None:
    assignment = assign(school, class_id)
    first = school.finish(start(school, assignment, learner).json, by=learner)

    act(school, first, "reset")
    second = start(school, assignment, learner)

    assert (second.status, second.json["answered"]) == (201, 0)
    assert second.json["id"] != first["id"]
    (progress,) = read(school, assignment, TEACHER)["progress"]
    assert (progress["session_id"], progress["attempts"]) == (second.json["id"], 1)


def test_a_voided_attempt_can_be_reset_later(school: School, class_id: str, learner: str) -> None:
    assignment = assign(school, class_id)
    session = start(school, assignment, learner).json
    act(school, session, "void")

    act(school, session, "reset", {"reason": "She may try again."})

    assert start(school, assignment, learner).status == 201
    assert [entry["kind"] for entry in kept(school, session)] == ["reset", "voided"]


@pytest.mark.parametrize("what", ["void", "reset"])
def test_doing_it_again_changes_nothing(school: School, finished: Any, what: str) -> None:
    first = act(school, finished, what)
    second = act(school, finished, what, {"reason": "Another reason."}, by=ADMIN)
    after_reset = act(school, finished, "void") if what == "reset" else None

    assert second.json == first.json
    assert after_reset is None or after_reset.json == first.json
    (entry,) = kept(school, finished)
    assert (entry["reason"], entry["by_name"]) == (WHY["reason"], "Mira Lindqvist")
    assert [event.topic for event in events_of(school, finished)] == ["session.finished", "session.voided"]


def test_nothing_rests_on_a_voided_attempt_any_more(school: School, class_id: str, learner: str) -> None:
    first = school.finish(school.answer(school.start(by=learner), "a", by=learner).json["session"], by=learner)
    deliver(school, *events_of(school, first))
    known, shown = known_of(school, learner), counts(school)
    second = start(school, assign(school, class_id), learner).json
    for option in "abc":
        second = school.answer(second, option, by=learner).json["session"]
    school.finish(second, by=learner)
    deliver(school, *events_of(school, second))
    with_both = known_of(school, learner)

    act(school, second, "void")
    deliver(school, *events_of(school, second))

    assert with_both != known
    assert known_of(school, learner) == known
    assert counts(school) == shown
    report = school.call("GET", f"/api/v1/analytics/classes/{class_id}", by=TEACHER).json
    (progress,) = report["learners"]
    assert (progress["theta"], progress["sessions"]) == (known[1], 1)
    past = school.call("GET", "/api/v1/learners/me/history", by=learner).json["items"]
    assert [(each["status"], each["scale"] is None) for each in past] == [("finished", False), ("invalidated", True)]


def test_the_news_of_voiding_may_overtake_that_of_the_end(school: School, finished: Any, learner: str) -> None:
    shown = counts(school)
    act(school, finished, "void")
    ended, voided = events_of(school, finished)

    deliver(school, voided, ended)

    assert known_of(school, learner) == ({}, None)
    assert counts(school) == shown


def test_a_session_that_was_voided_while_it_ran_was_never_announced(school: School, running: Any) -> None:
    act(school, running, "void")

    assert list(events_of(school, running)) == []


def test_time_that_has_run_out_makes_no_difference_to_voiding(school: School, running: Any) -> None:
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        late = datetime.now(UTC) - timedelta(minutes=1)
        where = test_sessions.c.id == UUID(running["id"])
        db.execute(update(test_sessions).where(where).values(expires_at=late))

    assert act(school, running, "extend", {"extra_seconds": 60, **WHY}).code == "session_not_active"
    assert act(school, running, "void").json["status"] == "invalidated"


def test_only_those_who_teach_the_learner_intervene(school: School, running: Any, learner: str) -> None:
    bodies = {"extend": {"extra_seconds": 60, **WHY}, "void": WHY, "reset": WHY}
    strangers = {
        add_person(school, "teacher"): "session_not_found",
        FOREIGN_TEACHER: "session_not_found",
        AUTHOR: "permission_missing",
        learner: "permission_missing",
    }

    for stranger, code in strangers.items():
        assert {act(school, running, what, body, by=stranger).code for what, body in bodies.items()} == {code}
        path = f"/api/v1/sessions/{running['id']}/interventions"
        assert school.call("GET", path, by=stranger).code == code
    assert kept(school, running) == []


def test_a_reason_is_wanted(school: School, running: Any) -> None:
    for reason in ("", "   ", "x" * 501, None):
        assert act(school, running, "void", {"reason": reason}).status == 422


def test_a_colleague_sees_nothing_of_a_learner_whom_she_does_not_teach(
    school: School, finished: Any, learner: str
) -> None:
    colleague, learner_id = add_person(school, "teacher"), id_of(school, learner)
    own = school.call("GET", "/api/v1/sessions", by=colleague, query={"learner_id": learner_id})

    for part in ("", "/trace", "/review", "/result"):
        path = f"/api/v1/sessions/{finished['id']}{part}"
        assert school.call("GET", path, by=colleague).code == "session_not_found"
        assert school.call("GET", path, by=TEACHER).status == 200
    assert own.json["items"] == []
    assert school.call("GET", f"/api/v1/learners/{learner_id}/state", by=colleague).code == "learner_not_found"
