"""A learner signs in, takes an adaptive test in a real browser, and sees the result."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import Learner, OpenTab
from tests.journeys.learner_page import LearnerPage
from tests.journeys.running_school import RunningSchool

pytestmark = [pytest.mark.browser, pytest.mark.host]

SECRETS = {"key", "is_correct", "score", "solution", "solution_spoken", "hints", "misconception", "misconceptions"}
SECRETS |= {"parameters", "discrimination", "difficulty", "guessing", "theta", "se", "correct", "seed"}
"""Names that must not occur in anything sent to a learner while an exam is under way."""


def test_a_learner_finishes_a_test_by_mouse_and_sees_the_ability_with_its_band(tab: LearnerPage) -> None:
    tab.start("Test")

    answered = tab.answer_until_over(lambda: tab.answer(0))

    expect(tab.page.locator(".score-figure")).to_have_text(re.compile(r"\d{3}"))
    expect(tab.page.get_by_text(re.compile(r"95% sure that your score lies between"))).to_be_visible()
    expect(tab.page.get_by_role("img", name=re.compile("Your score on the scale"))).to_be_visible()
    expect(tab.page.get_by_text(f"You answered {answered} questions")).to_be_visible()
    expect(tab.page.get_by_text("Provisional figures")).to_be_visible()
    expect(tab.page.get_by_role("table")).to_be_visible()


def test_the_first_item_is_two_clicks_away(open_tab: OpenTab, learner: Learner) -> None:
    tab = open_tab()
    tab.page.goto(tab.url)

    tab.page.get_by_role("button", name=learner["name"]).click()
    tab.page.get_by_role("button", name="Start").first.click()

    tab.expect_question(1)


def test_a_test_can_be_taken_by_keyboard_alone(open_tab: OpenTab, learner: Learner) -> None:
    tab = open_tab()
    keyboard = tab.page.keyboard
    tab.page.goto(tab.url)
    _tab_to(tab, "E-mail address")
    keyboard.type(learner["email"])
    _tab_to(tab, "Password")
    keyboard.type(learner["password"])
    keyboard.press("Enter")
    expect(tab.page.get_by_role("heading", name="Tests you can take")).to_be_visible()

    _tab_to(tab, str(tab.test_card("Test").get_by_role("button").get_attribute("aria-label")))
    keyboard.press("Enter")
    tab.expect_question(1)
    letters_and_digits = iter("a2C4" * 20)
    tab.answer_until_over(lambda: _answer_by_key(tab, next(letters_and_digits)))

    tab.expect_result()


def test_arrow_keys_choose_too_and_enter_without_a_choice_asks_for_one(tab: LearnerPage) -> None:
    tab.start()

    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_text("Choose an answer first.")).to_be_visible()
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("ArrowDown")
    expect(tab.options().nth(1)).to_be_checked()
    tab.page.keyboard.press("Enter")

    tab.expect_question(2)


def test_the_letter_and_number_keys_can_be_switched_off(tab: LearnerPage) -> None:
    tab.start()
    tab.page.get_by_text("Answering by keyboard").click()
    tab.page.get_by_label("Use the number and letter keys").uncheck()

    tab.page.keyboard.press("b")

    expect(tab.page.get_by_role("radio", checked=True)).to_have_count(0)


def test_the_focus_moves_to_each_new_stem(tab: LearnerPage) -> None:
    tab.start()
    expect(tab.page.locator(".stem")).to_be_focused()

    tab.answer(0)
    tab.expect_question(2)

    expect(tab.page.locator(".stem")).to_be_focused()
    tab.expect_status("Saved")


def test_a_reload_resumes_the_same_item(tab: LearnerPage) -> None:
    tab.start()
    tab.answer(0)
    tab.expect_question(2)
    stem = tab.stem()

    tab.page.reload()

    tab.expect_question(2)
    assert tab.stem() == stem


def test_an_unfinished_test_waits_on_the_home_page(tab: LearnerPage) -> None:
    tab.start()
    tab.answer(0)
    tab.expect_question(2)
    stem = tab.stem()

    tab.page.get_by_role("link", name="DreamSeed").click()
    tab.page.get_by_role("link", name=re.compile("^Carry on")).first.click()

    tab.expect_question(2)
    assert tab.stem() == stem


def test_a_double_click_submits_once(tab: LearnerPage) -> None:
    tab.start()
    tab.choose(1)

    tab.page.get_by_role("button", name="Submit answer").dblclick()

    tab.expect_question(2)
    tab.expect_status("Saved")
    assert len(tab.answer_keys) == 1
    expect(tab.page.get_by_text("Choose an answer first.")).not_to_be_visible()


def test_a_double_click_starts_one_test(tab: LearnerPage) -> None:
    tab.test_card("Test").get_by_role("button", name="Start").dblclick()

    tab.expect_question(1)
    started = [reply for reply in tab.replies if reply.request.method == "POST" and reply.url.endswith("/sessions")]
    assert len(started) == 1


def test_a_paused_test_shows_no_item_until_it_is_resumed(tab: LearnerPage) -> None:
    tab.start()
    stem = tab.stem()

    tab.page.get_by_role("button", name="Pause").click()
    expect(tab.page.get_by_role("heading", name="Test paused")).to_be_focused()
    expect(tab.options()).to_have_count(0)
    tab.page.get_by_role("button", name="Carry on with the test").click()

    tab.expect_question(1)
    assert tab.stem() == stem


def test_finishing_early_is_asked_about_first(tab: LearnerPage) -> None:
    tab.start()

    tab.page.get_by_role("button", name="Finish early").click()
    expect(tab.page.get_by_role("dialog")).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(tab.page.get_by_role("dialog")).not_to_be_visible()
    tab.expect_question(1)
    tab.finish_early()

    expect(tab.page.get_by_text("You ended the test early.")).to_be_visible()


def test_a_finished_test_leads_to_its_result(tab: LearnerPage) -> None:
    tab.start()
    session_address = tab.page.url
    tab.answer(0)
    tab.expect_question(2)
    tab.finish_early()

    tab.page.goto(session_address)
    tab.expect_result()
    tab.page.get_by_role("link", name="DreamSeed").click()
    tab.page.get_by_role("link", name=re.compile("^See result")).first.click()

    tab.expect_result()


def test_an_exam_never_sends_the_key_to_the_browser(tab: LearnerPage) -> None:
    tab.start("Test")

    tab.answer_until_over(lambda: tab.answer(0))

    during = [reply for reply in tab.replies if "/sessions" in reply.url and not reply.url.endswith("/result")]
    names = {name for reply in during for name in _names(json.loads(reply.text()))}
    assert "stem" in names
    assert names & SECRETS == set()


def test_a_learner_cannot_open_somebody_elses_test(
    tab: LearnerPage, open_tab: OpenTab, running_school: RunningSchool
) -> None:
    tab.start()
    other = [person for person in running_school.sign_ins if person["role"] == "learner"][1]
    others_tab = open_tab()
    others_tab.sign_in(other["email"], other["password"])

    others_tab.page.goto(tab.page.url)

    expect(others_tab.page.get_by_role("alert")).to_contain_text("can’t be found")


def _tab_to(tab: LearnerPage, name: str) -> None:
    """Press Tab until what has the focus is called `name`…"""
    label = "document.activeElement.ariaLabel ?? document.activeElement.labels?.[0]?.textContent ?? ''"
    for _ in range(40):
        tab.page.keyboard.press("Tab")
        if str(tab.page.evaluate(label)).startswith(name):
            return
    raise AssertionError(f"the Tab key never reaches {name!r}")


def _answer_by_key(tab: LearnerPage, key: str) -> None:
    tab.page.keyboard.press(key)
    expect(tab.page.get_by_role("radio", checked=True)).to_have_count(1)
    tab.page.keyboard.press("Enter")


def _names(value: Any) -> Iterator[str]:
    """Every name of every object within a JSON value."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _names(each)
