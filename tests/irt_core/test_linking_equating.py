"""Equating: definitions, hand calculation, brute force, invariances."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from irt_core import (
    ItemBank,
    LinkingError,
    Normal,
    observed_score_equating,
    score_distribution,
    true_score_equating,
)
from irt_core.linking.continuous_scores import GaussianScores, UniformScores, continuous
from irt_core.linking.true_scores import expected_score
from tests.irt_core.linking_samples import KINDS, dichotomous, graded, mixed, two_parameter

SEVERAL = ItemBank.multidimensional(slopes=[[1.0, 0.5], [0.3, 1.2]], intercepts=[0.0, 0.5])


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_is_equivalent_to_itself(kind: str) -> None:
    form = KINDS[kind]()

    for concordance in (true_score_equating(form, form), observed_score_equating(form, form)):
        np.testing.assert_allclose(concordance.equivalent, concordance.score, atol=1e-9)
        assert concordance.rounded.tolist() == concordance.score.tolist()


def test_equivalent_true_scores_are_expected_by_the_same_ability() -> None:
    form_x, form_y = mixed(seed=1), graded(seed=7)

    table = true_score_equating(form_x, form_y)

    inner = np.isfinite(table.theta)
    np.testing.assert_allclose(expected_score(form_x, table.theta[inner]), table.score[inner], atol=1e-9)
    np.testing.assert_allclose(expected_score(form_y, table.theta[inner]), table.equivalent[inner], atol=1e-9)
    assert (np.diff(table.equivalent) >= 0).all()


def test_equal_rasch_items_have_a_closed_form() -> None:
    """Ten items of difficulty 0 and ten of difficulty 1: x of 10 is expected at logit(x / 10), where the others expect
    10 σ(θ − 1)."""
    table = true_score_equating(ItemBank.dichotomous(1.0, np.zeros(10)), ItemBank.dichotomous(1.0, np.ones(10)))

    odds = np.arange(1, 10) / (10 - np.arange(1, 10))
    np.testing.assert_allclose(table.theta[1:-1], np.log(odds), atol=1e-9)
    np.testing.assert_allclose(table.equivalent[1:-1], 10 * odds / (odds + np.e), atol=1e-9)
    assert table.equivalent[[0, -1]].tolist() == [0.0, 10.0]


def test_scores_that_no_ability_expects_lie_on_straight_lines() -> None:
    """Lower sums 2 and 3, upper sums 9 and 8.5 of 10 points each."""
    form_x = ItemBank.dichotomous(1.0, np.zeros(10), 0.2, 0.9)
    form_y = ItemBank.dichotomous(1.0, np.zeros(10), 0.3, 0.85)

    table = true_score_equating(form_x, form_y)

    assert table.equivalent[:3] == pytest.approx([0.0, 1.5, 3.0])
    assert table.equivalent[9:] == pytest.approx([8.5, 10.0])
    assert np.isneginf(table.theta[:3]).all()
    assert np.isposinf(table.theta[9:]).all()
    assert (table.equivalent[3:9] > 3.0).all()
    assert (table.equivalent[3:9] < 8.5).all()


def test_true_score_equating_does_not_care_for_the_scale() -> None:
    form_x, form_y = dichotomous(15, seed=1), dichotomous(20, seed=2)

    here = true_score_equating(form_x, form_y)
    there = true_score_equating(form_x.rescaled(1.4, 0.7), form_y.rescaled(1.4, 0.7))

    np.testing.assert_allclose(here.equivalent, there.equivalent, atol=1e-9)


@pytest.mark.parametrize("form", [dichotomous(4), graded(3), mixed(3)], ids=["dichotomous", "graded", "mixed"])
def test_the_distribution_of_the_sum_is_that_of_all_patterns(form: ItemBank) -> None:
    theta = np.linspace(-5, 6, 400)
    weight = np.exp(-0.5 * ((theta - 0.4) / 0.8) ** 2)
    probability = form.probability(theta)
    if probability.ndim == 2:
        probability = np.stack([1 - probability, probability], axis=2)
    expected = np.zeros(int((form.category_counts - 1).sum()) + 1)
    for pattern in product(*(range(count) for count in form.category_counts)):
        likelihood = np.prod([probability[:, item, score] for item, score in enumerate(pattern)], axis=0)
        expected[sum(pattern)] += weight @ likelihood / weight.sum()

    np.testing.assert_allclose(score_distribution(form, [Normal(0.4, 0.8)]), expected, atol=1e-8)


def test_a_mixture_of_populations_mixes_their_distributions() -> None:
    form, groups = two_parameter(8), [Normal(-0.5, 0.9), Normal(0.7, 1.2)]

    mixture = score_distribution(form, groups, [3, 1])

    parts = [score_distribution(form, [group]) for group in groups]
    np.testing.assert_allclose(mixture, 0.75 * parts[0] + 0.25 * parts[1], atol=1e-8)


def test_percentile_ranks_are_those_of_a_hand_calculation() -> None:
    """Three scores with 1/4, 1/2, 1/4 against four with 1/8, 3/8, 3/8, 1/8. Half of score 0 lies at 1/8: the upper edge
    of their score 0. The middle of score 1 is at 1/2, the edge between their 1 and 2."""
    here = UniformScores(np.array([0.25, 0.5, 0.25]))
    there = UniformScores(np.array([1, 3, 3, 1]) / 8)
    scores = np.arange(3.0)

    equivalent = there.at(here.below(scores), here.above(scores))

    assert here.below(scores).tolist() == [0.125, 0.5, 0.875]
    assert equivalent == pytest.approx([0.5, 1.5, 2.5])
    inside, rank = here.below(np.array([0.2])), Fraction(7, 10) * Fraction(1, 4)
    assert inside[0] == pytest.approx(float(rank))
    expected = Fraction(1, 2) + (rank - Fraction(1, 8)) / Fraction(3, 8)
    assert there.at(inside, 1 - inside)[0] == pytest.approx(float(expected))


@pytest.mark.parametrize("kind", [UniformScores, lambda f: GaussianScores(f, 0.6)], ids=["uniform", "gaussian"])
def test_percentiles_and_scores_are_each_others_inverse(kind: Any) -> None:
    spread = kind(score_distribution(two_parameter(12)))
    scores = np.linspace(-0.3, 12.3, 41)

    np.testing.assert_allclose(spread.at(spread.below(scores), spread.above(scores)), scores, atol=1e-8)
    np.testing.assert_allclose(spread.below(scores) + spread.above(scores), 1.0, atol=1e-12)


def test_percentiles_close_to_one_are_not_lost() -> None:
    """A hard form, whose highest scores one in 10¹⁷ reaches: 1 − P would be 0."""
    form = ItemBank.dichotomous(1.5, np.full(25, 7.0))

    table = observed_score_equating(form, form)

    assert score_distribution(form)[-1] < 1e-17
    np.testing.assert_allclose(table.equivalent, table.score, atol=1e-9)


def test_a_kernel_keeps_the_mean_and_the_variance() -> None:
    frequency = score_distribution(dichotomous(10))
    scores = np.arange(11)
    kernel = GaussianScores.smoothest(frequency)
    grid = np.linspace(-15, 25, 8_001)

    mass = np.diff(kernel.below(grid))
    middle = 0.5 * (grid[1:] + grid[:-1])

    mean = frequency @ scores
    assert mass @ middle == pytest.approx(mean, abs=1e-8)
    assert mass @ (middle - mean) ** 2 == pytest.approx(frequency @ (scores - mean) ** 2, abs=1e-5)


def test_the_smoothest_bandwidth_has_the_least_penalty() -> None:
    frequency = score_distribution(dichotomous(10))
    scores = np.arange(11.0)

    def penalty(bandwidth: float) -> float:
        kernel, step = GaussianScores(frequency, bandwidth), 1e-5
        density = (kernel.below(scores + step) - kernel.below(scores - step)) / (2 * step)
        return float(((frequency - density) ** 2).sum())

    best = GaussianScores.smoothest(frequency).bandwidth

    assert all(penalty(best) <= penalty(other) + 1e-12 for other in np.linspace(0.2, 2.0, 37))


def test_both_ways_to_make_scores_continuous_agree_on_long_forms() -> None:
    form_x, form_y = two_parameter(40, seed=1), two_parameter(40, seed=2)

    uniform = observed_score_equating(form_x, form_y)
    gaussian = observed_score_equating(form_x, form_y, continuisation="gaussian")

    np.testing.assert_allclose(uniform.equivalent[3:-3], gaussian.equivalent[3:-3], atol=0.05)
    assert gaussian.method == "observed scores, gaussian"
    assert uniform.frequency.sum() == pytest.approx(1.0)


def test_observed_and_true_scores_agree_between_parallel_forms_of_different_difficulty() -> None:
    form = two_parameter(40, seed=1)
    harder = form.rescaled(1.0, 0.3)

    true, observed = true_score_equating(form, harder), observed_score_equating(form, harder)

    np.testing.assert_allclose(true.equivalent[10:-10], observed.equivalent[10:-10], atol=0.1)
    assert (true.equivalent[1:-1] < true.score[1:-1]).all()


def test_a_concordance_converts_any_score_and_rounds_to_scores_that_exist() -> None:
    table = true_score_equating(two_parameter(10, seed=1), two_parameter(14, seed=2))

    assert table.convert([2, 2.5, 11.0])[:2] == pytest.approx([table.equivalent[2], table.equivalent[2:4].mean()])
    assert np.isnan(table.convert(11.0))
    assert table.rounded.max() <= table.top_scores[1] == 14
    assert np.abs(table.rounded - table.equivalent).max() <= 0.5


@pytest.mark.parametrize(
    ("attempt", "complaint"),
    [
        (lambda: true_score_equating(SEVERAL, two_parameter()), "form X has no one scale"),
        (lambda: score_distribution(SEVERAL), "a form of several abilities has no one scale"),
        (
            lambda: true_score_equating(two_parameter(), ItemBank.nominal([[0.0, -1.0, 0.5]], [[0.0, 0.0, 0.0]])),
            "the expected score of form Y does not rise",
        ),
        (lambda: score_distribution(two_parameter(), [Normal()], [1, 2]), "1 populations need as many weights"),
        (lambda: score_distribution(two_parameter(), []), "0 populations need as many weights"),
        (lambda: continuous(np.array([0.5, 0.5]), "kernel"), "no way to make scores continuous is called 'kernel'"),
    ],
)
def test_what_cannot_be_equated_is_refused(attempt: Any, complaint: str) -> None:
    with pytest.raises(LinkingError, match=complaint):
        attempt()
