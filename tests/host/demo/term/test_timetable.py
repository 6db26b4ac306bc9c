"""When tests are taken: on school days within their windows, never two at once, and never in the future."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from host.demo.term.history import Attempt
from host.demo.term.timetable import (
    EXAM,
    SET_TESTS,
    TERM_DAYS,
    Appointment,
    appointments,
    begins_at,
    school_day,
    window,
)
from host.demo.term.traits import COURSES, draw_traits, generator
from tests.host.demo.term.terms import TODAY, everybody

days = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def appointments_of(today: date, number: int) -> list[Appointment]:
    """Those of somebody whom the number decides."""
    traits = draw_traits(COURSES[number % len(COURSES)], 0.0, generator("somebody", str(number)))
    return appointments(f"somebody {number}", traits, today, time(10), generator("timetable", str(number)))


@given(days, st.integers(0, 200))
def test_everything_happens_between_the_beginning_of_the_term_and_today(today: date, number: int) -> None:
    midnight = datetime.combine(today, time(), tzinfo=UTC)

    for each in appointments_of(today, number):
        assert begins_at(today) <= each.begins_at < midnight - timedelta(hours=2)


@given(days, st.integers(0, 200))
def test_nobody_takes_two_tests_on_one_day(today: date, number: int) -> None:
    dates = [each.begins_at.date() for each in appointments_of(today, number)]

    assert all(one < next_one for one, next_one in pairwise(dates))


@given(days, st.integers(0, 200))
def test_a_test_for_an_assignment_is_of_its_design_and_within_its_window(today: date, number: int) -> None:
    tests, used = {test.number: test for test in SET_TESTS}, Counter[int]()
    for each in appointments_of(today, number):
        if each.assignment is not None:
            test = tests[each.assignment]
            opens_at, closes_at = window(test, today)
            used[each.assignment] += 1

            assert each.design == test.design
            assert opens_at <= each.begins_at < closes_at
            assert used[each.assignment] <= test.max_attempts


@given(days)
def test_one_assignment_is_open_and_one_is_still_to_come(today: date) -> None:
    now = datetime.combine(today, time(12), tzinfo=UTC)
    windows = [window(test, today) for test in SET_TESTS]

    assert all(opens_at < closes_at for opens_at, closes_at in windows)
    assert sum(opens_at <= now < closes_at for opens_at, closes_at in windows) == 1
    assert sum(now < opens_at for opens_at, _ in windows) == 1
    assert all(one[0] < other[0] for one, other in pairwise(windows))


@given(days, st.integers(-30, 120))
def test_no_lesson_is_on_a_weekend(today: date, days_before: int) -> None:
    day = school_day(today, days_before)

    assert day.weekday() < 5
    assert 0 <= (today - timedelta(days=days_before) - day).days <= 2


def test_most_take_the_tests_that_are_set_and_some_miss_weeks() -> None:
    exams = Counter(each.assignment for one in everybody() for each in taken(one.attempts) if each.design == EXAM)
    silent_weeks = [longest_gap(taken(one.attempts)) for one in everybody()]

    assert all(0.8 * 203 < exams[test.number] < 203 for test in SET_TESTS if test.design == EXAM)
    assert 3 < sum(gap > 30 for gap in silent_weeks) < 150


def test_who_stops_coming_takes_no_test_in_the_last_weeks() -> None:
    stopped = [one for one in everybody() if one.learner.traits.course == "stops_coming"]

    assert len(stopped) >= 5
    for one in stopped:
        last = one.attempts[-1].appointment.begins_at.date()
        assert (TODAY - last).days > 0.2 * TERM_DAYS


def test_a_class_takes_the_tests_that_are_set_in_one_lesson() -> None:
    hours = Counter(
        each.begins_at.hour
        for one in everybody()
        if one.term_class.school_class.name == "7B"
        for each in taken(one.attempts)
        if each.design == EXAM
    )

    assert len(hours) == 1


def taken(attempts: list[Attempt]) -> list[Appointment]:
    return [attempt.appointment for attempt in attempts]


def longest_gap(all_taken: list[Appointment]) -> int:
    """The most days between one test and the next."""
    return max(((b.begins_at - a.begins_at).days for a, b in pairwise(all_taken)), default=TERM_DAYS)
