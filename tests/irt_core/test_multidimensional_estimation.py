"""Estimates of several abilities: against brute force, the engine of one dimension, and what must hold for all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from irt_core import IrtError, ItemBank, Normal, PriorError, ResponseError, estimate_ability
from irt_core.estimation.ability import Method
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional import means
from irt_core.multidimensional.prior import MultivariateNormal
from tests.irt_core.multidimensional_samples import (
    CORRELATED,
    SHAPES,
    answers,
    bank_with,
    between_item_bank,
    bifactor_bank,
    compensatory_bank,
    lattice,
    log_likelihood,
    posterior_by_brute_force,
)

METHODS: tuple[Method, ...] = ("eap", "map", "mle", "wle")
THETA = np.array([[-1.5, 0.5], [0.0, 0.0], [1.0, -1.0], [2.0, 1.5]])


@pytest.fixture(params=SHAPES)
def any_shape(request: pytest.FixtureRequest) -> MultidimensionalBank:
    """Thirty items of two dimensions of each kind in turn."""
    return compensatory_bank(30, 2, request.param)


def some_answers(bank: MultidimensionalBank, theta: np.ndarray) -> np.ndarray:
    """Responses of which a fifth was not given."""
    responses = answers(bank, theta)
    responses[:, ::5] = np.nan
    return responses


def test_eap_is_the_mean_and_the_covariance_of_the_posterior(any_shape: MultidimensionalBank) -> None:
    responses = some_answers(any_shape, THETA)

    eap = estimate_ability(any_shape, responses, prior=CORRELATED, bounds=(-9.0, 9.0))

    for person, row in enumerate(responses):
        mean, covariance = posterior_by_brute_force(any_shape, row, CORRELATED, 151)
        np.testing.assert_allclose(eap.theta[person], mean, atol=1e-6)
        np.testing.assert_allclose(eap.covariance[person], covariance, atol=1e-6)
        np.testing.assert_allclose(eap.se[person], np.sqrt(np.diag(covariance)), atol=1e-6)
    assert (eap.status == "converged").all()


@pytest.mark.parametrize("shape", ["M3PL", "MGRM"])
def test_three_dimensions_are_integrated_as_exactly(shape: str) -> None:
    bank = compensatory_bank(9, 3, shape)
    prior = MultivariateNormal([0.0, 0.3, -0.3], [[1.0, 0.5, 0.2], [0.5, 1.2, 0.4], [0.2, 0.4, 0.8]])
    (row,) = some_answers(bank, np.array([[0.5, -0.5, 1.0]]))

    eap = estimate_ability(bank, row, prior=prior, bounds=(-9.0, 9.0))

    mean, covariance = posterior_by_brute_force(bank, row, prior, 41)
    np.testing.assert_allclose(eap.theta, mean, atol=1e-5)
    np.testing.assert_allclose(eap.covariance, covariance, atol=1e-5)


def test_a_bifactor_posterior_is_that_of_the_whole_space() -> None:
    bank = bifactor_bank(12, 3, "M3PL")
    (row,) = some_answers(bank, np.array([[0.5, -1.0, 0.8, 0.0]]))

    eap = estimate_ability(bank, row)

    mean, covariance = posterior_by_brute_force(bank, row, MultivariateNormal.standard(4), 19)
    np.testing.assert_allclose(eap.theta, mean, atol=1e-5)
    np.testing.assert_allclose(eap.covariance, covariance, atol=1e-5)


def test_one_general_and_eight_specific_dimensions_are_one_grid_of_two_eight_times() -> None:
    """Given the general ability the testlets are independent: an integral over nine dimensions, by hand in two."""
    bank = bifactor_bank(40, 8, "M3PL")
    (row,) = some_answers(bank, np.random.default_rng(3).normal(size=(1, 9)))
    points = np.linspace(-6, 6, 121)
    density = np.exp(-0.5 * points**2)
    plane = np.stack(np.meshgrid(points, points, indexing="ij"), axis=-1).reshape(-1, 2)
    log_mass, conditional_mean = -0.5 * points**2, []
    for specific in range(1, 9):
        items = np.flatnonzero(bank.slopes[:, specific])
        pair = ItemBank.multidimensional(
            bank.slopes[items][:, [0, specific]], bank.intercepts[items], np.array(bank.to_arrays()["guessing"])[items]
        )
        likelihood = np.exp(log_likelihood(pair, row[items], plane)).reshape(121, 121)
        mass = likelihood @ density
        log_mass = log_mass + np.log(mass)
        conditional_mean.append(likelihood @ (density * points) / mass)
    weights = np.exp(log_mass - log_mass.max())
    weights /= weights.sum()

    eap = estimate_ability(bank, row)

    np.testing.assert_allclose(eap.theta, [weights @ points, *(weights @ mean for mean in conditional_mean)], atol=1e-6)
    between = weights @ (conditional_mean[0] * conditional_mean[7]) - eap.theta[1] * eap.theta[8]
    assert eap.covariance[1, 8] == pytest.approx(between, abs=1e-6)


def test_a_long_sharp_test_is_integrated_on_a_finer_grid() -> None:
    bank = ItemBank.multidimensional(
        np.tile([[2.8, 0.0], [2.0, 2.0]], (75, 1)), np.random.default_rng(0).normal(0, 1, 150)
    )
    (row,) = answers(bank, np.array([[0.3, -0.4]]))
    near = estimate_ability(bank, row, "map").theta
    grid = lattice(near - 1.2, near + 1.2, 101)

    eap = estimate_ability(bank, row)

    log_density = log_likelihood(bank, row, grid) - 0.5 * (grid**2).sum(axis=1)
    weights = np.exp(log_density - log_density.max())
    np.testing.assert_allclose(eap.theta, weights @ grid / weights.sum(), atol=1e-6)
    assert eap.se[0] < 0.12


def test_a_table_that_would_be_too_large_is_made_for_each_person(monkeypatch: pytest.MonkeyPatch) -> None:
    bank = compensatory_bank(200, 2, "M3PL")
    responses = answers(bank, THETA)
    responses[np.random.default_rng(4).random(responses.shape) < 0.85] = np.nan
    responses[3] = np.nan
    common = estimate_ability(bank, responses, prior=CORRELATED, bounds=(-9.0, 9.0))
    monkeypatch.setattr(means, "_LARGEST_TABLE", 0)

    apart = estimate_ability(bank, responses, prior=CORRELATED, bounds=(-9.0, 9.0))

    np.testing.assert_allclose(apart.theta, common.theta, atol=1e-6)
    np.testing.assert_allclose(apart.covariance, common.covariance, atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_an_item_not_given_counts_for_nothing(method: Method) -> None:
    bank = compensatory_bank(40, 2, "M3PL")
    responses = some_answers(bank, THETA)
    given = ~np.isnan(responses[0])

    whole = estimate_ability(bank, responses, method, CORRELATED)
    with_minus_one = estimate_ability(bank, np.nan_to_num(responses, nan=-1), method, CORRELATED)
    subset = estimate_ability(bank.subset(given), responses[:, given], method, CORRELATED)

    for other in (with_minus_one, subset):
        np.testing.assert_allclose(other.theta, whole.theta, atol=1e-6)
        np.testing.assert_allclose(other.se, whole.se, rtol=1e-5)


@pytest.mark.parametrize("shape", ["M2PL", "M3PL", "MGRM"])
def test_propagation_comes_close_where_a_grid_would_be_too_large(shape: str) -> None:
    """Four correlated abilities, items that draw on one each: all dimensions are linked by the prior."""
    bank = between_item_bank(12, 4, shape)
    prior = MultivariateNormal(np.zeros(4), 0.5 * np.eye(4) + 0.5)
    (row,) = some_answers(bank, np.array([[0.8, -0.3, 0.4, 1.5]]))

    eap = estimate_ability(bank, row, prior=prior)

    mean, covariance = posterior_by_brute_force(bank, row, prior, 17)
    sds = np.sqrt(np.diag(covariance))
    assert (np.abs(eap.theta - mean) < 0.01 * sds).all()
    np.testing.assert_allclose(eap.se, sds, rtol=0.02)
    assert eap.status == "converged"


def test_propagation_agrees_with_the_grid_in_two_dimensions(
    any_shape: MultidimensionalBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it costs to stand in a normal site for each likelihood: 2 % of a standard error of the mean, 5 % of its
    size, here where every item draws on both dimensions."""
    responses = some_answers(any_shape, THETA)
    exact = estimate_ability(any_shape, responses, prior=CORRELATED, bounds=(-9.0, 9.0))
    monkeypatch.setattr(means, "MOST_POINTS", 0)

    propagated = estimate_ability(any_shape, responses, prior=CORRELATED)

    assert (propagated.theta != exact.theta).all()
    np.testing.assert_allclose((propagated.theta - exact.theta) / exact.se, 0.0, atol=0.03)
    np.testing.assert_allclose(propagated.se, exact.se, rtol=0.06)


