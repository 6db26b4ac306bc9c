"""Every page of the learner, in light and dark, on a narrow window and enlarged: axe finds nothing serious, no sideways
scroll, a title of its own, a language, landmarks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import Learner, OpenTab, axe_faults
from tests.journeys.learner_page import LearnerPage

pytestmark = [pytest.mark.browser, pytest.mark.host]

NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 800}
ENLARGED = {"width": 640, "height": 400}
"""A window of 1280 × 800 at 200 %."""


@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(open_tab: OpenTab, learner: Learner, colour_scheme: str) -> None:
    tab = open_tab(viewport=WIDE, color_scheme=colour_scheme, reduced_motion="reduce")

    faults: dict[str, list[str]] = {}
    _walk(tab, learner, lambda page: faults.update({page: axe_faults(tab)}))

    assert {page: found for page, found in faults.items() if found} == {}


@pytest.mark.parametrize("viewport", [NARROW, ENLARGED], ids=["320 px", "200 %"])
def test_no_page_scrolls_sideways(open_tab: OpenTab, learner: Learner, viewport: dict[str, int]) -> None:
    tab = open_tab(viewport=viewport)

    overflow: dict[str, int] = {}
    _walk(tab, learner, lambda page: overflow.update({page: tab.sideways_overflow()}))

    assert {page: pixels for page, pixels in overflow.items() if pixels > 0} == {}


def test_each_page_has_its_own_title_one_main_heading_and_landmarks(open_tab: OpenTab, learner: Learner) -> None:
    tab = open_tab()
    titles: dict[str, str] = {}

    def look(page: str) -> None:
        titles[page] = tab.page.title()
        assert tab.page.locator("html").get_attribute("lang") == "en", page
        for landmark in (
            tab.page.get_by_role("banner"),
            tab.page.get_by_role("main"),
            tab.page.get_by_role("contentinfo"),
        ):
            expect(landmark).to_have_count(1)
        expect(tab.page.locator("h1")).to_have_count(1)

    _walk(tab, learner, look)

    assert all(title.endswith("· DreamSeed") for title in titles.values())
    assert len(set(titles.values())) == len(titles)


def test_the_skip_link_leads_to_the_content(tab: LearnerPage) -> None:
    tab.page.reload()
    expect(tab.page.get_by_role("heading", name="Tests you can take")).to_be_visible()

    tab.page.keyboard.press("Tab")
    expect(tab.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    tab.page.keyboard.press("Enter")

    expect(tab.page.get_by_role("main")).to_be_focused()


def test_the_chosen_appearance_is_kept(tab: LearnerPage) -> None:
    tab.page.get_by_label("Appearance").select_option("Dark")
    dark = _background(tab)

    tab.page.reload()
    expect(tab.page.get_by_label("Appearance")).to_have_value("dark")

    assert _background(tab) == dark
    tab.page.get_by_label("Appearance").select_option("Light")
    assert _background(tab) != dark


def test_maths_is_spoken_in_words(tab: LearnerPage) -> None:
    tab.start()

    snapshot = tab.page.locator("main").aria_snapshot()

    assert "\\" not in snapshot
    assert "$" not in snapshot


def _walk(tab: LearnerPage, learner: Learner, look: Callable[[str], None]) -> None:
    """Visit every page and call `look` with its name on each."""
    tab.page.goto(tab.url)
    expect(tab.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    look("sign-in")
    tab.sign_in(learner["email"], learner["password"])
    look("home")
    tab.start("Practice")
    look("player")
    tab.answer(0)
    expect(tab.page.get_by_role("button", name="Next question")).to_be_visible()
    look("feedback")
    tab.page.get_by_role("button", name="Next question").click()
    tab.expect_question(2)
    tab.page.get_by_role("button", name="Finish early").click()
    expect(tab.page.get_by_role("dialog")).to_be_visible()
    look("dialog")
    tab.page.get_by_role("button", name="Keep going").click()
    tab.page.get_by_role("button", name="Pause").click()
    expect(tab.page.get_by_role("heading", name="Test paused")).to_be_visible()
    look("paused")
    tab.page.get_by_role("button", name="Carry on with the test").click()
    tab.finish_early()
    look("result")
    tab.page.goto(f"{tab.url}/nowhere")
    expect(tab.page.get_by_role("heading", name="Page not found")).to_be_visible()
    look("not found")


def _background(tab: LearnerPage) -> str:
    return str(tab.page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
