"""Person fit: moments over all patterns, the formulas of the literature, null distributions, and odd persons."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from irt_core import IrtError, ItemBank, Normal, calibrate, estimate_ability
from irt_core.estimation.ability import Method
from irt_core.fit.person_fit import person_fit, person_fit_at, person_fit_of
from irt_core.fit.posteriors import posterior_moments
from tests.irt_core.fit_samples import answers, graded, in_two_groups, known, normal, patterns_of, two_parameter

METHODS: tuple[Method, ...] = get_args(Method)


def all_patterns_at(bank: ItemBank, n_categories: list[int], theta: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All patterns, log P(pattern | θ), and its derivative by θ as a central difference."""
    patterns = patterns_of(n_categories)
    items = np.arange(bank.n_items)
    logs = [bank.log_likelihood_table(np.array([theta + step]))[:, :, 0] for step in (0.0, 1e-5, -1e-5)]
    here, ahead, behind = (table[patterns, items].sum(axis=1) for table in logs)
    return patterns, here, (ahead - behind) / 2e-5


@pytest.mark.parametrize("theta", [-1.3, 0.2, 2.0])
def test_both_statistics_are_standardised_over_all_patterns_at_any_ability(theta: float) -> None:
    """At a fixed θ l_z has mean 0 and variance 1, and l_z* too, which moreover is uncorrelated with the score."""
    n_categories = [2, 4, 3, 2, 3, 2]
    bank = graded(n_categories)
    patterns, logs, score = all_patterns_at(bank, n_categories, theta)
    chances = np.exp(logs)

    fit = person_fit_at(bank, patterns, np.full(len(patterns), theta))

    assert chances.sum() == pytest.approx(1.0)
    for statistic in (fit.lz, fit.lz_star):
        assert chances @ statistic == pytest.approx(0.0, abs=1e-7)
        assert chances @ statistic**2 == pytest.approx(1.0, abs=1e-7)
    assert chances @ (fit.lz_star * score) == pytest.approx(0.0, abs=1e-7)
    centred = logs - chances @ logs
    np.testing.assert_allclose(fit.lz, centred / np.sqrt(chances @ centred**2), atol=1e-9)
    residual = centred - (chances @ (centred * score)) / (chances @ score**2) * score
    np.testing.assert_allclose(fit.lz_star, residual / np.sqrt(chances @ residual**2), atol=1e-6)


@pytest.mark.parametrize("method", ["mle", "map", "wle"])
def test_lz_star_is_as_snijders_and_magis_and_colleagues_write_it(method: Method) -> None:
    """l_z* = (W + c r₀) / √Σ P Q (w − c r)² with W = Σ (x − P) w, w = log P/Q, r = P' / (P Q), c = Σ P' w / Σ P' r, and
    r₀ = 0 for the mle, the derivative of the log prior for the map, J / (2 I) for Warm's estimate."""
    rng = np.random.default_rng(3)
    bank = ItemBank.dichotomous(rng.lognormal(0.1, 0.3, 25), rng.normal(size=25), 0.15)
    responses = answers(bank, 0.7 * normal(40))
    prior = Normal(0.2, 0.9)
    ability = estimate_ability(bank, responses, method, prior, (-4.0, 4.0))

    fit = person_fit(bank, responses, method, prior, (-4.0, 4.0))

    is_inside = ability.status == "converged"
    assert is_inside.sum() > 30
    for person in np.flatnonzero(is_inside):
        theta = ability.theta[person : person + 1]
        p = bank.probability(theta)[0]
        slope = (bank.probability(theta + 1e-6)[0] - bank.probability(theta - 1e-6)[0]) / 2e-6
        w, r = np.log(p / (1 - p)), slope / (p * (1 - p))
        c = (slope @ w) / (slope @ r)
        warm = bank.warm(theta).sum() / (2 * bank.information(theta).sum())
        r0 = {"mle": 0.0, "map": float(prior.gradient(theta)[0]), "wle": warm}[method]
        tau = np.sqrt((w - c * r) ** 2 @ (p * (1 - p)))
        expected = ((responses[person] - p) @ w + c * r0) / tau
        assert fit.lz_star[person] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_lz_star_is_standard_normal_at_every_estimate_where_lz_is_not(method: Method) -> None:
    """2,000 persons on 40 items: the standard deviation has an error of 0.016."""
    bank = two_parameter(40)
    responses = answers(bank, normal(2000))

    fit = person_fit(bank, responses, method)

    assert np.std(fit.lz_star) == pytest.approx(1.0, abs=0.06)
    assert np.mean(fit.lz_star) == pytest.approx(0.0, abs=0.1)
    assert np.std(fit.lz) < 0.92
    assert np.mean(fit.flagged()) == pytest.approx(0.05, abs=0.02)