@pytest.mark.parametrize("method", ["map", "mle"])
def test_the_mode_is_where_a_fine_grid_peaks(any_shape: MultidimensionalBank, method: Method) -> None:
    responses = some_answers(any_shape, THETA)

    ability = estimate_ability(any_shape, responses, method, CORRELATED)

    for person, row in enumerate(responses):
        here = ability.theta[person]
        near = lattice(np.maximum(here - 0.1, -6), np.minimum(here + 0.1, 6), 41)
        everywhere = lattice(np.full(2, -6.0), np.full(2, 6.0), 121)
        theta = np.concatenate([near, everywhere])
        height = log_likelihood(any_shape, row, theta)
        if method == "map":
            height += CORRELATED.log_density(theta)
        np.testing.assert_allclose(here, theta[height.argmax()], atol=0.0051)


def test_the_covariance_of_modes_is_the_inverse_information_at_the_estimate(any_shape: MultidimensionalBank) -> None:
    responses = some_answers(any_shape, THETA[:3])
    for method in METHODS[1:]:
        ability = estimate_ability(any_shape, responses, method, CORRELATED)

        for person, row in enumerate(responses):
            information = any_shape.subset(~np.isnan(row)).information_matrices(ability.theta[person])[0].sum(axis=0)
            if method == "map":
                information += np.linalg.inv(CORRELATED.matrix)
            np.testing.assert_allclose(ability.covariance[person], np.linalg.inv(information), rtol=1e-6)
            np.testing.assert_allclose(ability.se[person] ** 2, np.diag(ability.covariance[person]), rtol=1e-12)


