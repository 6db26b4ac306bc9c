"""Reliability: closed forms, simulated correlations, and several groups and dimensions."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from irt_core import ItemBank, Normal, estimate_ability
from irt_core.fit.known import known_model
from irt_core.fit.reliability import information_curve, marginal_reliability, reliability_of
from tests.irt_core.fit_samples import answers, graded, in_two_groups, known, normal, thirds, two_parameter


def test_the_information_of_a_test_is_the_sum_of_its_items() -> None:
    bank = graded([3, 4, 2])
    theta = np.linspace(-3, 3, 7)

    curve = information_curve(bank, theta)

    np.testing.assert_allclose(curve.information, bank.information(theta).sum(axis=1))
    np.testing.assert_allclose(curve.standard_error, 1 / np.sqrt(curve.information))


def test_marginal_reliability_is_the_integral_over_the_prior() -> None:
    bank, prior = two_parameter(12), Normal(0.5, 1.4)
    abilities = np.array([NormalDist(0.5, 1.4).inv_cdf((place + 0.5) / 40_000) for place in range(40_000)])

    information = bank.information(abilities).sum(axis=1) * prior.sd**2

    assert marginal_reliability(bank, prior) == pytest.approx(np.mean(information / (information + 1)), abs=1e-5)


def test_a_test_of_steep_items_everywhere_is_nearly_perfectly_reliable() -> None:
    bank = ItemBank.dichotomous(np.full(400, 2.0), np.linspace(-5, 5, 400))

    assert marginal_reliability(bank) > 0.98
    assert marginal_reliability(bank.subset([0])) < 0.05


def test_reliabilities_of_a_sample_agree_with_the_squared_correlation_of_estimate_and_ability() -> None:
    bank, theta = two_parameter(30), normal(6000)
    model = known_model(bank, answers(bank, theta))

    reliability = reliability_of(model, [(bank, np.arange(30))])

    estimates = estimate_ability(bank, answers(bank, theta)).theta
    correlation = np.corrcoef(estimates, theta)[0, 1]
    assert reliability.empirical.shape == (1, 1)
    assert reliability.empirical[0, 0] == pytest.approx(correlation**2, abs=0.01)
    assert reliability.marginal[0, 0] == pytest.approx(marginal_reliability(bank), abs=1e-5)
    assert reliability.marginal[0, 0] == pytest.approx(correlation**2, abs=0.02)
    assert reliability.marginal_ml[0, 0] < reliability.marginal[0, 0]


def test_empirical_reliability_is_the_variance_of_estimates_over_that_and_their_error() -> None:
    bank = two_parameter(10)
    model = known(bank, 200)
    weights = thirds(200)

    reliability = reliability_of(replace(model, weights=weights), [(bank, np.arange(10))])

    ability = estimate_ability(bank, model.scores)
    spread = np.cov(ability.theta, aweights=weights, bias=True)
    error = np.average(ability.se**2, weights=weights)
    assert reliability.empirical[0, 0] == pytest.approx(spread / (spread + error), abs=1e-6)


def test_every_group_has_its_own() -> None:
    bank = two_parameter(10)
    model = in_two_groups(known(bank, 400), shift=2.5)

    reliability = reliability_of(model, [(bank, np.arange(10))] * 2)

    assert reliability.marginal.shape == (2, 1)
    assert reliability.marginal[1, 0] == pytest.approx(marginal_reliability(bank, Normal(2.5, 1.0)), abs=1e-3)
    assert reliability.marginal[1, 0] < reliability.marginal[0, 0]
    assert str(reliability).splitlines()[0].split() == ["group", "dimension", "marginal", "marginal_ml", "empirical"]


def test_two_dimensions_with_items_of_their_own_are_two_tests() -> None:
    """With independent abilities and no item that loads on both, the matrices are diagonal."""
    first, second = two_parameter(8, 1), two_parameter(14, 2)
    slopes = np.zeros((22, 2))
    slopes[:8, 0], slopes[8:, 1] = first.discriminations, second.discriminations
    locations = np.concatenate([first.locations, second.locations])
    bank = ItemBank.multidimensional(slopes=slopes, intercepts=-slopes.sum(axis=1) * locations)
    one = known(first, 10)
    grid = one.nodes[:, 0]
    nodes = np.array([[a, b] for a in grid for b in grid])
    weights = np.outer(one.node_weights[0], one.node_weights[0]).ravel()[None]
    right = bank.probability(nodes).T
    model = replace(
        one,
        scores=np.tile([0, 1], (10, 11)),
        nodes=nodes,
        node_weights=weights,
        probability=np.stack([1 - right, right], axis=1),
    )

    reliability = reliability_of(model, [(bank, np.arange(22))])

    expected = [marginal_reliability(first), marginal_reliability(second)]
    np.testing.assert_allclose(reliability.marginal[0], expected, atol=1e-4)
    assert reliability.empirical.shape == (1, 2)
