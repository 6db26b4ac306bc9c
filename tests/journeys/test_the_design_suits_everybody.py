"""The design page shows every shared part. It must hold in disguised languages, mirrored, narrow, in each appearance.

English in disguise puts brackets around every translated text: a text without them was never translated.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import OpenTab, axe_faults
from tests.journeys.learner_page import LearnerPage

pytestmark = [pytest.mark.browser, pytest.mark.host]

ACCENTED, MIRRORED = "en-XA", "en-XB"
SIZES = [{"width": 320, "height": 640}, {"width": 1280, "height": 800}]

UNTRANSLATED = r"""
() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const isOurs = (element) => element.closest("noscript, option, time, tbody, .chart-tick, .brand") === null;
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim();
    if (/\p{L}{2}/u.test(text) && isOurs(node.parentElement) && !/[\[\]]/.test(text)) found.push(text);
  }
  return found;
}
"""
"""Texts with letters in them outside brackets; rows of tables are data, and languages are called by their own names."""


def design_page(tab: LearnerPage, language: str = "en", **preferences: str) -> Page:
    """The design page in that language, with preferences as the device keeps them."""
    tab.page.add_init_script(f"localStorage.setItem('dreamseed.language', '{language}')")
    if preferences:
        kept = ", ".join(f"{name}: '{value}'" for name, value in preferences.items())
        tab.page.add_init_script(f"localStorage.setItem('dreamseed.preferences', JSON.stringify({{ {kept} }}))")
    tab.page.goto(f"{tab.url}/design")
    expect(tab.page.get_by_role("heading", level=1)).to_be_visible()
    expect(tab.page.locator("html")).to_have_attribute("lang", language)
    return tab.page


def test_every_text_is_translated(open_tab: OpenTab) -> None:
    page = design_page(open_tab(), ACCENTED)

    assert page.evaluate(UNTRANSLATED) == []


def test_the_search_for_untranslated_texts_finds_one(open_tab: OpenTab) -> None:
    page = design_page(open_tab(), ACCENTED)

    page.evaluate("document.querySelector('main').append('Never translated')")

    assert page.evaluate(UNTRANSLATED) == ["Never translated"]


@pytest.mark.parametrize("language", ["en", ACCENTED, MIRRORED])
@pytest.mark.parametrize("viewport", SIZES, ids=["320 px", "1280 px"])
def test_nothing_scrolls_sideways_in_either_direction_of_writing(
    open_tab: OpenTab, viewport: dict[str, int], language: str
) -> None:
    tab = open_tab(viewport=viewport)
    design_page(tab, language)

    assert tab.sideways_overflow() <= 0


def test_a_page_from_right_to_left_is_the_mirror_of_one_from_left_to_right(open_tab: OpenTab) -> None:
    def starts_of(page: Page) -> list[float]:
        """How far parts are from the side where reading begins."""
        distance = """
        (parts) => parts.map((part) => {
          const box = part.getBoundingClientRect();
          const isMirrored = document.documentElement.dir === "rtl";
          return isMirrored ? document.documentElement.clientWidth - box.right : box.left;
        })
        """
        starts: list[float] = page.locator(".brand .mark, h1, .field label, .callout").evaluate_all(distance)
        return starts

    usual = starts_of(design_page(open_tab()))
    page = design_page(open_tab(), MIRRORED)

    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert starts_of(page) == pytest.approx(usual, abs=2)


@pytest.mark.parametrize("appearance", ["light", "dark"])
@pytest.mark.parametrize("contrast", ["system", "more"])
def test_axe_finds_nothing_serious_in_any_appearance(open_tab: OpenTab, appearance: str, contrast: str) -> None:
    tab = open_tab(reduced_motion="reduce")
    design_page(tab, appearance=appearance, contrast=contrast)

    assert axe_faults(tab) == []


def test_with_colours_of_ones_own_every_button_and_chosen_tab_is_outlined(open_tab: OpenTab) -> None:
    page = design_page(open_tab(forced_colors="active"))

    borders = page.locator(".button, .badge, .tab[aria-selected=true]").evaluate_all(
        """parts => parts.map(part => getComputedStyle(part))
             .map(style => [style.borderBlockEndStyle, style.borderBlockEndWidth])"""
    )

    assert borders
    assert all(style == "solid" and width != "0px" for style, width in borders), borders


def test_who_wants_no_movement_gets_none(open_tab: OpenTab) -> None:
    page = design_page(open_tab(reduced_motion="reduce"))
    page.get_by_role("button", name="Open a dialogue").click()

    moving = page.locator("*").evaluate_all(
        """parts => parts.map(part => getComputedStyle(part))
             .filter(style => [style.transitionDuration, style.animationDuration].join().split(",")
             .some(duration => parseFloat(duration) > 0)).length"""
    )

    assert moving == 0