def test_wle_of_the_two_parameter_model_is_the_mode_under_the_jeffreys_prior() -> None:
    """Firth (1993): for an exponential family the corrected score is the gradient of l + ½ log |I|."""
    bank = compensatory_bank(20, 2, "M2PL")
    responses = np.vstack([answers(bank, THETA), np.zeros(20), np.ones(20)])

    wle = estimate_ability(bank, responses, "wle", bounds=(-8.0, 8.0))

    for estimate, row in zip(wle.theta, responses, strict=True):
        around = lattice(estimate - 0.02, estimate + 0.02, 41)
        information = bank.information_matrices(around).sum(axis=1)
        height = log_likelihood(bank, row, around) + 0.5 * np.linalg.slogdet(information)[1]
        np.testing.assert_allclose(around[height.argmax()], estimate, atol=1e-6)
    assert (wle.status == "converged").all()


@pytest.mark.parametrize("shape", ["M3PL", "MGRM"])
def test_wle_removes_the_bias_of_mle(shape: str) -> None:
    """1,500 tests of 80 items at one point. Without its bias an estimate is off by sampling error alone: four standard
    errors are 4 × 0.4 / √1500 = 0.041."""
    bank = bank_with(np.tile([[1.6, 0.4], [0.4, 1.6]], (40, 1)), shape, seed=1)
    theta = np.tile([1.2, 0.6], (1500, 1))
    responses = answers(bank, theta)

    mle, wle = (estimate_ability(bank, responses, method).theta - theta for method in METHODS[2:])

    assert (np.abs(wle.mean(axis=0)) < 0.041).all()
    assert np.abs(mle.mean(axis=0)).max() > 0.06


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("method", METHODS)
def test_one_dimension_is_estimated_as_by_the_engine_of_one_dimension(shape: str, method: Method) -> None:
    bank = compensatory_bank(25, 1, shape)
    a = bank.slopes[:, 0]
    if shape == "MGRM":
        plain = ItemBank.graded(a, -bank.intercepts / a[:, None])
    else:
        plain = ItemBank.dichotomous(a, -bank.intercepts / a, bank.to_arrays()["guessing"], bank.to_arrays()["upper"])
    responses = some_answers(bank, np.linspace(-2.5, 2.5, 40)[:, None])
    prior = Normal(0.2, 0.9)

    here = estimate_ability(bank, responses, method, prior)
    there = estimate_ability(plain, responses, method, prior)

    inside = there.status == "converged"
    np.testing.assert_array_equal(here.status, there.status)
    np.testing.assert_allclose(here.theta[:, 0], there.theta, atol=1e-5)
    np.testing.assert_allclose(here.se[inside, 0], there.se[inside], rtol=1e-4)


