"""A test that is over goes on by itself: outbox, relay, queue, consumers; and then everybody sees what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from host.testing import wait_until
from tests.journeys.running_school import RunningSchool
from tests.resilience.ledger import Ledger
from tests.school import ADMIN, OTHER_LEARNER, TEACHER

pytestmark = pytest.mark.host

HEARD_SECONDS = 50.0
"""It takes about two, which are LocalStack's. After a minute the relay would send again what had been lost."""

EXPOSURES = "select item_version_id::text as item_id, administered, correct from exposure_counts"

Json = dict[str, Any]


@pytest.fixture
def learner(running_school: RunningSchool) -> Iterator[httpx.Client]:
    """A learner, signed in."""
    with running_school.signed_in(OTHER_LEARNER) as api:
        yield api


@pytest.fixture
def ledger(running_school: RunningSchool) -> Ledger:
    """The school's database, once everything earlier has been handled."""
    running_school.host.wait_until_background_is_ready()
    ledger = Ledger(running_school.host)
    ledger.wait_until_heard()
    return ledger


def test_a_finished_test_moves_knowledge_and_exposure_by_exactly_its_answers(
    running_school: RunningSchool, ledger: Ledger, learner: httpx.Client
) -> None:
    known_before, seen_before = responses_by_skill(learner), exposures(ledger)

    session = take_test(learner, "Where do I stand?")
    wait_until(lambda: not ledger.unheard(), HEARD_SECONDS, lambda: "the test has not been heard of")

    steps = trace_of(running_school, session)["steps"]
    assert len(steps) == session["answered"] >= session["min_items"]
    seen = Counter({step["item_id"]: 1 for step in steps})
    right = Counter({step["item_id"]: step["score"] for step in steps})
    seen_after = exposures(ledger)
    assert seen_after[0] - seen_before[0] == seen
    assert seen_after[1] - seen_before[1] == +right
    result = learner.get(f"/sessions/{session['id']}/result").raise_for_status().json()
    assert responses_by_skill(learner) - known_before == Counter(
        {skill["code"]: skill["answered"] for skill in result["skills"]}
    )
    assert ledger.differences() == {}


def test_the_learner_sees_the_result_in_what_is_known_of_them(ledger: Ledger, learner: httpx.Client) -> None:
    session = take_test(learner, "Where do I stand?")
    wait_until(lambda: not ledger.unheard(), HEARD_SECONDS, lambda: "the test has not been heard of")

    result = learner.get(f"/sessions/{session['id']}/result").raise_for_status().json()
    state = learner.get("/learners/me/state").raise_for_status().json()

    assert (state["ability"]["theta"], state["ability"]["se"]) == (result["theta"], result["se"])
    mastery = {skill["code"]: skill["mastery"] for skill in state["skills"]}
    assert {skill["code"]: skill["mastery"] for skill in result["skills"]}.items() <= mastery.items()


def test_the_teacher_sees_a_trace_that_replays_and_the_operator_no_dead_letter(
    running_school: RunningSchool, ledger: Ledger, learner: httpx.Client
) -> None:
    session = take_test(learner, "Practise")
    wait_until(lambda: not ledger.unheard(), HEARD_SECONDS, lambda: "the test has not been heard of")

    assert trace_of(running_school, session)["replay"] == {"matches": True, "first_difference": None}
    with running_school.signed_in(ADMIN) as operator:
        assert operator.get("/dead_letters").raise_for_status().json()["items"] == []


def take_test(learner: httpx.Client, name: str) -> Json:
    """Answer until the test of that name is over: the first option, then the second, and so on."""
    designs = learner.get("/test_designs").raise_for_status().json()["items"]
    design_id = next(design["id"] for design in designs if design["name"] == name)
    session: Json = learner.post("/sessions", json={"test_design_id": design_id}).raise_for_status().json()
    while (item := session["item"]) is not None:
        option = item["options"][item["position"] % len(item["options"])]["id"]
        body = {
            "item_id": item["id"],
            "position": item["position"],
            "answer": {"option": option},
            "response_ms": 5_000,
        }
        headers = {"idempotency-key": uuid4().hex}
        reply = learner.post(f"/sessions/{session['id']}/responses", json=body, headers=headers)
        session = reply.raise_for_status().json()["session"]
    assert session["status"] == "finished"
    return session


def trace_of(running_school: RunningSchool, session: Json) -> Json:
    """What the teacher is told of how the test came about."""
    with running_school.signed_in(TEACHER) as teacher:
        trace: Json = teacher.get(f"/sessions/{session['id']}/trace").raise_for_status().json()
    return trace


def responses_by_skill(learner: httpx.Client) -> Counter[str]:
    """On how many answers each skill's state is based."""
    state = learner.get("/learners/me/state").raise_for_status().json()
    return Counter({skill["code"]: skill["responses"] for skill in state["skills"]})


def exposures(ledger: Ledger) -> tuple[Counter[str], Counter[str]]:
    """How often each item was given, and how often answered right."""
    rows = ledger.run(EXPOSURES)
    administered = Counter({row["item_id"]: row["administered"] for row in rows})
    return administered, Counter({row["item_id"]: row["correct"] for row in rows})
