"""Every page of the teacher's, in light and dark, in each language, on a narrow window.

Axe finds nothing serious, nothing scrolls sideways, and each has a title of its own.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import Learner, OpenTab, axe_faults
from tests.journeys.learner_page import LearnerPage
from tests.journeys.running_school import RunningSchool
from tests.journeys.teacher_page import EXAM, Classroom, open_teachers_tab, visit

pytestmark = [pytest.mark.browser, pytest.mark.host]

NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 800}
LANGUAGE = "dreamseed.language"


@pytest.fixture
def classroom(running_school: RunningSchool, learner: Learner) -> Classroom:
    return Classroom(running_school, learner)


@pytest.mark.parametrize(("colours", "language"), [("light", "en"), ("dark", "ko"), ("light", "es")])
def test_axe_finds_nothing_serious_on_any_page(
    open_tab: OpenTab, classroom: Classroom, colours: str, language: str
) -> None:
    tab = open_teachers_tab(open_tab, classroom.school, viewport=WIDE, color_scheme=colours, reduced_motion="reduce")
    faults: dict[str, list[str]] = {}
    titles: dict[str, str] = {}

    def look(page: str) -> None:
        faults[page] = axe_faults(tab)
        titles[page] = tab.page.title()

    _walk(tab, classroom, language, look)

    assert {page: found for page, found in faults.items() if found} == {}
    assert len(set(titles.values())) >= len(titles) - 3  # the views of a class, and a dialogue, share its title


def test_no_page_scrolls_sideways_even_with_long_words(open_tab: OpenTab, classroom: Classroom) -> None:
    tab = open_teachers_tab(open_tab, classroom.school, viewport=NARROW)
    overflow: dict[str, int] = {}

    _walk(tab, classroom, "en-XA", lambda page: overflow.update({page: tab.sideways_overflow()}))

    assert {page: pixels for page, pixels in overflow.items() if pixels > 0} == {}


def _walk(tab: LearnerPage, classroom: Classroom, language: str, look: Callable[[str], None]) -> None:
    """Visit every page and call `look` with its name on each."""
    assignment, session = classroom.assign(), classroom.take(EXAM)
    classroom.start(EXAM, assignment)
    class_page = f"/classes/{classroom.class_id}"
    tab.page.evaluate(f"localStorage.setItem('{LANGUAGE}', '{language}')")
    pages = {
        "classes": ("", ".class-card"),
        "class": (class_page, ".table"),
        "skills": (f"{class_page}?view=skills", ".who-knows"),
        "assignments": (f"{class_page}?view=assignments", ".table"),
        "assign": (f"{class_page}/assign", ".extra-times"),
        "assignment": (f"/assignments/{assignment['id']}", ".table"),
        "learner": (f"/learners/{classroom.learner_id}", ".needs"),
        "attempt": (f"/sessions/{session['id']}", ".reviewed-item"),
    }
    for page, (path, part) in pages.items():
        visit(tab, path)
        expect(tab.page.locator(part).first).to_be_visible()
        look(page)
    tab.page.locator("main .actions .button").first.click()
    expect(tab.page.get_by_role("dialog")).to_be_visible()
    look("dialogue")