def test_of_two_modes_the_higher_one_is_found() -> None:
    """The two modes of Samejima's example in one dimension, laid along a diagonal of two."""
    a = np.array([2, 1.5, 2, 1.5, 1.5, 2.5, 3])
    slopes = np.concatenate([a[:, None] * [0.6, 0.8], np.tile([[0.8, -0.6]], (4, 1))])
    intercepts = np.concatenate([-a * [-2, -2, 3, 0, 1, 1, 2], np.zeros(4)])
    bank = ItemBank.multidimensional(slopes, intercepts, guessing=np.repeat([0.25, 0.0], [7, 4]))
    responses = np.array([1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1])
    grid = lattice(np.full(2, -6.0), np.full(2, 6.0), 241)

    mle = estimate_ability(bank, responses, "mle")

    np.testing.assert_allclose(mle.theta, grid[log_likelihood(bank, responses, grid).argmax()], atol=0.04)
    assert mle.theta @ [0.6, 0.8] < 0.0


def test_all_right_and_all_wrong_have_finite_estimates_that_say_so(any_shape: MultidimensionalBank) -> None:
    responses = np.stack([np.zeros(30), any_shape.category_counts - 1.0])

    mle = estimate_ability(any_shape, responses, "mle", bounds=(-5.0, 5.0))

    assert mle.status.tolist() == ["bounded", "bounded"]
    np.testing.assert_allclose(mle.theta, [[-5.0, -5.0], [5.0, 5.0]])
    others: tuple[Method, ...] = ("eap", "map", "wle")
    for method in others:
        ability = estimate_ability(any_shape, responses, method, bounds=(-8.0, 8.0))
        assert ability.theta[0].sum() < ability.theta[1].sum()
        assert np.isfinite(ability.se).all()


def test_nobody_is_judged_by_no_responses(any_shape: MultidimensionalBank) -> None:
    nothing = np.full(30, np.nan)
    with_prior: tuple[Method, ...] = ("eap", "map")
    for method in with_prior:
        ability = estimate_ability(any_shape, nothing, method, CORRELATED, bounds=(-9.0, 9.0))
        np.testing.assert_allclose(ability.theta, CORRELATED.mean, atol=1e-6)
        np.testing.assert_allclose(ability.covariance, CORRELATED.covariance, atol=1e-6)
        assert ability.status == "no_responses"
    for method in METHODS[2:]:
        ability = estimate_ability(any_shape, nothing, method)
        assert np.isnan(ability.theta).all()
        assert np.isinf(ability.se).all()
        assert ability.status == "no_responses"


@pytest.mark.parametrize("method", ["mle", "wle"])
def test_a_dimension_about_which_nothing_was_asked_has_no_estimate_without_a_prior(method: Method) -> None:
    bank = between_item_bank(12, 3)
    responses = answers(bank, np.array([[0.3, 0.2, -0.4]]))[0]
    responses[2::3] = np.nan
    apart = bank.subset(~np.isnan(responses))

    ability = estimate_ability(bank, responses, method)

    assert ability.status == "not_identified"
    assert np.isnan(ability.theta).tolist() == [False, False, True]
    assert np.isinf(ability.se).tolist() == [False, False, True]
    information = apart.information_matrices(np.nan_to_num(ability.theta))[0].sum(axis=0)
    np.testing.assert_allclose(ability.se[:2], np.diag(information)[:2] ** -0.5, rtol=1e-6)
    assert estimate_ability(bank, responses, "map").status == "converged"


