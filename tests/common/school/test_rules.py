"""Who of a class needs help: each rule at its threshold, by numbers that can be checked by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import sqrt
from uuid import UUID

import pytest

from dreamseed.assessment.scale import BAND_Z, Estimate
from dreamseed.school.rules import Learner, Reason, judge, safe_cell

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def learner(
    number: int, theta: float | None = None, se: float = 0.1, *, days_ago: float = 1, **more: object
) -> Learner:
    latest = None if theta is None else Estimate(theta, se, NOW - timedelta(days=days_ago))
    return Learner(UUID(int=number), NOW - timedelta(days=60), latest, **more)  # type: ignore[arg-type]


def reasons(*learners: Learner) -> list[Reason]:
    """The reasons of the first of them."""
    return judge(learners, NOW)[learners[0].id]


CLASS = [learner(number, theta) for number, theta in enumerate([-1.0, 0.0, 0.0, 1.0, 0.0], start=2)]
"""Five learners; with a sixth at θ the median stays 0, and the variance is (2 + θ² - θ²/6) / 5."""


def floor_with(theta: float) -> float:
    return -sqrt((2 + theta**2 - theta**2 / 6) / 5)


@pytest.mark.parametrize("theta", [-1.5, -3.0])
def test_who_is_surely_below_the_class_needs_help(theta: float) -> None:
    (reason,) = reasons(learner(1, theta), *CLASS)

    assert reason.code == "low_ability"
    assert reason.value == pytest.approx(500 + 100 * (theta + BAND_Z * 0.1), abs=0.05)
    assert reason.threshold == pytest.approx(500 + 100 * floor_with(theta), abs=0.05)
    assert reason.value < reason.threshold


def test_who_may_well_be_in_the_middle_does_not() -> None:
    assert reasons(learner(1, -1.5, se=0.6), *CLASS) == []
    assert reasons(learner(1, -0.7), *CLASS) == []
    assert reasons(learner(1, 3.0), *CLASS) == []


def test_a_class_of_which_little_is_known_has_no_middle() -> None:
    assert reasons(learner(1, -3.0), *CLASS[:3]) == []
    assert reasons(learner(1, -3.0), *CLASS[:4]) != []


def test_who_fell_by_more_than_chance_explains_needs_help() -> None:
    first = Estimate(0.9, 0.4, NOW - timedelta(days=50))

    (reason,) = reasons(learner(1, -0.2, se=0.3, first=first))

    assert (reason.code, reason.value, reason.threshold) == ("falling", -110.0, -100.0)  # 2 √(0.3² + 0.4²) = 1
    assert reasons(learner(1, -0.05, se=0.3, first=first)) == []
    assert reasons(learner(1, 2.9, se=0.3, first=first)) == []


def test_growth_needs_two_tests() -> None:
    only = Estimate(0.5, 0.3, NOW)

    assert Learner(UUID(int=1), NOW, only, only).growth is None
    assert Learner(UUID(int=1), NOW, only, None).growth is None
    growth = Learner(UUID(int=1), NOW, only, Estimate(0.1, 0.4, NOW - timedelta(days=3))).growth
    assert growth is not None
    assert (growth.start, growth.end, growth.se) == (0.1, 0.5, 0.5)
    assert growth.change == pytest.approx(0.4)


def test_who_stays_away_while_others_come_needs_help() -> None:
    (reason,) = reasons(learner(1, 0.0, days_ago=14), CLASS[1])

    assert (reason.code, reason.value, reason.threshold) == ("inactive", 14, 14)
    assert reasons(learner(1, 0.0, days_ago=13.9), CLASS[1]) == []


def test_nobody_is_missed_while_nobody_comes() -> None:
    assert reasons(learner(1, 0.0, days_ago=40), learner(2, 0.0, days_ago=15), learner(3)) == []


def test_who_never_came_counts_from_their_enrolment() -> None:
    (reason,) = reasons(learner(1), CLASS[1])

    assert (reason.code, reason.value) == ("inactive", 60)
    newcomer = Learner(UUID(int=1), NOW - timedelta(days=3))
    assert reasons(newcomer, CLASS[1]) == []


def test_who_is_stuck_on_three_skills_needs_help() -> None:
    stuck, known, hardly_asked = (0.39, 4), (0.4, 9), (0.1, 3)

    (reason,) = reasons(learner(1, 0.0, mastery=[stuck, stuck, known, stuck, hardly_asked]))

    assert (reason.code, reason.value, reason.threshold) == ("stuck_skill", 3, 3)
    assert reasons(learner(1, 0.0, mastery=[stuck, known, stuck, hardly_asked])) == []


def test_all_reasons_are_told() -> None:
    first = Estimate(1.0, 0.1, NOW - timedelta(days=60))
    worried = learner(1, -3.0, days_ago=30, first=first, mastery=[(0.1, 9)] * 4)

    assert [each.code for each in reasons(worried, *CLASS)] == ["low_ability", "falling", "inactive", "stuck_skill"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_looks_like_a_formula_is_defused(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Ada", "", "1-1", " =1", "O'Neil"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text
