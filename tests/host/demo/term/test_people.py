"""The people of the term: two hundred whom nobody is, by names that nobody shares."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.demo.seed import PEOPLE
from host.demo.term.names import FAMILY, GIVEN, address, full_names
from host.demo.term.roster import SIGN_INS, TERM_CLASSES, learners_of
from host.demo.term.traits import COURSES, SHARES, courses_of, draw_traits, generator
from tests.host.demo.term.terms import everybody


def test_two_hundred_learners_are_simulated_beside_those_who_can_sign_in() -> None:
    simulated = [each for each in everybody() if each.learner.person.email not in SIGN_INS]
    learners_who_sign_in = {person.email for person in PEOPLE if person.role == "learner"}

    assert len(simulated) == 200
    assert {each.learner.person.email for each in everybody()} >= learners_who_sign_in
    assert all(20 <= len(learners_of(each)) <= 30 for each in TERM_CLASSES)


def test_no_two_people_have_one_address_and_no_two_learners_of_a_school_one_name() -> None:
    emails = [each.learner.person.email for each in everybody()]
    names = Counter((each.learner.person.organisation, each.learner.person.name) for each in everybody())
    teachers = {each.teacher.email for each in TERM_CLASSES}

    assert len(set(emails)) == len(emails)
    assert teachers.isdisjoint(emails)
    assert set(names.values()) == {1}
    assert all(email == email.lower() and email.isascii() and " " not in email for email in emails)


def test_names_come_in_an_order_that_follows_from_the_generator() -> None:
    first, again = (full_names(np.random.default_rng(5)) for _ in range(2))
    names = [next(first) for _ in range(2_000)]

    assert names == [next(again) for _ in range(2_000)]
    assert len(set(names)) == 2_000


def test_every_name_has_an_address() -> None:
    assert address("Chloé Molnár", "school.example") == "chloe.molnar@school.example"
    for name in (*GIVEN, *FAMILY):
        assert len(address(name, "x")) == len(name) + 2, name


@given(st.integers(1, 60), st.integers(0, 1_000))
def test_a_class_has_each_course_in_about_its_share(n: int, seed: int) -> None:
    counts = Counter(courses_of(n, np.random.default_rng(seed)))

    assert sum(counts.values()) == n
    for course, share in zip(COURSES, SHARES, strict=True):
        assert abs(counts[course] - share * n) < 2


def test_strong_and_weak_skills_cancel_out() -> None:
    traits = [draw_traits("steady", 0.0, generator(str(number))) for number in range(300)]
    strengths = np.array([each.strengths for each in traits])

    assert np.allclose(strengths.mean(axis=1), 0)
    assert 0.3 < strengths.std() < 0.45


def test_ability_moves_along_the_course() -> None:
    at = {course: draw_traits(course, 0.0, generator("one")) for course in COURSES}

    assert at["steady"].ability_at(1) - at["steady"].ability_at(0) == pytest.approx(at["steady"].growth)
    assert at["quick"].growth == 2 * at["steady"].growth
    assert at["stalls"].ability_at(0.5) == at["stalls"].ability_at(1) > at["stalls"].ability_at(0)
    assert at["falls_behind"].ability_at(1) < at["falls_behind"].ability_at(0) - 1
    assert at["struggles"].ability_at(1) < -1
    assert at["stops_coming"].comes_at(0.3)
    assert not at["stops_coming"].comes_at(0.9)
