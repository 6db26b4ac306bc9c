"""Every page of the app in every theme and language, on a narrow window and enlarged: axe finds nothing serious, no
page scrolls sideways, the console stays empty; each has a title of its own and landmarks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, ViewportSize

from host.testing import wait_until
from tests.journeys.browser import Learner, axe_faults
from tests.journeys.learner_page import LearnerPage
from tests.journeys.media import PLAIN, THEMES
from tests.journeys.pages import ADMIN, ANYBODY, AUTHOR, GUARDIAN, LEARNER, PAGES, TEACHER, Page, finished_test
from tests.journeys.running_school import RunningSchool
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.host]

LANGUAGES = ["en", "ko", "es"]
WIDE: ViewportSize = {"width": 1280, "height": 800}
SMALL: dict[str, ViewportSize] = {"200 %": {"width": 640, "height": 400}, "320 px": {"width": 320, "height": 640}}
"""A window of 1280 × 800 at 200 % has 640 × 400 of the pixels that a stylesheet counts in."""

ROW_WIDTHS = (1280, 1024, 768, 360)
ROW_SECONDS = 20.0
STANDS_IN_ONE_ROW = """() => {
  const parts = [...document.querySelectorAll(".masthead :is(a, button)")].filter((part) => part.checkVisibility());
  const middles = parts.map((part) => part.getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2);
  return parts.length > 1 && Math.max(...middles) - Math.min(...middles) <= 2;
}"""

HOME_FOR_STAFF = "/tests"
TEXT_SIZES = ("larger", "normal")
RULES_OF_COLOUR = ("color-contrast", "link-in-text-block")
LANDMARKS = {"banner": 1, "main": 1, "contentinfo": 1, "h1": 1}


@pytest.fixture(scope="module")
def visitor(running_school: RunningSchool, chromium: Browser) -> Iterator[Visitor]:
    """Looks at pages of a school in which somebody has taken a test."""
    with running_school.signed_in(running_school.free_learner()["email"]) as api:
        finished_test(api)
    visitor = Visitor(chromium, running_school, WIDE)
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def titles() -> dict[str, str]:
    """The titles that have been met so far, and of which page each is."""
    return {}


@pytest.fixture
def tab(request: pytest.FixtureRequest, visitor: Visitor, learner: Learner) -> Iterator[LearnerPage]:
    """The page in a tab of its reader's; by the end nothing may have gone wrong there, nor been refused."""
    tab = visitor.visit(request.param)
    yield tab
    faults = [*tab.faults, *tab.refusals]
    tab.faults.clear()
    tab.refusals.clear()
    tab.speak("en")
    assert faults == []


def test_every_address_of_the_app_is_looked_at(visitor: Visitor) -> None:
    tab = visitor.tab_of(ANYBODY)
    tab.page.goto(tab.url)
    tab.expect_page()

    addresses = tab.page.evaluate("Object.keys(window.__TSR_ROUTER__.routesByPath)")

    assert set(addresses) - {page.route for page in PAGES} == set(), "add the page to tests/journeys/pages.py"
    assert len(addresses) > 10


@pytest.mark.parametrize(("tab", "page"), [(page, page) for page in PAGES], ids=map(str, PAGES), indirect=["tab"])
def test_a_page_suits_everybody(tab: LearnerPage, page: Page, titles: dict[str, str]) -> None:
    title = tab.page.title()
    faults = [f"{language}: {fault}" for language in LANGUAGES for fault in _faults(tab, language)]

    assert faults == []
    assert title.endswith(" · DreamSeed")
    if page.role in (ANYBODY, LEARNER) and page.route != HOME_FOR_STAFF:
        assert titles.setdefault(title, page.route) == page.route, "two pages have the same title"


@pytest.mark.parametrize("role", [LEARNER, TEACHER, AUTHOR, ADMIN, GUARDIAN])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_head_is_one_row(visitor: Visitor, role: str, language: str) -> None:
    tab = visitor.visit(Page("/settings", role))
    tab.speak(language)

    for width in ROW_WIDTHS:
        tab.page.set_viewport_size({"width": width, "height": 800})
        stands = partial(tab.page.evaluate, STANDS_IN_ONE_ROW)
        wait_until(stands, ROW_SECONDS, partial("at {} px it has several".format, width))
    tab.speak("en")


def _faults(tab: LearnerPage, language: str) -> Iterator[str]:
    """What is wrong with the page in that language, in any theme or size. Only colours differ between themes."""
    tab.speak(language)
    if (landmarks := tab.landmarks()) != LANDMARKS:
        yield f"landmarks: {landmarks}"
    yield from (f"light: {fault}" for fault in axe_faults(tab))
    for theme, media in THEMES.items():
        tab.page.emulate_media(**(PLAIN | media))
        yield from (f"{theme}: {fault}" for fault in axe_faults(tab, RULES_OF_COLOUR))
    tab.page.emulate_media(**PLAIN)
    for size, viewport in SMALL.items():
        tab.page.set_viewport_size(viewport)
        for text_size in TEXT_SIZES:
            tab.enlarge_text(text_size)
            if (overflow := tab.sideways_overflow()) > 0:
                yield f"{size}, {text_size} text: {overflow} px too wide"
    yield from (f"{size}: {fault}" for fault in axe_faults(tab))
    tab.page.set_viewport_size(WIDE)
