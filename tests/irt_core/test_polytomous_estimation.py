"""Ability from items of several categories: against brute force and published closed forms."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irt_core import ItemBank, Normal, ResponseError, estimate_ability
from irt_core.estimation.ability import Method
from tests.irt_core.conftest import random_bank, random_polytomous_bank

METHODS = get_args(Method)
MODELS = ["graded", "gpcm", "nominal", "mixed"]


def answers(bank: ItemBank, theta: np.ndarray, missing: float = 0.0, seed: int = 5) -> np.ndarray:
    """Simulated responses (n_persons, n_items), a part of them missing."""
    rng = np.random.default_rng(seed)
    every = np.arange(bank.n_items)
    scores = bank.draw_scores(np.repeat(theta, bank.n_items), np.tile(every, theta.size), rng)
    responses = scores.reshape(theta.size, bank.n_items).astype(float)
    responses[rng.random(responses.shape) < missing] = np.nan
    return responses


def likelihood(bank: ItemBank, responses: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """L(θ) of one person, NaN being an item not given, shape (n_theta,)."""
    items = np.flatnonzero(~np.isnan(responses))
    of_scores: np.ndarray = bank.probability(theta)[:, items, responses[items].astype(int)].prod(axis=1)
    return of_scores


def test_estimates_for_the_science_items_are_the_published_ones() -> None:
    """Four items on attitudes to science (Karlheinz & Melich 1992, *Euro-Barometer 38.1*) with the parameters to three
    digits, and the EAPs, that the test suite of R's mirt reports for graded items and for three of them with a
    generalised partial credit item."""
    a, d = np.array([1.041, 1.226, 2.296, 1.095]), [[4.864, 2.64, -1.466], [2.924, 0.901, -2.266]]
    graded = ItemBank.graded(a, -np.array([*d, [5.238, 2.216, -1.965], [3.348, 0.992, -1.688]]) / a[:, None])
    a, d = np.array([1.057, 1.219, 2.255]), [[4.876, 2.649, -1.472], [2.918, 0.9, -2.263], [5.178, 2.19, -1.943]]
    credit = ItemBank.generalized_partial_credit(0.77, [-np.diff([0.0, 2.159, 2.973, 1.767]) / 0.77])
    mixed = ItemBank.mixed([ItemBank.graded(a, -np.array(d) / a[:, None]), credit])

    of_graded = estimate_ability(graded, [0, 1, 2, 3])
    of_mixed = estimate_ability(mixed, [[0, 2, 1, 0], [0, 3, 1, 2], [0, 3, 2, 0]])

    assert (of_graded.theta, of_graded.se) == pytest.approx((-0.3495, 0.6005), abs=5e-4)
    np.testing.assert_allclose(of_mixed.theta, [-1.4445, -0.7366, -0.5625], atol=5e-4)


@pytest.mark.parametrize("missing", [0.0, 0.4])
def test_eap_is_the_integral_over_the_posterior(polytomous_bank: ItemBank, missing: float) -> None:
    prior = Normal(0.3, 0.9)
    responses = answers(polytomous_bank, np.array([-2.0, 0.0, 2.5]), missing)
    grid = np.linspace(-6, 6, 3_001)

    eap = estimate_ability(polytomous_bank, responses, prior=prior)

    for person, row in enumerate(responses):
        posterior = likelihood(polytomous_bank, row, grid) * np.exp(prior.log_density(grid))
        mean = np.trapezoid(grid * posterior) / np.trapezoid(posterior)
        variance = np.trapezoid((grid - mean) ** 2 * posterior) / np.trapezoid(posterior)
        assert eap.theta[person] == pytest.approx(mean, abs=1e-6)
        assert eap.se[person] == pytest.approx(np.sqrt(variance), abs=1e-6)
        assert eap.status[person] == "converged"


@pytest.mark.parametrize("method", ["mle", "map"])
def test_the_mode_is_where_a_fine_grid_peaks(polytomous_bank: ItemBank, method: Method) -> None:
    responses = answers(polytomous_bank, np.linspace(-2, 2, 7), 0.3)
    grid = np.linspace(-6, 6, 6_001)

    ability = estimate_ability(polytomous_bank, responses, method)

    for person, row in enumerate(responses):
        height = np.log(likelihood(polytomous_bank, row, grid)) - (0.5 * grid**2 if method == "map" else 0.0)
        assert ability.theta[person] == pytest.approx(grid[height.argmax()], abs=2e-3)
        given_items = polytomous_bank.subset(~np.isnan(row))
        information = given_items.information(ability.theta[person]).sum() + (1.0 if method == "map" else 0.0)
        assert ability.se[person] == pytest.approx(information**-0.5, rel=1e-6)


def test_wle_solves_warms_equation(polytomous_bank: ItemBank) -> None:
    responses = answers(polytomous_bank, np.linspace(-2, 2, 15), 0.2)
    step = 1e-5

    wle = estimate_ability(polytomous_bank, responses, "wle")

    for theta, row in zip(wle.theta, responses, strict=True):
        items = polytomous_bank.subset(~np.isnan(row))
        behind, ahead = np.log(likelihood(polytomous_bank, row, theta + np.array([-step, step])))
        correction = items.warm(theta).sum() / (2 * items.information(theta).sum())
        assert (ahead - behind) / (2 * step) + correction == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("model", ["gpcm", "nominal"])
def test_wle_of_competing_categories_is_the_mode_under_the_jeffreys_prior(model: str) -> None:
    bank = random_polytomous_bank(model, 12)
    responses = answers(bank, np.array([-1.0, 0.5, 2.0]))
    grid = np.linspace(-4, 4, 8_001)

    wle = estimate_ability(bank, responses, "wle")

    for person, row in enumerate(responses):
        height = np.log(likelihood(bank, row, grid)) + 0.5 * np.log(bank.information(grid).sum(axis=1))
        assert wle.theta[person] == pytest.approx(grid[height.argmax()], abs=1e-3)


def test_wle_removes_the_bias_of_the_maximum_likelihood_estimate() -> None:
    """The expansion behind Warm's term: 20,000 persons at θ = 1.5 take 24 graded items. The mean of the mle is off by
    −J / 2I², within four standard errors, and that of the wle is not."""
    bank = ItemBank.graded([1.1, 1.4, 0.9], [[-1.2, -0.3, 0.8], [-0.5, 0.4], [-0.9, 0.1, 0.6]])
    long = bank.subset(np.tile(np.arange(3), 8))
    theta = np.full(20_000, 1.5)
    responses = answers(long, theta)
    information, warm = long.information(1.5).sum(), long.warm(1.5).sum()

    bias = {method: estimate_ability(long, responses, method).theta.mean() - 1.5 for method in ("mle", "wle")}

    sampling_error = 4 * (information * 20_000) ** -0.5
    assert bias["mle"] == pytest.approx(-warm / (2 * information**2), abs=sampling_error)
    assert abs(bias["mle"]) > 2 * sampling_error
    assert abs(bias["wle"]) < sampling_error


def test_maximum_likelihood_of_the_partial_credit_model_reproduces_the_sum_score() -> None:
    """Its likelihood equation is that the expected sum is the observed one (Masters 1982)."""
    bank = ItemBank.partial_credit([[-1.0, 0.5], [0.0], [0.4, -0.6, 1.2], [1.0, 1.5]])
    responses = np.array([[1, 0, 2, 1], [2, 1, 0, 1], [0, 1, 3, 0], [1, 1, 1, 1]])

    mle = estimate_ability(bank, responses, "mle")

    expected = (bank.probability(mle.theta) * np.arange(4)).sum(axis=(1, 2))
    np.testing.assert_allclose(expected, 4.0, atol=1e-7)
    np.testing.assert_allclose(mle.theta, mle.theta[0], atol=1e-7)


@pytest.mark.parametrize("model", MODELS)
def test_sum_score_estimates_average_the_posteriors_of_all_patterns_with_that_sum(model: str) -> None:
    bank = random_polytomous_bank(model, 8, seed=3).subset([0, 2, 3, 5])
    patterns = np.array([*product(*(range(n) for n in bank.category_counts))], dtype=float)
    grid = np.linspace(-6, 6, 2_001)

    by_sum = estimate_ability(bank, patterns, "eap_sum")

    joint = np.array([likelihood(bank, row, grid) * np.exp(-0.5 * grid**2) for row in patterns])
    for total in np.unique(patterns.sum(axis=1)):
        posterior = joint[patterns.sum(axis=1) == total].sum(axis=0)
        mean = np.trapezoid(grid * posterior) / np.trapezoid(posterior)
        sd = np.sqrt(np.trapezoid((grid - mean) ** 2 * posterior) / np.trapezoid(posterior))
        np.testing.assert_allclose(by_sum.theta[patterns.sum(axis=1) == total], mean, atol=1e-6)
        np.testing.assert_allclose(by_sum.se[patterns.sum(axis=1) == total], sd, atol=1e-6)


def test_the_sum_of_partial_credit_items_tells_all_that_their_scores_tell() -> None:
    """With equal discriminations the sum is sufficient (Masters 1982), so both posterior means are the same."""
    bank = ItemBank.partial_credit([[-1.0, 0.5], [0.0], [0.4, -0.6, 1.2], [1.0, 1.5]])
    responses = answers(bank, np.linspace(-2, 2, 30))

    eap, eap_sum = (estimate_ability(bank, responses, method) for method in ("eap", "eap_sum"))

    np.testing.assert_allclose(eap_sum.theta, eap.theta, atol=1e-7)
    np.testing.assert_allclose(eap_sum.se, eap.se, atol=1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_two_category_items_give_the_estimates_of_the_two_parameter_model(method: Method) -> None:
    plain = random_bank(30, 2)
    responses = answers(plain, np.linspace(-2.5, 2.5, 40), 0.2)
    expected = estimate_ability(plain, responses, method)
    a, b = plain.discriminations, plain.locations
    for bank in (
        ItemBank.graded(a, b[:, None]),
        ItemBank.generalized_partial_credit(a, b[:, None]),
        ItemBank.nominal(np.column_stack([0 * a, a]), np.column_stack([0 * a, -a * b])),
        ItemBank.mixed([plain.subset(np.arange(9)), ItemBank.graded(a[9:], b[9:, None])]),
    ):
        found = estimate_ability(bank, responses, method)

        np.testing.assert_allclose(found.theta, expected.theta, atol=1e-8)
        np.testing.assert_allclose(found.se, expected.se, atol=1e-8)
        assert (found.status == expected.status).all()


@pytest.mark.parametrize("method", METHODS)
def test_the_normal_metric_gives_the_estimates_of_the_logistic_one(method: Method) -> None:
    thresholds = [[-1.0, 0.2, 1.5], [0.4], [-0.5, 0.9]]
    for make in (ItemBank.graded, ItemBank.generalized_partial_credit):
        normal, logistic = make([0.5, 0.9, 1.0], thresholds, D=1.702), make([0.851, 1.5318, 1.702], thresholds)
        responses = answers(logistic, np.linspace(-2, 2, 9))

        here, there = (estimate_ability(bank, responses, method) for bank in (normal, logistic))

        np.testing.assert_allclose(here.theta, there.theta, atol=1e-9)


def test_the_lowest_and_the_highest_scores_have_estimates_that_say_so() -> None:
    for model in ("graded", "gpcm"):
        bank = random_polytomous_bank(model, 24)
        responses = np.array([np.zeros(24), bank.category_counts - 1])
        for method in METHODS:
            ability = estimate_ability(bank, responses, method, bounds=(-5.0, 5.0))
            assert -5.0 <= ability.theta[0] < ability.theta[1] <= 5.0
            assert (np.isfinite(ability.se) & (ability.se > 0)).all()
        mle = estimate_ability(bank, responses, "mle", bounds=(-5.0, 5.0))
        assert mle.status.tolist() == ["bounded", "bounded"]
        assert mle.theta.tolist() == [-5.0, 5.0]


@pytest.mark.parametrize("method", METHODS)
def test_an_item_not_given_counts_for_nothing(polytomous_bank: ItemBank, method: Method) -> None:
    responses = answers(polytomous_bank, np.array([-1.0, 0.0, 1.0]))
    given_items = np.arange(24) % 3 != 0

    subset = estimate_ability(polytomous_bank.subset(given_items), responses[:, given_items], method)

    for gap in (np.nan, -1.0):
        ability = estimate_ability(polytomous_bank, np.where(given_items, responses, gap), method)
        np.testing.assert_allclose(ability.theta, subset.theta, atol=1e-7)
        np.testing.assert_allclose(ability.se, subset.se, atol=1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_one_person_and_a_crowd_get_the_same_estimate(polytomous_bank: ItemBank, method: Method) -> None:
    responses = answers(polytomous_bank, np.random.default_rng(2).normal(size=700))
    responses[::2, ::4] = np.nan
    responses[7] = np.nan

    many = estimate_ability(polytomous_bank, responses, method)

    for person in (0, 1, 7, 640, 699):
        one = estimate_ability(polytomous_bank, responses[person], method)
        np.testing.assert_allclose(one.theta, many.theta[person], atol=1e-7)
        np.testing.assert_allclose(one.se, many.se[person], atol=1e-7)
        assert one.status == many.status[person]
    assert many.status[7] == "no_responses"


@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_a_higher_score_never_lowers_the_estimate(data: st.DataObject) -> None:
    """True of graded and partial credit items: the ratio of the likelihoods of two scores rises with θ."""
    bank = random_polytomous_bank(data.draw(st.sampled_from(["graded", "gpcm"])), 8)
    responses = np.array([data.draw(st.integers(0, n - 1)) for n in bank.category_counts])
    item = data.draw(st.integers(0, 7))
    lower, higher = responses.copy(), responses.copy()
    lower[item], higher[item] = 0, bank.category_counts[item] - 1

    for method in METHODS:
        estimates = estimate_ability(bank, np.array([lower, responses, higher]), method).theta
        assert (np.diff(estimates) >= -1e-9).all()


@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_the_order_of_the_items_does_not_matter(data: st.DataObject) -> None:
    bank = random_polytomous_bank(data.draw(st.sampled_from(MODELS)), 12)
    responses = np.array([data.draw(st.integers(-1, n - 1)) for n in bank.category_counts])
    order = np.array(data.draw(st.permutations(range(12))))

    for method in METHODS:
        here = estimate_ability(bank, responses, method)
        there = estimate_ability(bank.subset(order), responses[order], method)

        np.testing.assert_allclose(there.theta, here.theta, atol=1e-7)
        np.testing.assert_allclose(there.se, here.se, atol=1e-7)


def test_estimates_recover_the_abilities_that_made_the_responses(polytomous_bank: ItemBank) -> None:
    """2,000 persons on 24 items: four standard errors of the mean error are 4 × 0.5 / √2000 = 0.045, and of the mean
    square error 4 √(2 / 2000) = 13 %, which is 6.5 % of its root."""
    theta = np.random.default_rng(8).normal(size=2000)

    eap = estimate_ability(polytomous_bank, answers(polytomous_bank, theta))

    assert abs(np.mean(eap.theta - theta)) < 0.045
    assert np.sqrt(np.mean((eap.theta - theta) ** 2)) == pytest.approx(np.sqrt(np.mean(eap.se**2)), rel=0.065)


@pytest.mark.parametrize(
    ("responses", "complaint"),
    [
        ([0, 2, 0], "2 is not a score from 0 to 1 of item 1"),
        ([4, 0, 0], "4 is not a score from 0 to 3 of item 0"),
        ([[0, 0, 0], [0, 0, 3]], "3 is not a score from 0 to 2 of item 2"),
        ([0, 0, 1.5], "1.5 is not a score from 0 to 2 of item 2"),
        ([0, np.nan, -2], "-2 is not a score from 0 to 2 of item 2"),
        ([0, 1], "must have the shape"),
    ],
)
def test_a_score_that_its_item_has_not_is_refused(responses: Any, complaint: str) -> None:
    bank = ItemBank.graded(1.0, [[-1.0, 0.2, 1.5], [0.4], [-0.5, 0.9]])

    with pytest.raises(ResponseError, match=complaint):
        estimate_ability(bank, responses)


def test_no_persons_have_no_estimates(polytomous_bank: ItemBank) -> None:
    for method in METHODS:
        ability = estimate_ability(polytomous_bank, np.empty((0, 24)), method)

        assert ability.theta.shape == ability.se.shape == ability.status.shape == (0,)
