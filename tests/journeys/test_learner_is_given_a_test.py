"""A teacher sets a test: learners find it first of all, work against its clock, and get the time they are given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.browser import Learner
from tests.journeys.learner_page import LearnerPage
from tests.journeys.running_school import RunningSchool
from tests.resilience.ledger import Ledger
from tests.school import TEACHER

pytestmark = [pytest.mark.browser, pytest.mark.host]

Json = dict[str, Any]

LEAVE_SECONDS = """
update test_sessions set expires_at = now() + make_interval(secs => %(seconds)s)
where org_id = %(org_id)s and id = %(session_id)s
"""


@pytest.fixture
def teacher(running_school: RunningSchool) -> Iterator[httpx.Client]:
    """The teacher, signed in."""
    with running_school.signed_in(TEACHER) as api:
        yield api


@pytest.fixture
def assignment(teacher: httpx.Client, learner: Learner) -> Iterator[Json]:
    """A test of an hour that the learner's class is to take this week."""
    designs = teacher.get("/test_designs").raise_for_status().json()["items"]
    now = datetime.now(UTC)
    body = {
        "class_id": class_of(teacher, learner),
        "test_design_id": next(design["id"] for design in designs if design["time_limit_seconds"] == 3600),
        "opens_at": (now - timedelta(hours=1)).isoformat(),
        "closes_at": (now + timedelta(days=7)).isoformat(),
        "instructions": "Have paper and a pencil ready.",
    }
    assignment: Json = teacher.post("/assignments", json=body).raise_for_status().json()
    yield assignment
    teacher.post(f"/assignments/{assignment['id']}/withdraw").raise_for_status()


def test_a_test_that_was_set_comes_first_and_shows_how_far_it_is(assignment: Json, tab: LearnerPage) -> None:
    card = assigned(tab)
    expect(card).to_contain_text("Have paper and a pencil ready.")
    expect(card).to_contain_text("Open until")

    card.get_by_role("button", name="Start").click()
    tab.expect_question(1)
    tab.page.get_by_role("link", name="DreamSeed").click()
    expect(assigned(tab).get_by_text("Under way")).to_be_visible()
    expect(tab.test_card("Test").get_by_role("button", name="Start")).to_be_visible()
    assigned(tab).get_by_role("link", name="Carry on").click()
    tab.expect_question(1)
    tab.finish_early()
    tab.page.get_by_role("link", name="DreamSeed").click()

    expect(assigned(tab).get_by_text("Done").first).to_be_visible()
    expect(assigned(tab).get_by_role("button")).to_have_count(0)


def test_more_time_is_told_while_the_test_runs(
    assignment: Json, tab: LearnerPage, teacher: httpx.Client, learner: Learner
) -> None:
    assigned(tab).get_by_role("button", name="Start").click()
    tab.expect_question(1)
    expect(clock(tab)).to_have_text("60 minutes left")

    learner_id = next(each["user_id"] for each in learners(teacher, assignment) if each["email"] == learner["email"])
    extension = f"/assignments/{assignment['id']}/extensions/{learner_id}"
    teacher.put(extension, json={"extra_seconds": 1200}).raise_for_status()

    expect(tab.page.get_by_text("Your time has been extended. You now have 80 minutes left.")).to_be_visible()
    expect(clock(tab)).to_have_text("80 minutes left")
    tab.expect_question(1)


def test_the_end_is_warned_of_and_ends_the_test(
    assignment: Json, tab: LearnerPage, running_school: RunningSchool
) -> None:
    assigned(tab).get_by_role("button", name="Start").click()
    tab.expect_question(1)
    session_id = tab.page.url.rsplit("/", 1)[-1]
    tab.answer(0)
    tab.expect_question(2)

    Ledger(running_school.host).run(LEAVE_SECONDS, session_id=session_id, seconds=15)

    expect(tab.page.get_by_text("1 minute left. Your answers so far are saved.")).to_be_visible()
    expect(clock(tab)).to_have_attribute("data-urgent", "true")
    tab.expect_result()
    expect(tab.page.get_by_text("The test ended because the time was up.")).to_be_visible()
    expect(tab.page.get_by_text("You answered 1 question,")).to_be_visible()


def assigned(tab: LearnerPage) -> Locator:
    """The card of what the teacher has set."""
    region = tab.page.get_by_role("region", name="Set by your teacher")
    return region.locator(".test-card", has_text="Have paper and a pencil ready.").first


def clock(tab: LearnerPage) -> Locator:
    return tab.page.locator(".clock")


def class_of(teacher: httpx.Client, learner: Learner) -> str:
    """The class of the teacher's in which the learner is."""
    for each in teacher.get("/classes").raise_for_status().json()["items"]:
        people = teacher.get(f"/classes/{each['id']}/enrolments", params={"limit": 100}).raise_for_status().json()
        if learner["email"] in [person["email"] for person in people["items"]]:
            return str(each["id"])
    raise AssertionError(f"{learner['email']} is in no class of {TEACHER}")


def learners(teacher: httpx.Client, assignment: Json) -> list[Json]:
    """Who belongs to the assignment's class."""
    people = teacher.get(f"/classes/{assignment['class_id']}/enrolments", params={"limit": 100})
    items: list[Json] = people.raise_for_status().json()["items"]
    return items
