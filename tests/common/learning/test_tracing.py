"""Bayesian knowledge tracing. The pinned values are worked by hand from the equations in the rules' docstring."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamseed.learning.rules import DEFAULTS, SMALLEST, Knowledge, TracingParameters, trace

probability = st.floats(min_value=1e-6, max_value=1 - 1e-6)
error_rate = st.floats(min_value=1e-6, max_value=0.499)
parameters = st.builds(
    TracingParameters,
    prior=probability,
    learning=st.floats(min_value=0, max_value=0.999),
    slip=error_rate,
    guess=error_rate,
)
answers = st.lists(st.booleans(), max_size=200)


def exact(given_answers: list[bool], assumed: TracingParameters) -> Fraction:
    """P(known) in rational arithmetic: the textbook recursion on one number, which loses nothing here."""
    known = Fraction(assumed.prior)
    slip, guess, learning = Fraction(assumed.slip), Fraction(assumed.guess), Fraction(assumed.learning)
    for is_correct in given_answers:
        if_known, if_unknown = (1 - slip, guess) if is_correct else (slip, 1 - guess)
        known = known * if_known / (known * if_known + (1 - known) * if_unknown)
        known += (1 - known) * learning
    return known


@pytest.mark.parametrize(("is_correct", "expected"), [(True, 0.692683), (False, 0.145763)])
def test_one_answer_moves_the_default_prior_to_the_published_value(is_correct: bool, expected: float) -> None:
    knowledge = trace([is_correct])

    assert knowledge.known == pytest.approx(expected, abs=5e-7)
    assert knowledge.unknown == pytest.approx(1 - expected, abs=5e-7)


def test_without_answers_the_prior_stands() -> None:
    assert trace([]) == Knowledge(0.3, 0.7)


@given(answers, parameters)
def test_both_probabilities_stay_between_zero_and_one_and_sum_to_one(
    given_answers: list[bool], assumed: TracingParameters
) -> None:
    knowledge = trace(given_answers, assumed)

    assert 0 < knowledge.known <= 1
    assert 0 < knowledge.unknown <= 1
    assert math.isclose(knowledge.known + knowledge.unknown, 1, abs_tol=1e-12)


@given(st.lists(st.booleans(), max_size=12), parameters)
def test_the_trace_equals_exact_arithmetic(given_answers: list[bool], assumed: TracingParameters) -> None:
    knowledge, known = trace(given_answers, assumed), exact(given_answers, assumed)

    assert math.isclose(knowledge.known, known, rel_tol=1e-9)
    assert math.isclose(knowledge.unknown, 1 - known, rel_tol=1e-9, abs_tol=SMALLEST)


@given(answers, parameters)
def test_a_right_answer_never_speaks_against_knowing_more_than_a_wrong_one(
    given_answers: list[bool], assumed: TracingParameters
) -> None:
    before = trace(given_answers, assumed)

    right, wrong = before.after(True, assumed), before.after(False, assumed)
    assert right.known >= wrong.known * (1 - 1e-12)
    assert right.unknown <= wrong.unknown * (1 + 1e-12)


@given(answers, parameters)
def test_a_right_answer_never_lowers_what_is_believed(given_answers: list[bool], assumed: TracingParameters) -> None:
    before = trace(given_answers, assumed)

    assert before.after(True, assumed).unknown <= before.unknown * (1 + 1e-12)


@given(answers, answers, parameters)
def test_a_trace_can_be_continued_where_it_stopped(
    first: list[bool], second: list[bool], assumed: TracingParameters
) -> None:
    continued = trace(first, assumed)
    for is_correct in second:
        continued = continued.after(is_correct, assumed)

    assert continued == trace(first + second, assumed)


def test_after_a_thousand_right_answers_wrong_ones_still_count() -> None:
    knowledge = trace([True] * 1000)
    assert knowledge.known == 1.0

    for _ in range(1000):
        knowledge = knowledge.after(False)

    assert knowledge.known < 0.2


def test_without_learning_right_and_wrong_answers_can_come_in_any_order() -> None:
    still = TracingParameters(learning=0)

    assert trace([True, False, True], still).known == pytest.approx(trace([True, True, False], still).known)


@pytest.mark.parametrize(
    "wrong",
    [{"prior": 0.0}, {"prior": 1.0}, {"learning": 1.0}, {"learning": -0.1}, {"slip": 0.5}, {"guess": 0.5}, {"slip": 0}],
)
def test_parameters_that_identify_nothing_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"between|at least"):
        TracingParameters(**wrong)


def test_the_defaults_are_those_of_the_specification() -> None:
    assert TracingParameters(prior=0.3, learning=0.1, slip=0.1, guess=0.2) == DEFAULTS
