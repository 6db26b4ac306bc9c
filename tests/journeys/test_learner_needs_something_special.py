"""What a school has granted holds by itself: larger text, more contrast, reading aloud, more time or no clock. What
people choose is kept; pages can be heard, and walked through by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from host.demo.seed import demo_id
from tests.journeys.browser import Learner, OpenTab
from tests.journeys.learner_page import LearnerPage
from tests.journeys.running_school import RunningSchool
from tests.resilience.ledger import Ledger

pytestmark = [pytest.mark.browser, pytest.mark.host]

Grant = Callable[..., None]

GRANT = """
insert into accommodations
    (org_id, learner_id, extra_time_factor, has_no_timer, text_size, contrast, has_read_aloud, updated_by, updated_at)
select org_id, id, %(factor)s, %(has_no_timer)s, %(text_size)s, %(contrast)s, %(has_read_aloud)s, id, now()
from users where org_id = %(org_id)s and id = %(learner_id)s
on conflict (org_id, learner_id) do update set
    extra_time_factor = excluded.extra_time_factor, has_no_timer = excluded.has_no_timer,
    text_size = excluded.text_size, contrast = excluded.contrast, has_read_aloud = excluded.has_read_aloud
"""
TAKE_BACK = """
delete from accommodations where org_id = %(org_id)s
and learner_id = %(learner_id)s
"""
NOTHING = {"factor": 1, "has_no_timer": False, "text_size": "normal", "contrast": "normal", "has_read_aloud": False}

LISTEN = "window.said = []; speechSynthesis.speak = (utterance) => window.said.push(utterance.text);"
"""Chromium has no voice here, so what it is told to say is taken down instead."""


@pytest.fixture
def grant(running_school: RunningSchool, learner: Learner) -> Iterator[Grant]:
    """Grants the learner something, as their school would."""
    ledger = Ledger(running_school.host)

    def grant(**granted: object) -> None:
        ledger.run(GRANT, learner_id=demo_id(learner["email"]), **(NOTHING | granted))

    yield grant
    ledger.run(TAKE_BACK, learner_id=demo_id(learner["email"]))


def test_size_contrast_and_reading_aloud_come_without_asking(grant: Grant, open_tab: OpenTab, learner: Learner) -> None:
    grant(text_size="larger", contrast="more", has_read_aloud=True, has_no_timer=True)
    tab = open_tab()
    tab.page.add_init_script(LISTEN)
    tab.sign_in(learner["email"], learner["password"])
    usual_size = text_size(tab)

    tab.start("Test")

    tab.page.wait_for_function("() => window.said.length === 5")
    assert tab.page.evaluate("window.said[0]") == tab.heard(tab.page.locator(".stem"))
    assert text_size(tab) > usual_size
    expect(tab.page.locator("html")).to_have_attribute("data-contrast", "more")
    expect(tab.page.locator(".clock")).to_have_count(0)
    tab.page.reload()
    tab.expect_question(1)
    assert text_size(tab) > usual_size
    tab.page.goto(f"{tab.url}/settings")
    expect(tab.page.get_by_text("Your school has set some of this for you.")).to_be_visible()


def test_more_time_is_in_the_clock(grant: Grant, tab: LearnerPage) -> None:
    grant(factor=1.5)

    tab.start("Test")

    expect(tab.page.locator(".clock")).to_have_text("90 minutes left")


def test_who_needs_nothing_special_is_told_nothing_of_it(tab: LearnerPage) -> None:
    tab.start("Test")

    expect(tab.page.locator(".clock")).to_have_text("60 minutes left")
    expect(tab.page.get_by_role("button", name="Read aloud")).to_have_count(0)
    tab.page.goto(f"{tab.url}/settings")
    expect(tab.page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    expect(tab.page.get_by_text("Your school has set")).to_have_count(0)


def test_the_skip_link_leads_to_the_content(tab: LearnerPage) -> None:
    tab.page.reload()
    expect(tab.page.get_by_role("heading", name="Tests you can take")).to_be_visible()

    tab.page.keyboard.press("Tab")
    expect(tab.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    tab.page.keyboard.press("Enter")

    expect(tab.page.get_by_role("main")).to_be_focused()


def test_the_chosen_appearance_is_kept(tab: LearnerPage) -> None:
    tab.page.get_by_label("Appearance").select_option("Dark")
    dark = background(tab)

    tab.page.reload()
    expect(tab.page.get_by_label("Appearance")).to_have_value("dark")

    assert background(tab) == dark
    tab.page.get_by_label("Appearance").select_option("Light")
    assert background(tab) != dark


def test_maths_is_spoken_in_words(tab: LearnerPage) -> None:
    tab.start()

    snapshot = tab.page.locator("main").aria_snapshot()

    assert "\\" not in snapshot
    assert "$" not in snapshot


def background(tab: LearnerPage) -> str:
    return str(tab.page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def text_size(tab: LearnerPage) -> float:
    """The size of the page's text in pixels."""
    return float(tab.page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)"))