def test_polytomous_persons_have_standard_normal_lz_star() -> None:
    bank = graded([3, 4, 5] * 8)

    fit = person_fit(bank, answers(bank, normal(2000)), "wle")

    assert np.std(fit.lz_star) == pytest.approx(1.0, abs=0.08)
    assert np.mean(fit.flagged()) == pytest.approx(0.05, abs=0.025)


def test_persons_who_answer_at_random_are_flagged() -> None:
    bank = ItemBank.dichotomous(np.full(40, 1.5), np.linspace(-2.5, 2.5, 40))
    honest = answers(bank, normal(300))
    random = (np.random.default_rng(5).random((300, 40)) < 0.5).astype(int)

    fit = person_fit(bank, np.vstack([honest, random]))

    assert fit.flagged()[:300].mean() < 0.1
    assert fit.flagged()[300:].mean() > 0.95
    assert np.median(fit.outfit[300:]) > 1.5 > 1.0 > np.median(fit.infit[:300]) - 0.1


def test_items_that_were_not_given_say_nothing() -> None:
    bank = two_parameter(20)
    responses = answers(bank, normal(50)).astype(float)
    responses[:, 12:] = np.nan

    with_gaps = person_fit(bank, responses, "map")
    short = person_fit(bank.subset(np.arange(12)), responses[:, :12], "map")

    np.testing.assert_allclose(with_gaps.lz_star, short.lz_star, atol=1e-9)
    np.testing.assert_allclose(with_gaps.lz, short.lz, atol=1e-9)
    np.testing.assert_allclose(with_gaps.outfit, short.outfit)
    np.testing.assert_allclose(with_gaps.infit, short.infit)
    assert with_gaps.n_responses.tolist() == [12] * 50


@pytest.mark.parametrize("method", METHODS)
def test_persons_without_responses_have_no_figures(method: Method) -> None:
    bank = two_parameter(5)

    fit = person_fit(bank, np.array([[np.nan] * 5, [1, 0, 1, 1, 0]]), method)

    assert np.isnan([fit.lz[0], fit.lz_star[0], fit.p[0], fit.outfit[0], fit.infit[0]]).all()
    assert np.isfinite([fit.lz[1], fit.lz_star[1], fit.outfit[1], fit.infit[1]]).all()
    assert fit.flagged().tolist()[0] is False


def test_a_single_answer_leaves_nothing_to_judge_once_ability_is_fitted_to_it() -> None:
    fit = person_fit(two_parameter(3), [[1, -1, -1]])

    assert np.isfinite(fit.lz[0])
    assert np.isnan(fit.lz_star[0])


def test_mean_squares_of_a_person_are_those_of_the_residuals() -> None:
    bank = graded([2, 4, 3, 3])
    responses = answers(bank, normal(10))
    theta = np.linspace(-1, 1, 10)

    fit = person_fit_at(bank, responses, theta)

    chances = bank.probability(theta)
    mean = chances @ np.arange(4)
    variance = chances @ np.arange(4) ** 2 - mean**2
    squares = (responses - mean) ** 2
    np.testing.assert_allclose(fit.outfit, (squares / variance).mean(axis=1))
    np.testing.assert_allclose(fit.infit, squares.sum(axis=1) / variance.sum(axis=1))


def test_rows_of_a_calibration_are_judged_at_their_own_posteriors() -> None:
    bank = two_parameter(10)
    model = in_two_groups(known(bank, 80))
    banks = [(bank, np.arange(10))] * 2

    by_mean, by_mode = (person_fit_of(model, banks, method) for method in ("eap", "map"))

    means, _ = posterior_moments(model)
    np.testing.assert_array_equal(by_mean.theta, means[:, 0])
    np.testing.assert_allclose(by_mean.lz, person_fit_at(bank, model.scores, means[:, 0]).lz)
    weights, theta = model.node_weights[1], model.nodes[:, 0]
    mean = weights @ theta
    prior = Normal(mean, np.sqrt(weights @ (theta - mean) ** 2))
    second = person_fit(bank, model.scores[1::2], "map", prior)
    np.testing.assert_allclose(by_mode.lz_star[1::2], second.lz_star, atol=1e-6)


