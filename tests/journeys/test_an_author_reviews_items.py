"""An author finds an item, sees it as learners do, and reads what is known of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from host.demo.bank import build_bank
from host.demo.skills import SKILLS
from tests.journeys.browser import OpenTab
from tests.journeys.running_school import RunningSchool
from tests.journeys.staff import staff_page
from tests.school import AUTHOR, TEACHER

pytestmark = [pytest.mark.browser, pytest.mark.host]

DEMO = {item.code: item for item in build_bank()}
ITEM = DEMO["fractions.add-unlike.01"]


@pytest.fixture
def page(open_tab: OpenTab, running_school: RunningSchool) -> Page:
    """The author's list of items."""
    page = staff_page(open_tab, running_school, AUTHOR)
    expect(page.get_by_role("heading", name="Items", level=1)).to_be_visible()
    return page


def test_an_item_is_found_by_keyboard_alone(page: Page) -> None:
    rows = page.get_by_role("row")
    expect(rows).to_have_count(26)

    page.keyboard.press("/")
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.type("add-unlike.0")
    expect(page).to_have_url(re.compile("query=add-unlike.0"))
    expect(page.get_by_role("link", name="fractions.add-unlike.01")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="fractions.add-unlike.02")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=ITEM.code, level=1)).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Search")).to_have_value("add-unlike.0")


def test_items_are_narrowed_down_sorted_and_shown_page_by_page(page: Page) -> None:
    links = page.locator("tbody th a")
    page.get_by_role("button", name="Show more").click()
    expect(links).to_have_count(50)

    page.get_by_label("Skill").select_option("Adding unlike fractions")
    page.get_by_label("Order").select_option("Hardest first")
    of_skill = [item for item in DEMO.values() if item.skill == "fractions.add-unlike"]
    expect(links).to_have_count(len(of_skill))
    hardest = max(item.difficulty for item in of_skill)
    expect(page.get_by_role("row").nth(1)).to_contain_text(f"{hardest:.2f}".rstrip("0").rstrip("."))
    expect(page.get_by_role("row").nth(1)).to_contain_text("provisional")

    page.get_by_label("State").select_option("Retired")
    expect(page.get_by_text("No item fits")).to_be_visible()


def test_the_preview_is_the_learners_own_screen_with_the_explanation_of_practice(page: Page) -> None:
    _open(page)
    preview = page.locator(".preview")
    expect(preview.get_by_role("radio")).to_have_count(4)
    wrong = next(index for index, option in enumerate(ITEM.options) if option.id != ITEM.key)

    preview.locator("label.option").nth(wrong).click()
    preview.get_by_role("button", name="Submit answer").click()

    expect(preview.get_by_role("heading", name="Not quite.")).to_be_visible()
    preview.get_by_role("button", name="Show a hint").click()
    expect(preview.get_by_text(f"Hint 1 of {len(ITEM.hints)}")).to_be_visible()
    preview.get_by_role("button", name="Next question").click()
    expect(preview.get_by_role("radio")).to_have_count(4)
    expect(page).to_have_title(f"Item {ITEM.code} · DreamSeed")


def test_the_preview_has_an_appearance_of_its_own(page: Page) -> None:
    _open(page)
    preview = page.locator(".preview")

    def colour(of: str) -> str:
        return str(page.locator(of).evaluate("element => getComputedStyle(element).backgroundColor"))

    light, around = colour(".preview"), colour("html")
    appearance = page.get_by_role("region", name="As the learner sees it").get_by_label("Appearance")
    appearance.select_option("Dark")

    assert colour(".preview") != light
    assert colour("html") == around
    before = _height(preview.locator(".option").first)
    page.get_by_role("region", name="As the learner sees it").get_by_label("Text size").select_option("Very large")
    assert _height(preview.locator(".option").first) > before * 1.3


def test_a_teacher_sees_the_item_and_not_its_key(open_tab: OpenTab, running_school: RunningSchool) -> None:
    page = staff_page(open_tab, running_school, TEACHER)
    page.get_by_role("link", name="Items").click()
    _open(page)

    page.locator(".preview label.option").first.click()
    page.get_by_role("button", name="Submit answer").click()

    expect(page.get_by_text("shown to authors only")).to_be_visible()
    expect(page.get_by_role("heading", name="Key and distractors")).to_have_count(0)


def test_the_skills_are_a_picture_and_a_list_that_leads_to_their_items(page: Page) -> None:
    page.get_by_role("link", name="Skills").click()

    expect(page.get_by_role("img", name=f"{len(SKILLS)} skills")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(len(SKILLS) + 1)
    page.get_by_role("link", name=re.compile(r"^\d+ items: Ratios$")).click()
    expect(page.get_by_label("Skill")).to_have_value("ratio.simplify")


def _height(part: Locator) -> float:
    return float(part.evaluate("element => element.getBoundingClientRect().height"))


def _open(page: Page) -> None:
    """Go to the item's page through the search."""
    page.get_by_label("Search").fill(ITEM.code)
    page.get_by_role("link", name=ITEM.code).click()
    expect(page.get_by_role("heading", name=ITEM.code, level=1)).to_be_visible()
