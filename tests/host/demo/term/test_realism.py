"""The term looks like one: what the product finds out is what the simulated learners are like.

Everything is random but the same every time, so the limits need no allowance for luck; they are those that a term of
this size keeps with any other luck as well.
"""

from __future__ import annotations

from collections import Counter
from statistics import correlation, fmean, stdev

import numpy as np

from host.demo.misconceptions import MISCONCEPTIONS
from host.demo.term.history import Attempt
from host.demo.term.traits import HELD_WEIGHT
from tests.host.demo.term.terms import Studied, everybody, lessons

ENOUGH = 10
"""Answers from which a test says something."""


def finished(one: Studied) -> list[Attempt]:
    """Somebody's tests that were not left."""
    return [attempt for attempt in one.attempts if attempt.taken.stop_reason]


def test_abilities_are_recovered_within_their_standard_errors() -> None:
    z = [
        (attempt.taken.answers[-1].theta - one.learner.traits.ability_at(attempt.appointment.t))
        / attempt.taken.answers[-1].se
        for one in everybody()
        for attempt in finished(one)
    ]

    assert len(z) > 1_000
    assert abs(fmean(z)) < 0.25
    assert 0.9 < stdev(z) < 1.15
    assert 0.92 < np.mean(np.abs(z) < 1.96) < 0.98


def test_who_is_better_scores_better() -> None:
    for number in (1, 5):
        pairs = [
            (one.learner.traits.ability_at(attempt.appointment.t), attempt.taken.answers[-1].theta)
            for one in everybody()
            for attempt in finished(one)
            if attempt.appointment.assignment == number
        ]
        assert correlation(*map(list, zip(*pairs, strict=True))) > 0.85


def test_growth_follows_the_courses() -> None:
    growth: dict[str, list[float]] = {}
    for one in everybody():
        exams = [attempt for attempt in finished(one) if attempt.design.mode == "exam"]
        if len(exams) >= 2:
            change = exams[-1].taken.answers[-1].theta - exams[0].taken.answers[-1].theta
            growth.setdefault(one.learner.traits.course, []).append(change)
    means = {course: fmean(changes) for course, changes in growth.items()}

    assert means["quick"] > means["steady"] > means["stalls"] > means["falls_behind"]
    assert 0.25 < means["steady"] < 0.7
    assert 0.45 < means["quick"] < 1.2
    assert means["falls_behind"] < -1
    assert 0.3 < stdev([change for changes in growth.values() for change in changes]) < 1.0


def test_wrong_answers_follow_the_misconceptions_that_a_learner_holds() -> None:
    places = {each.code: place for place, each in enumerate(MISCONCEPTIONS)}
    chosen = expected = 0.0
    for one in everybody():
        held = one.learner.traits.readiness == HELD_WEIGHT
        for attempt in one.attempts:
            for answer in attempt.taken.answers:
                distractors: dict[str, bool] = {
                    option.id: bool(held[places[option.misconception]])
                    for option in lessons().questions.items[answer.item].options
                    if option.misconception
                }
                if answer.score == 0 and sum(distractors.values()) == 1:
                    chosen += distractors[answer.option]
                    expected += 1

    assert expected > 500
    assert abs(chosen / expected - HELD_WEIGHT / (HELD_WEIGHT + 2)) < 0.05


def test_times_are_lognormal_and_belong_to_the_person() -> None:
    questions = lessons().questions
    residuals: dict[str, list[float]] = {}
    for one in everybody():
        for attempt in one.attempts:
            for answer in attempt.taken.answers:
                residual = np.log(answer.ms / 1000) - questions.log_seconds[answer.item]
                residuals.setdefault(one.learner.person.email, []).append(residual + one.learner.traits.speed)
    everything = np.concatenate([np.array(each) for each in residuals.values()])
    skewness = float(((everything - everything.mean()) ** 3).mean() / everything.std() ** 3)

    assert abs(everything.mean()) < 0.02
    assert 0.42 < everything.std() < 0.48
    assert abs(skewness) < 0.15
    assert np.mean([abs(fmean(each)) < 4 * 0.45 / len(each) ** 0.5 for each in residuals.values()]) > 0.98


def test_a_strong_skill_is_answered_better_than_a_weak_one() -> None:
    right, asked = Counter[bool](), Counter[bool]()
    questions = lessons().questions
    for one in everybody():
        for attempt in one.attempts:
            for answer in attempt.taken.answers:
                strength = one.learner.traits.strengths[questions.skills[answer.item]]
                if abs(strength) > 0.4:
                    asked[bool(strength > 0)] += 1
                    right[bool(strength > 0)] += answer.score

    assert right[True] / asked[True] > right[False] / asked[False] + 0.1


def test_answers_spread_over_most_skills() -> None:
    items = [answer.item for one in everybody() for attempt in one.attempts for answer in attempt.taken.answers]
    skills = Counter(lessons().questions.items[item].skill for item in items)

    assert len(items) > 15_000
    assert len(skills) >= 30
    assert len(set(items)) > 120
