"""Who sits which test when.

A term has fourteen weeks and ends today. Days are counted back from today (0), and what would fall on a weekend is on
the Friday before. The class is set the adaptive test four times; the last one is still open. Between them learners
practise, as much as is like them, and once for an assignment. Who is absent makes up for it later in the week, or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from host.demo.seed import demo_id
from host.demo.term.traits import Traits

TERM_DAYS = 98
EXAM, PRACTICE = "Where do I stand?", "Practise"
SEED_MASK = (1 << 62) - 1
LEAVES = {EXAM: 0.02, PRACTICE: 0.08}
"""How often somebody leaves before the test is over."""


@dataclass(frozen=True)
class SetTest:
    """A test that a class is set: of which design, open from when until when, taken in class when.

    All are days before today. In class means for all at once; without that day everybody chooses their own time.
    """

    number: int
    design: str
    opens: int
    closes: int
    in_class: int | None
    max_attempts: int = 1
    instructions: str = ""


SET_TESTS = (
    SetTest(1, EXAM, 97, 91, 96, instructions="Our start of the term: do what you can, without help."),
    SetTest(2, EXAM, 66, 60, 65, instructions="One month on. Have paper and a pencil ready."),
    SetTest(3, EXAM, 35, 29, 34, instructions="Half of the term is over: what has grown?"),
    SetTest(4, PRACTICE, 20, 13, None, max_attempts=3, instructions="Read the explanations, also after right answers."),
    SetTest(5, EXAM, 5, -4, 4, instructions="The last test of the term. Who was absent has until it closes."),
    SetTest(6, PRACTICE, -3, -12, None, max_attempts=5, instructions="For the weeks without lessons."),
)


@dataclass(frozen=True)
class Appointment:
    """One learner's test: its design, the assignment's number if it is one, when it begins, and its luck."""

    design: str
    assignment: int | None
    begins_at: datetime
    t: float
    seed: int
    leaves_after: int | None


def window(test: SetTest, today: date) -> tuple[datetime, datetime]:
    """From when until when a set test may be started."""
    return _at(school_day(today, test.opens), time(7, 30)), _at(school_day(today, test.closes), time(18, 0))


def school_day(today: date, days_before: int) -> date:
    """The day so many days before today (after it, if negative), or the Friday before if it falls on a weekend."""
    day = today - timedelta(days=days_before)
    return day - timedelta(days=max(0, day.weekday() - 4))


def begins_at(today: date) -> datetime:
    """When the term begins."""
    return _at(school_day(today, TERM_DAYS), time(7, 0))


def lesson_of(rng: np.random.Generator) -> time:
    """When a class has its lesson: at a full hour of the morning."""
    return time(int(rng.integers(8, 13)), 0)


def appointments(name: str, traits: Traits, today: date, lesson: time, rng: np.random.Generator) -> list[Appointment]:
    """The tests of one learner over the term in the order of time; never two on one day."""
    by_day: dict[date, Appointment] = {}
    for design, number, day, begins in (*_set_tests(traits, today, lesson, rng), *_homework(traits, today, rng)):
        t = 1.0 - (today - day).days / TERM_DAYS
        if day in by_day or day >= today or not traits.comes_at(t):
            continue
        leaves_after = int(rng.integers(3, 9)) if rng.random() < LEAVES[design] else None
        seed = demo_id("sitting", name, design, str((today - day).days)).int & SEED_MASK
        by_day[day] = Appointment(design, number, begins, t, seed, leaves_after)
    return [by_day[day] for day in sorted(by_day)]


_Planned = tuple[str, int | None, date, datetime]


def _set_tests(traits: Traits, today: date, lesson: time, rng: np.random.Generator) -> Iterator[_Planned]:
    """The tests taken in class, or on the next school day by half of those who were absent."""
    for test in SET_TESTS:
        if test.in_class is None:
            continue
        day, is_there, makes_up = school_day(today, test.in_class), rng.random() < traits.attendance, rng.random() < 0.5
        if not is_there:
            day += timedelta(days=1)
        if (is_there or makes_up) and day.weekday() < 5:
            yield test.design, test.number, day, _at(day, lesson) + timedelta(seconds=float(rng.uniform(20, 400)))


def _homework(traits: Traits, today: date, rng: np.random.Generator) -> Iterator[_Planned]:
    """Practice tests on days of the learner's own choice, those within the window of an assignment being for it."""
    tests = [test for test in SET_TESTS if test.design == PRACTICE]
    attempts = {test.number: test.max_attempts for test in tests}
    often = rng.poisson(traits.homework * TERM_DAYS / 7)
    for days_before in sorted(
        rng.choice(np.arange(1, TERM_DAYS - 1), size=min(often, 40), replace=False), reverse=True
    ):
        day = today - timedelta(days=int(days_before))
        begins = _at(day, time(15, 0)) + timedelta(minutes=float(rng.uniform(0, 300)))
        number = next((test.number for test in tests if _is_within(begins, window(test, today))), None)
        if number is not None and attempts[number] == 0:
            number = None
        if number is not None:
            attempts[number] -= 1
        yield PRACTICE, number, day, begins


def _is_within(moment: datetime, between: tuple[datetime, datetime]) -> bool:
    return between[0] <= moment < between[1]


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=UTC)
