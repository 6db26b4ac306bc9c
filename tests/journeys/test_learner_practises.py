"""A wrong answer in practice leads to hints, other tries and the worked solution; only the first try counts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.learner_page import LearnerPage

pytestmark = [pytest.mark.browser, pytest.mark.host]


@pytest.fixture
def practice(tab: LearnerPage) -> LearnerPage:
    """A tab in which practice has begun."""
    tab.start("Practice")
    return tab


def test_a_right_answer_is_followed_by_its_worked_solution(practice: LearnerPage) -> None:
    practice.answer(practice.right_option())

    expect(heading(practice)).to_have_text("That’s right.")
    expect(heading(practice)).to_be_focused()
    expect(practice.page.get_by_text("Your answer, and right")).to_be_visible()
    expect(solution(practice)).to_be_visible()
    practice.page.keyboard.press("Enter")
    practice.expect_question(2)


def test_a_wrong_answer_is_explained_without_giving_the_right_one_away(practice: LearnerPage) -> None:
    practice.answer(practice.wrong_option())

    expect(heading(practice)).to_have_text("Not quite.")
    expect(practice.page.get_by_role("heading", name="What may have happened")).to_be_visible()
    expect(practice.page.get_by_text("Your answer", exact=True)).to_be_visible()
    expect(practice.page.get_by_text("Right answer")).not_to_be_visible()
    expect(solution(practice)).not_to_be_visible()


def test_hints_come_one_at_a_time(practice: LearnerPage) -> None:
    practice.answer(practice.wrong_option())
    hints = practice.page.locator(".hint-ladder li")

    practice.page.get_by_role("button", name="Show a hint").click()
    expect(hints).to_have_count(1)
    expect(hints.first).to_be_focused()
    expect(hints.first).to_contain_text("Hint 1 of")
    practice.page.get_by_role("button", name="Show the next hint").click()
    practice.page.get_by_role("button", name="Show the next hint").click()

    expect(hints).to_have_count(3)
    expect(solution(practice)).not_to_be_visible()


def test_another_try_may_find_the_right_option_by_key_and_counts_for_nothing(practice: LearnerPage) -> None:
    right, wrong = practice.right_option(), practice.wrong_option()
    other = next(index for index in range(4) if index not in (right, wrong))
    practice.answer(wrong)
    expect(heading(practice)).to_have_text("Not quite.")

    practice.page.keyboard.press("1234"[other])
    expect(practice.page.get_by_text("Not this one either")).to_be_visible()
    practice.page.keyboard.press("abcd"[right])

    expect(practice.page.get_by_text("Now you have it")).to_be_visible()
    expect(practice.page.get_by_text("Right answer")).to_be_visible()
    expect(solution(practice)).to_be_visible()
    assert len(practice.answer_keys) == 1
    practice.page.keyboard.press("Enter")
    practice.expect_question(2)
    practice.finish_early()
    expect(practice.page.get_by_text("You answered 1 question, 0 of it right")).to_be_visible()


def test_the_answer_can_be_asked_for(practice: LearnerPage) -> None:
    practice.answer(practice.wrong_option())

    practice.page.get_by_role("button", name="Show the answer").click()

    expect(solution(practice)).to_be_focused()
    expect(practice.page.get_by_text("Right answer")).to_be_visible()
    expect(practice.page.locator("button.option")).to_have_count(0)


def heading(tab: LearnerPage) -> Locator:
    return tab.page.get_by_role("heading", level=1)


def solution(tab: LearnerPage) -> Locator:
    return tab.page.get_by_role("heading", name="How to work it out")
