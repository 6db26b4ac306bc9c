"""A teacher looks at her class: who stands where, what is known, one learner, and one attempt answer by answer."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import Learner, OpenTab
from tests.journeys.learner_page import LearnerPage
from tests.journeys.running_school import RunningSchool
from tests.journeys.teacher_page import EXAM, Classroom, open_teachers_tab, row_of, visit

pytestmark = [pytest.mark.browser, pytest.mark.host]


@pytest.fixture
def classroom(running_school: RunningSchool, learner: Learner) -> Classroom:
    return Classroom(running_school, learner)


@pytest.fixture
def teacher(open_tab: OpenTab, running_school: RunningSchool) -> LearnerPage:
    return open_teachers_tab(open_tab, running_school)


def test_a_class_shows_abilities_needs_with_their_rule_and_skills(teacher: LearnerPage, classroom: Classroom) -> None:
    classroom.take(EXAM)
    page, name = teacher.page, classroom.learner["name"]

    page.get_by_role("link", name="7A", exact=True).click()

    expect(page.get_by_role("heading", name="Class 7A")).to_be_visible()
    expect(row_of(teacher, name)).to_contain_text(" to ")
    page.get_by_text("Who is marked as needing help?").click()
    expect(page.get_by_text("They finished no test for 14 days")).to_be_visible()
    page.get_by_role("tab", name="Learners").press("ArrowRight")
    expect(page.get_by_role("img").filter(has=page.locator(".skill-map"))).to_be_visible()
    page.get_by_role("button", name="Show the figures as a table").click()
    expect(page.get_by_role("table", name="What the class knows")).to_be_visible()
    expect(page.get_by_role("heading", name="Who knows it, and who does not yet")).to_be_visible()
    expect(row_of(teacher, name)).to_be_visible()


def test_a_class_is_saved_as_a_spreadsheet(teacher: LearnerPage, classroom: Classroom, tmp_path: Path) -> None:
    classroom.take(EXAM)
    visit(teacher, f"/classes/{classroom.class_id}")

    with teacher.page.expect_download() as downloading:
        teacher.page.get_by_role("button", name="Download as CSV").click()

    file = tmp_path / "class.csv"
    downloading.value.save_as(file)
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert downloading.value.suggested_filename.startswith("7A ")
    assert classroom.learner["name"] in {row["Name"] for row in rows}


def test_one_learner_and_one_attempt_are_shown_wholly(teacher: LearnerPage, classroom: Classroom) -> None:
    classroom.take(EXAM, answers=3)
    page, name = teacher.page, classroom.learner["name"]
    visit(teacher, f"/classes/{classroom.class_id}")

    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(page.get_by_role("figure", name="How the score went")).to_be_visible()
    expect(page.get_by_role("table", name="Skills")).to_be_visible()
    page.get_by_role("table", name="Tests taken").get_by_role("link", name=EXAM).first.click()

    expect(page.get_by_role("heading", name=f"{EXAM} by {name}")).to_be_visible()
    expect(page.get_by_text("Replay matches")).to_be_visible()
    for position in (1, 2, 3):
        question = page.get_by_role("listitem", name=f"Question {position}", exact=True)
        expect(question.get_by_text("Right answer", exact=True)).to_be_visible()
        expect(question.get_by_text("Chosen", exact=True)).to_be_visible()
        expect(question.get_by_text("Why this question")).to_be_visible()
    snapshot = page.locator("main").aria_snapshot()
    assert "\\" not in snapshot
    assert "$" not in snapshot


def test_what_a_learner_needs_is_said_and_kept(teacher: LearnerPage, classroom: Classroom) -> None:
    page = teacher.page
    visit(teacher, f"/learners/{classroom.learner_id}")

    page.get_by_label("Extra time").select_option("1.25")
    page.get_by_label("Questions are read aloud without asking").check()
    page.get_by_role("button", name="Save accommodations").click()
    expect(page.get_by_text("Last changed by Mira Lindqvist")).to_be_visible()
    page.reload()

    expect(page.get_by_label("Extra time")).to_have_value("1.25")
    expect(page.get_by_label("Questions are read aloud without asking")).to_be_checked()
    page.get_by_label("Extra time").select_option("1")
    page.get_by_label("Questions are read aloud without asking").uncheck()
    page.get_by_role("button", name="Save accommodations").click()
    expect(page.get_by_text("The accommodations have been saved.").first).to_be_visible()
