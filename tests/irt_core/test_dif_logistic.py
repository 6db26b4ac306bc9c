"""Logistic regressions: an independent Newton search, finite differences, error rates and power."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from irt_core import Matching, Screening, logistic_dif
from irt_core.dif.cumulative_logit import _Climb, fit_cumulative_logit
from tests.irt_core.dif_samples import two_groups


def newton(design: Any, answers: Any) -> tuple[Any, float]:
    """Logistic regression of single answers (n,) on a design (n, p): the estimate and its log-likelihood."""
    beta = np.zeros(design.shape[1])
    for _ in range(30):
        right = 1.0 / (1.0 + np.exp(-design @ beta))
        information = (design * (right * (1.0 - right))[:, None]).T @ design
        beta = beta + np.linalg.solve(information, design.T @ (answers - right))
    right = 1.0 / (1.0 + np.exp(-design @ beta))
    return beta, float(np.log(np.where(answers == 1, right, 1.0 - right)).sum())


def test_every_item_has_the_regressions_of_an_independent_search() -> None:
    scores, groups = two_groups(400, 6, {1: 0.8})
    is_focal = (groups == "foc").astype(float)
    total = scores.sum(axis=1)
    standing = (total - total.mean()) / total.std()
    columns = [np.ones(400), standing, is_focal, standing * is_focal]

    result = logistic_dif(scores, groups, "foc", screening=Screening(most_rounds=1))

    for item in range(6):
        fits = [newton(np.column_stack(columns[: n + 1]), scores[:, item]) for n in range(4)]
        empty, matched, uniform, full = (height for _, height in fits)
        assert result.uniform[item] == pytest.approx(2 * (uniform - matched), abs=1e-6)
        assert result.non_uniform[item] == pytest.approx(2 * (full - uniform), abs=1e-6)
        assert result.either[item] == pytest.approx(2 * (full - matched), abs=1e-6)
        assert result.group_effect[item] == pytest.approx(fits[2][0][2], abs=1e-5)
        assert result.interaction[item] == pytest.approx(fits[3][0][3], abs=1e-5)
        r_squared = [
            (1 - np.exp(2 * (empty - height) / 400)) / (1 - np.exp(2 * empty / 400)) for height in (matched, full)
        ]
        assert result.r_squared_gain[item] == pytest.approx(r_squared[1] - r_squared[0], abs=1e-8)


def test_standard_errors_are_those_of_the_information_at_the_estimate() -> None:
    scores, groups = two_groups(500, 5)
    total = scores.sum(axis=1)
    design = np.column_stack([np.ones(500), (total - total.mean()) / total.std(), groups == "foc"]).astype(float)

    result = logistic_dif(scores, groups, "foc", screening=Screening(most_rounds=1))

    beta, _ = newton(design, scores[:, 3])
    right = 1.0 / (1.0 + np.exp(-design @ beta))
    covariance = np.linalg.inv((design * (right * (1 - right))[:, None]).T @ design)
    assert result.group_effect_se[3] == pytest.approx(np.sqrt(covariance[2, 2]), rel=1e-5)


def test_the_gradient_is_the_derivative_of_the_height_and_vanishes_at_the_estimate() -> None:
    rng = np.random.default_rng(1)
    counts = rng.integers(0, 6, (3, 8, 4)).astype(float)
    predictors = rng.normal(size=(3, 8, 2))
    cuts = np.broadcast_to(np.eye(3), (3, 8, 3, 3))
    by_cell = np.broadcast_to(predictors[:, :, None, :], (3, 8, 3, 2))
    climb = _Climb(counts, np.concatenate([cuts, by_cell], axis=3))
    point = np.tile([1.0, 0.1, -0.9, 0.3, -0.2], (3, 1))

    gradient, _ = climb._slope(point)
    fit = fit_cumulative_logit(counts, predictors)

    for parameter in range(5):
        step = 1e-6 * np.eye(5)[parameter]
        slope = (climb._height(point + step) - climb._height(point - step)) / 2e-6
        np.testing.assert_allclose(gradient[:, parameter], slope, rtol=1e-6, atol=1e-6)
    assert (fit.log_likelihood >= climb._height(point)).all()
    top, _, _ = climb.run(point)
    np.testing.assert_allclose(climb._slope(top)[0], 0.0, atol=1e-4)


def test_a_regression_without_predictors_gives_the_proportions() -> None:
    counts = np.array([[[3.0, 5.0, 2.0], [1.0, 4.0, 5.0]]])

    fit = fit_cumulative_logit(counts, np.zeros((1, 2, 0)))

    proportions = np.array([4, 9, 7]) / 20
    assert fit.log_likelihood[0] == pytest.approx((np.array([4, 9, 7]) * np.log(proportions)).sum())


@pytest.mark.parametrize("n_categories", [2, 4])
def test_a_uniform_shift_is_found_and_no_other_item(n_categories: int) -> None:
    scores, groups = two_groups(3000, 12, {3: 1.5}, n_categories=n_categories)

    result = logistic_dif(scores, groups, "foc")

    assert result.flagged.tolist() == [3]
    assert result.classes[3] == "C"
    assert result.group_effect[3] < -1.0
    assert "it is harder for group foc than for all others by" in result.sentences[0]
    assert result.purification.is_stable


def test_a_crossing_item_is_found_although_its_mean_effect_is_small() -> None:
    rng = np.random.default_rng(3)
    theta, is_focal = rng.normal(size=4000), np.arange(4000) % 2
    slopes = np.ones((4000, 15))
    slopes[:, 5] = np.where(is_focal, 0.4, 2.5)
    scores = rng.random((4000, 15)) < 1 / (
        1 + np.exp(-slopes * (theta[:, None] - np.linspace(-1, 1, 15)[None, :] * 0.5))
    )

    result = logistic_dif(scores, is_focal, 1)

    assert result.flagged.tolist() == [5]
    assert result.uniform[5] < result.non_uniform[5]
    assert result.sentences[0].endswith("the advantage of group 1 over all others falls with the standing")


def test_a_test_without_differences_is_wrong_as_often_as_it_may_be() -> None:
    """400 p-values of items that function alike: 20 below 0.05 are expected, with a deviation of 4.4."""
    p_values = np.concatenate([logistic_dif(*two_groups(800, 20, seed=seed), "foc").p_value for seed in range(20)])

    assert 5 <= np.count_nonzero(p_values < 0.05) <= 38


def test_answers_that_groups_separate_are_reported() -> None:
    scores, groups = two_groups(200, 6)
    scores[:, 0] = groups == "foc"

    result = logistic_dif(scores, groups, "foc", screening=Screening(anchors=range(1, 6)))

    assert result.is_separated.tolist() == [True] + [False] * 5
    assert np.isnan(result.group_effect_se[0])
    assert result.p_value[0] < 1e-10
    assert "separate the answers entirely" in result.sentences[0]


def test_an_unused_category_and_a_constant_item_do_no_harm() -> None:
    scores, groups = two_groups(600, 6, n_categories=4)
    scores[:, 0] = np.where(scores[:, 0] == 2, 3, scores[:, 0])
    scores[:, 1] = 2

    result = logistic_dif(scores, groups, "foc")

    assert result.classes[1] == ""
    assert np.isnan(result.either[1])
    assert np.isfinite(np.delete(result.either, 1)).all()


def test_an_item_given_to_one_group_alone_is_not_tested() -> None:
    scores, groups = two_groups(600, 8)
    table = scores.astype(float)
    table[groups == "foc", 2] = np.nan

    result = logistic_dif(table, groups, "foc", screening=Screening(adjust="bh"))

    assert result.classes[2] == ""
    assert np.isfinite(np.delete(result.p_value, 2)).all()


def test_matching_by_the_true_ability_estimates_the_shift_itself() -> None:
    rng = np.random.default_rng(5)
    theta, is_focal = rng.normal(size=8000), np.arange(8000) % 2
    scores = rng.random((8000, 3)) < 1 / (1 + np.exp(-(theta[:, None] - is_focal[:, None] * np.array([0.7, 0.0, 0.0]))))

    result = logistic_dif(scores, is_focal, 1, matching=Matching(by=theta))

    np.testing.assert_allclose(result.group_effect, [-0.7, 0.0, 0.0], atol=3 * result.group_effect_se.max())