def test_groups_may_have_items_of_their_own() -> None:
    bank = two_parameter(10)
    model = in_two_groups(known(bank, 60))
    scores = model.scores.copy()
    scores[0::2, 7:], scores[1::2, :3] = -1, -1
    banks = [(bank.subset(np.arange(7)), np.arange(7)), (bank.subset(np.arange(3, 10)), np.arange(3, 10))]

    apart = person_fit_of(replace(model, scores=scores), banks)
    whole = person_fit_of(replace(model, scores=scores), [(bank, np.arange(10))] * 2)

    np.testing.assert_allclose(apart.lz_star, whole.lz_star)


def test_abilities_of_two_dimensions_are_judged_too() -> None:
    """At fixed θ, l_z* is standardised over all patterns and uncorrelated with both derivatives."""
    slopes = np.array([[1.2, 0.0], [0.8, 0.5], [0.0, 1.0], [0.5, 1.3], [1.0, 1.0], [0.7, 0.0]])
    bank = ItemBank.multidimensional(slopes=slopes, intercepts=np.linspace(-1, 1, 6))
    theta = np.array([0.4, -0.7])
    patterns = patterns_of([2] * 6)
    right = 1 / (1 + np.exp(-(slopes @ theta + np.linspace(-1, 1, 6))))
    chances = np.where(patterns == 1, right, 1 - right).prod(axis=1)
    scores = (patterns - right) @ slopes

    fit = person_fit_at(bank, patterns, np.tile(theta, (64, 1)))

    assert chances @ fit.lz_star == pytest.approx(0.0, abs=1e-7)
    assert chances @ fit.lz_star**2 == pytest.approx(1.0, abs=1e-6)
    np.testing.assert_allclose((chances * fit.lz_star) @ scores, 0.0, atol=1e-7)


def test_in_several_dimensions_only_the_posterior_mean_will_do() -> None:
    bank = two_parameter(5)
    model = known(bank, 20)
    model = replace(model, nodes=np.repeat(model.nodes, 2, axis=1))

    with pytest.raises(
        IrtError, match="in several dimensions person fit is judged at the posterior mean, not by 'mle'"
    ):
        person_fit_of(model, [(bank, np.arange(5))], "mle")


def test_a_person_fit_prints_as_a_table() -> None:
    bank = two_parameter(8)

    lines = str(person_fit(bank, answers(bank, normal(3)))).splitlines()

    assert lines[0].split() == ["person", "n_responses", "lz", "lz_star", "p", "outfit", "infit"]
    assert len(lines) == 4


def test_the_persons_of_a_calibration_are_judged_in_their_order() -> None:
    """Some have no response, equal ones share a row, groups are mixed: each has the figures of their own answers."""
    bank, groups = two_parameter(8), np.arange(600) % 2
    responses = answers(bank, normal(600) + 0.5 * groups).astype(float)
    responses[np.random.default_rng(5).random(responses.shape) < 0.1] = np.nan
    responses[[7, 100]] = np.nan
    fit = calibrate(responses, "2pl", groups=groups)

    persons = fit.person_fit()

    assert np.isnan([persons.lz[[7, 100]], persons.theta[[7, 100]]]).all()
    assert persons.n_responses.tolist() == (~np.isnan(responses)).sum(axis=1).tolist()
    known = np.delete(np.arange(600), [7, 100])
    expected = person_fit_at(fit.bank, responses[known], persons.theta[known])
    np.testing.assert_allclose(persons.lz_star[known], expected.lz_star)
    for group, latent in fit.latents.items():
        own = known[groups[known] == group]
        ability = estimate_ability(fit.bank, responses[own], prior=Normal(latent.mean, np.sqrt(latent.variance)))
        np.testing.assert_allclose(persons.theta[own], ability.theta, atol=1e-5)


def test_judging_a_person_needs_no_scipy() -> None:
    code = """
import sys
from irt_core import ItemBank
from irt_core.fit import person_fit
assert person_fit(ItemBank.dichotomous([1.0, 1.5, 0.8], [0.0, 1.0, -1.0]), [[1, 0, 1]]).lz_star.shape == (1,)
assert "scipy" not in sys.modules
"""

    subprocess.run([sys.executable, "-c", code], check=True)


def test_calibrated_persons_fit() -> None:
    fit = calibrate(answers(two_parameter(15), normal(1000)), "2pl")

    assert np.std(fit.person_fit().lz_star) == pytest.approx(1.0, abs=0.15)
