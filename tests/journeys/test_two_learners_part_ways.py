"""One learner gets everything right and another everything wrong: soon they are asked different things, and in the end
nobody could take them for the same."""

from __future__ import annotations

from statistics import mean

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import OpenTab
from tests.journeys.learner_page import LearnerPage
from tests.journeys.running_school import RunningSchool
from tests.school import OTHER_LEARNER

pytestmark = [pytest.mark.browser, pytest.mark.host]


def test_who_gets_all_right_and_who_gets_all_wrong_end_with_separate_bands(
    tab: LearnerPage, open_tab: OpenTab, running_school: RunningSchool
) -> None:
    other = open_tab()
    other.sign_in_as(running_school.person(OTHER_LEARNER))

    stems, difficulties = take_test(tab, is_right=True)
    other_stems, other_difficulties = take_test(other, is_right=False)

    assert stems[:3] != other_stems[:3]
    assert stems[2] != other_stems[2]
    assert mean(difficulties[2:]) > mean(other_difficulties[2:])
    assert band(tab)[0] > band(other)[1]
    expect(tab.page.get_by_text("Your whole band lies above 500")).to_be_visible()
    expect(other.page.get_by_text("Your whole band lies below 500")).to_be_visible()


def take_test(tab: LearnerPage, *, is_right: bool) -> tuple[list[str], list[float]]:
    """Answer everything right or everything wrong by keyboard; returns what was asked, and how hard it was."""
    stems: list[str] = []
    difficulties: list[float] = []

    def answer() -> None:
        item = tab.demo_item()
        stems.append(item.stem)
        difficulties.append(item.difficulty)
        tab.page.keyboard.press("1234"[tab.right_option() if is_right else tab.wrong_option()])
        expect(tab.page.get_by_role("radio", checked=True)).to_have_count(1)
        tab.page.keyboard.press("Enter")

    tab.start("Test")
    tab.answer_until_over(answer)
    return stems, difficulties


def band(tab: LearnerPage) -> tuple[int, int]:
    """From where to where the score lies, as the result says."""
    low, high = tab.page.locator(".score-words strong").all_inner_texts()
    return int(low), int(high)