def test_items_that_all_draw_alike_leave_both_dimensions_open() -> None:
    bank = ItemBank.multidimensional(np.tile([1.0, 0.5], (10, 1)), np.linspace(-2, 2, 10))

    ability = estimate_ability(bank, [1, 0] * 5, "mle")

    assert ability.status == "not_identified"
    assert np.isnan(ability.theta).all()


@pytest.mark.parametrize("method", METHODS)
def test_one_person_and_a_crowd_get_the_same_estimate(method: Method) -> None:
    bank = compensatory_bank(30, 2, "M3PL")
    responses = answers(bank, np.random.default_rng(2).normal(size=(300, 2)))
    responses[::5, ::4] = np.nan

    many = estimate_ability(bank, responses, method)

    assert many.theta.shape == many.se.shape == (300, 2)
    assert many.covariance.shape == (300, 2, 2)
    for person in (0, 1, 255, 299):
        one = estimate_ability(bank, responses[person], method)
        assert one.theta.shape == one.se.shape == (2,)
        np.testing.assert_allclose(one.theta, many.theta[person], atol=1e-5)
        np.testing.assert_allclose(one.covariance, many.covariance[person], rtol=1e-4, atol=1e-6)
        assert one.status == many.status[person]


@pytest.mark.parametrize("bank", [compensatory_bank(40, 2, "M3PL"), bifactor_bank(40, 4, "MGRM")], ids=["M3PL", "MGRM"])
def test_estimates_recover_the_abilities_that_made_the_responses(bank: MultidimensionalBank) -> None:
    """2,000 persons from the prior: the mean error of the EAP is zero within four standard errors, 4 / √2000 = 0.09,
    and its mean square is the posterior variance within four of its own, 4 √(2 / 2000) = 13 %."""
    prior = MultivariateNormal.standard(bank.n_dimensions)
    theta = np.random.default_rng(8).multivariate_normal(prior.centre, prior.matrix, 2000)

    eap = estimate_ability(bank, answers(bank, theta), prior=prior)

    errors = eap.theta - theta
    np.testing.assert_allclose(errors.mean(axis=0), 0.0, atol=0.09)
    np.testing.assert_allclose((errors**2).mean(axis=0), (eap.se**2).mean(axis=0), rtol=0.13)
    np.testing.assert_allclose(errors[:, 0] @ errors[:, 1] / 2000, eap.covariance[:, 0, 1].mean(), atol=0.05)


def test_correlated_abilities_lend_each_other_precision() -> None:
    bank = between_item_bank(20, 2)
    responses = answers(bank, THETA)

    alone, together = (
        estimate_ability(bank, responses, prior=MultivariateNormal([0, 0], [[1, r], [r, 1]])).se for r in (0.0, 0.9)
    )

    assert (together < 0.9 * alone).all()


def test_what_cannot_be_estimated_is_refused(any_shape: MultidimensionalBank) -> None:
    row = np.zeros(30)

    with pytest.raises(IrtError, match="no estimator of several abilities is called 'eap_sum'"):
        estimate_ability(any_shape, row, "eap_sum")
    with pytest.raises(PriorError, match="the bank has 2 dimensions, the prior 3"):
        estimate_ability(any_shape, row, prior=MultivariateNormal.standard(3))
    with pytest.raises(PriorError, match="bounds must be finite"):
        estimate_ability(any_shape, row, bounds=(2.0, 1.0))
    with pytest.raises(ResponseError, match="must have the shape"):
        estimate_ability(any_shape, row[:5])


def test_no_persons_have_no_estimates() -> None:
    for method in METHODS:
        ability: Any = estimate_ability(compensatory_bank(5), np.empty((0, 5)), method)

        assert ability.theta.shape == ability.se.shape == (0, 2)
        assert ability.covariance.shape == (0, 2, 2)
