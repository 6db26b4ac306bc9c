"""Recording an answer: once, in order, by its owner, and never with the key in exam mode."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from dreamseed.assessment.tables import responses
from dreamseed.database.ids import new_id
from dreamseed.database.transaction import tenant_transaction
from tests.school import FOREIGN_LEARNER, HILLSIDE, LEARNER, OTHER_LEARNER, School, whenever


def recorded(school: School, session: Any) -> int:
    """How many answers of the session stand in the database."""
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        count = select(func.count()).select_from(responses).where(responses.c.session_id == UUID(session["id"]))
        return db.scalar(count) or 0


def test_an_answer_leads_to_another_item(school: School) -> None:
    session = school.start()

    reply = school.answer(session, "a")

    assert reply.status == 200
    assert reply.json["recorded"] == {"position": session["item"]["position"], "item_id": session["item"]["id"]}
    following = reply.json["session"]["item"]
    assert following["position"] == session["item"]["position"] + 1
    assert following["id"] != session["item"]["id"]
    school.finish(session)


def test_a_retried_answer_is_recorded_once_and_answered_alike(school: School) -> None:
    session = school.start()
    first = school.answer(session, "b", key="answer-0001")

    again = school.answer(session, "b", key="answer-0001")

    assert again.status == 200
    assert whenever(again.json) == whenever(first.json)
    assert recorded(school, session) == 1
    school.finish(session)


def test_a_retry_after_the_test_has_moved_on_changes_nothing(school: School) -> None:
    first = school.start()
    second = school.answer(first, "b").json["session"]
    third = school.answer(second, "c").json["session"]

    again = school.answer(first, "b")

    assert again.status == 200
    assert whenever(again.json["session"]) == whenever(third)
    assert recorded(school, first) == 2
    school.finish(first)


def test_another_answer_to_an_answered_item_is_refused(school: School) -> None:
    session = school.start()
    school.answer(session, "b")

    changed = school.answer(session, "c")

    assert (changed.status, changed.code) == (409, "item_already_answered")
    assert recorded(school, session) == 1
    school.finish(session)


def test_the_same_option_under_another_key_is_another_answer(school: School) -> None:
    session = school.start()
    school.answer(session, "b", key="first-tab")

    other_tab = school.answer(session, "b", key="second-tab")

    assert (other_tab.status, other_tab.code) == (409, "item_already_answered")
    school.finish(session)


def test_a_key_that_came_with_another_answer_is_refused(school: School) -> None:
    session = school.start()
    school.answer(session, "b", key="one-key")

    reused = school.answer(session, "c", key="one-key")

    assert (reused.status, reused.code) == (422, "idempotency_key_reused")
    school.finish(session)


def test_of_concurrent_answers_to_one_item_exactly_one_counts(school: School) -> None:
    session = school.start()
    school.token(LEARNER)

    def answer(number: int) -> tuple[int, str | None]:
        reply = school.answer(session, "abcd"[number % 4], key=f"tab-{number}")
        return reply.status, None if reply.status == 200 else reply.code

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(answer, range(8)))

    assert sorted(outcomes, key=str) == [(200, None)] + [(409, "item_already_answered")] * 7
    assert recorded(school, session) == 1
    school.finish(session)


def test_an_option_that_the_item_does_not_have_is_named(school: School) -> None:
    session = school.start()

    reply = school.answer(session, "z")

    assert (reply.status, reply.code) == (422, "unknown_option")
    assert reply.json["errors"] == [{"field": "body.answer.option", "reason": "must be one of: a, b, c, d"}]
    assert recorded(school, session) == 0
    school.finish(session)


def test_an_answer_to_another_item_or_a_later_position_is_refused(school: School) -> None:
    session = school.start()

    other_item = school.answer(session, item_id=str(new_id()))
    later = school.answer(session, position=7)

    assert (other_item.status, other_item.code) == (409, "item_not_current")
    assert (later.status, later.code) == (409, "item_not_current")
    assert recorded(school, session) == 0
    school.finish(session)


def test_nobody_answers_in_anothers_session(school: School) -> None:
    session = school.start()

    classmate = school.answer(session, by=OTHER_LEARNER)
    stranger = school.answer(session, by=FOREIGN_LEARNER)

    assert (classmate.status, classmate.code) == (404, "session_not_found")
    assert (stranger.status, stranger.code) == (404, "session_not_found")
    assert recorded(school, session) == 0
    school.finish(session)


def test_an_exam_shows_neither_key_nor_parameters(school: School) -> None:
    session = school.start()
    seen = [json.dumps(session)]

    while session["item"]:
        reply = school.answer(session, "d")
        assert reply.json["feedback"] is None
        session = reply.json["session"]
        seen.append(reply.body.decode())

    for word in ("misconception", "solution", "hint", "difficulty", "discrimination", "theta", '"key"'):
        assert not any(word in body for body in seen), word


def test_practice_explains_each_answer(school: School) -> None:
    session = school.start(name="Practise")

    feedback = school.answer(session, "a").json["feedback"]

    assert feedback["is_correct"] == (feedback["key"] == "a")
    assert feedback["solution"]
    assert len(feedback["hints"]) >= 3
    assert (feedback["misconception"] is None) == feedback["is_correct"]
    school.finish(session)


def test_a_test_stops_by_its_rule_and_then_takes_no_answer(school: School) -> None:
    session = school.start()

    while session["item"]:
        last = session
        session = school.answer(session, "a").json["session"]

    assert session["status"] == "finished"
    assert session["stop_reason"] in ("se_reached", "max_items")
    assert session["min_items"] <= session["answered"] <= session["max_items"]
    late = school.answer(last, position=session["answered"] + 1)
    assert (late.status, late.code) == (409, "session_not_active")


def test_practice_waits_while_an_exam_is_open(school: School) -> None:
    practice = school.start(by=OTHER_LEARNER, name="Practise")
    exam = school.start(by=OTHER_LEARNER)

    during = school.answer(practice, by=OTHER_LEARNER)
    begun = school.call(
        "POST", "/api/v1/sessions", {"test_design_id": school.design_id("Practise", OTHER_LEARNER)}, by=OTHER_LEARNER
    )
    school.finish(exam, by=OTHER_LEARNER)
    after = school.answer(practice, by=OTHER_LEARNER)

    assert (during.status, during.code) == (403, "in_exam")
    assert (begun.status, begun.code) == (403, "in_exam")
    assert after.status == 200
    school.finish(practice, by=OTHER_LEARNER)
