"""A teacher sets a test, gives time while it runs, edits it beside a colleague, and voids an attempt."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import Learner, OpenTab
from tests.journeys.learner_page import LearnerPage
from tests.journeys.running_school import RunningSchool
from tests.journeys.teacher_page import (
    EXAM,
    PRACTICE,
    Classroom,
    choose_action,
    open_teachers_tab,
    row_of,
    visit,
)

pytestmark = [pytest.mark.browser, pytest.mark.host]


@pytest.fixture
def classroom(running_school: RunningSchool, learner: Learner) -> Classroom:
    return Classroom(running_school, learner)


@pytest.fixture
def teacher(open_tab: OpenTab, running_school: RunningSchool) -> LearnerPage:
    return open_teachers_tab(open_tab, running_school)


def test_a_test_is_set_with_instructions_and_extra_time_for_one(teacher: LearnerPage, classroom: Classroom) -> None:
    page, name = teacher.page, classroom.learner["name"]
    visit(teacher, f"/classes/{classroom.class_id}")

    page.get_by_role("link", name="Set a test").click()
    page.get_by_label("Attempts for each learner").fill("2")
    page.get_by_label("Instructions").fill("No calculator.")
    page.get_by_role("button", name="Give somebody extra time").click()
    page.get_by_label("Learner", exact=True).select_option(name)
    page.get_by_label("Extra minutes").fill("20")
    page.get_by_role("button", name="Set the test").click()

    expect(page.get_by_role("heading", name=EXAM, level=1)).to_be_visible()
    expect(page.get_by_text("No calculator.")).to_be_visible()
    expect(row_of(teacher, name)).to_contain_text("20 min")
    expect(row_of(teacher, name)).to_contain_text("Not started")
    assignment = {"id": page.url.rsplit("/", 1)[-1]}
    session = classroom.start(EXAM, assignment)
    assert (session["extra_seconds"], session["time_limit_seconds"]) == (1200, 3600 + 1200)
    expect(row_of(teacher, name)).to_contain_text("Under way")


def test_what_is_wrong_in_the_form_is_said_beside_the_field(teacher: LearnerPage, classroom: Classroom) -> None:
    page = teacher.page
    visit(teacher, f"/classes/{classroom.class_id}/assign")

    page.get_by_label("Can be started until").fill("2020-01-01T10:00")
    page.get_by_role("button", name="Set the test").click()
    expect(page.get_by_text("It must close after it opens.")).to_be_visible()
    page.get_by_label("Can be started until").fill("2099-01-01T10:00")
    page.get_by_label("Attempts for each learner").fill("0")
    page.get_by_role("button", name="Set the test").click()

    expect(page.get_by_text("Please give a whole number")).to_be_visible()
    assert page.url.endswith("/assign")


def test_extra_time_reaches_a_running_test(
    teacher: LearnerPage, classroom: Classroom, open_tab: OpenTab, learner: Learner
) -> None:
    assignment = classroom.assign()
    session = classroom.start(EXAM, assignment)
    player = open_tab()
    player.sign_in(learner["email"], learner["password"])
    player.page.goto(f"{player.url}/sessions/{session['id']}")
    player.expect_question(1)
    expect(player.page.locator(".clock")).to_contain_text(re.compile(r"\b(60|5\d)\b"))
    visit(teacher, f"/assignments/{assignment['id']}")

    dialogue = choose_action(teacher, learner["name"], "Extra time")
    dialogue.get_by_label("Extra minutes in all").fill("30")
    dialogue.get_by_role("button", name="Save").click()

    player.page.bring_to_front()  # a page behind others does not ask how its test stands
    expect(player.page.locator(".clock")).to_contain_text(re.compile(r"\b(90|8\d)\b"))
    expect(row_of(teacher, learner["name"])).to_contain_text("30 min")


def test_a_voided_attempt_ends_for_its_learner_and_says_why_to_staff(
    teacher: LearnerPage, classroom: Classroom, open_tab: OpenTab, learner: Learner
) -> None:
    session = classroom.start(PRACTICE)
    player = open_tab()
    player.sign_in(learner["email"], learner["password"])
    player.page.goto(f"{player.url}/sessions/{session['id']}")
    player.expect_question(1)
    visit(teacher, f"/learners/{classroom.learner_id}")

    dialogue = choose_action(teacher, PRACTICE, "Void")
    dialogue.get_by_role("button", name="Void").click()
    expect(dialogue.get_by_text("Please say why.")).to_be_visible()
    dialogue.get_by_label("Reason").fill("Somebody else was at the keyboard.")
    dialogue.get_by_role("button", name="Void").click()
    expect(dialogue).to_be_hidden()

    player.page.bring_to_front()
    expect(player.page.get_by_text("declared void")).to_be_visible()
    visit(teacher, f"/sessions/{session['id']}")
    expect(teacher.page.get_by_text("This attempt is void")).to_be_visible()
    expect(teacher.page.get_by_text("Somebody else was at the keyboard.")).to_be_visible()
    expect(teacher.page.get_by_role("button", name="Void")).to_have_count(0)


def test_two_who_edit_at_once_do_not_overwrite_each_other(teacher: LearnerPage, classroom: Classroom) -> None:
    assignment, page = classroom.assign(), teacher.page
    visit(teacher, f"/assignments/{assignment['id']}")
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Instructions").fill("Mine.")
    change = {"json": {"instructions": "A colleague's."}, "headers": {"if-match": "*"}}
    classroom.teacher("PATCH", f"/assignments/{assignment['id']}", **change)

    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Somebody else has changed it")).to_be_visible()
    page.get_by_role("button", name="Show the new version").click()
    expect(page.get_by_label("Instructions")).to_have_value("A colleague's.")
    page.get_by_label("Instructions").fill("Both.")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Both.", exact=True)).to_be_visible()


def test_a_withdrawn_assignment_is_closed(teacher: LearnerPage, classroom: Classroom) -> None:
    visit(teacher, f"/assignments/{classroom.assign()['id']}")

    teacher.page.get_by_role("button", name="Withdraw").click()
    teacher.page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()

    expect(teacher.page.get_by_text("Withdrawn", exact=True)).to_be_visible()
    expect(teacher.page.get_by_role("button", name="Withdraw")).to_have_count(0)
