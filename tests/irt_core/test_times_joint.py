"""Ability and speed together: their correlation, and what times tell about ability."""

from __future__ import annotations

import numpy as np
import pytest

from irt_core import ItemBank, Normal, ResponseError, estimate_ability
from irt_core.arrays import FloatArray
from irt_core.times import JointPopulation, SpeedState, TimeModel, estimate_speed, joint_estimates, joint_population

N_ITEMS = 20
MEAN, COVARIANCE = np.array([0.3, 0.1]), np.array([[1.2, 0.18], [0.18, 0.09]])


def items() -> tuple[ItemBank, TimeModel]:
    rng = np.random.default_rng(19)
    bank = ItemBank.dichotomous(rng.lognormal(0.2, 0.3, N_ITEMS), rng.normal(0.0, 1.0, N_ITEMS))
    return bank, TimeModel.of(rng.normal(3.5, 0.4, N_ITEMS), rng.lognormal(0.6, 0.25, N_ITEMS), 0.3)


def sample(n: int, seed: int, covariance: FloatArray = COVARIANCE) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Persons (n, 2), their responses and their seconds, a fifth of each missing."""
    bank, model = items()
    rng = np.random.default_rng(seed)
    persons = rng.multivariate_normal(MEAN, covariance, n)
    responses = (rng.random((n, N_ITEMS)) < bank.probability(persons[:, 0])).astype(np.float64)
    seconds = model.draw_seconds(persons[:, 1], rng)
    for values in (responses, seconds):
        values[rng.random(values.shape) < 0.2] = np.nan
    return persons, responses, seconds


@pytest.fixture(scope="module")
def population() -> JointPopulation:
    bank, model = items()
    _, responses, seconds = sample(3000, seed=20)
    return joint_population(bank, responses, model, seconds)


def test_the_population_is_recovered_free_of_the_errors_of_estimates(population: JointPopulation) -> None:
    true = COVARIANCE[0, 1] / np.sqrt(COVARIANCE[0, 0] * COVARIANCE[1, 1])

    assert population.converged
    assert population.mean == pytest.approx(MEAN, abs=0.06)
    assert np.diagonal(population.covariance) == pytest.approx(np.diagonal(COVARIANCE), rel=0.1)
    assert abs(population.correlation - true) < 3.0 * population.correlation_se


def test_the_standard_error_of_the_correlation_is_its_spread_over_samples() -> None:
    bank, model = items()
    found = [joint_population(bank, *_interleaved(model, seed)) for seed in range(40)]

    spread = np.std([population.correlation for population in found], ddof=1)
    claimed = np.mean([population.correlation_se for population in found])

    assert claimed == pytest.approx(spread, rel=0.3)


def _interleaved(model: TimeModel, seed: int) -> tuple[FloatArray, TimeModel, FloatArray]:
    _, responses, seconds = sample(250, seed=100 + seed)
    return responses, model, seconds


def test_joint_moments_are_those_of_brute_force_integration(population: JointPopulation) -> None:
    bank, model = items()
    _, responses, seconds = sample(1, seed=21)

    estimate = joint_estimates(population, bank, responses, model, seconds)

    theta, tau = np.linspace(-6, 6, 241), np.linspace(-2.5, 2.5, 501)
    there, timed = ~np.isnan(responses[0]), ~np.isnan(seconds[0])
    right = bank.probability(theta)[:, there]
    log_responses = np.log(np.where(responses[0, there] == 1, right, 1 - right)).sum(axis=1)
    residuals = model.discrimination[timed] * (np.log(seconds[0, timed]) - model.intensity[timed] + tau[:, None])
    from_mean = np.stack(np.meshgrid(theta - population.mean[0], tau - population.mean[1], indexing="ij"), axis=-1)
    quadratic = np.einsum("tsi,ij,tsj->ts", from_mean, np.linalg.inv(population.covariance), from_mean)
    log_joint = log_responses[:, None] - 0.5 * (residuals**2).sum(axis=1) - 0.5 * quadratic
    density = np.exp(log_joint - log_joint.max())
    density /= density.sum()
    by_theta, by_tau = density.sum(axis=1), density.sum(axis=0)
    assert estimate.theta[0] == pytest.approx(by_theta @ theta, abs=1e-7)
    assert estimate.tau[0] == pytest.approx(by_tau @ tau, abs=1e-7)
    assert estimate.theta_se[0] == pytest.approx(np.sqrt(by_theta @ theta**2 - (by_theta @ theta) ** 2), abs=1e-7)
    assert estimate.tau_se[0] == pytest.approx(np.sqrt(by_tau @ tau**2 - (by_tau @ tau) ** 2), abs=1e-7)


def test_times_sharpen_ability_where_speed_goes_with_it(population: JointPopulation) -> None:
    bank, model = items()
    persons, responses, seconds = sample(3000, seed=22)
    responses[:, 6:] = np.nan

    together = joint_estimates(population, bank, responses, model, seconds)
    alone = estimate_ability(bank, responses, prior=Normal(0.3, float(np.sqrt(1.2))))

    def error(theta: FloatArray) -> float:
        return float(np.sqrt(np.mean((theta - persons[:, 0]) ** 2)))

    assert error(together.theta) < 0.95 * error(alone.theta)
    assert np.mean(together.theta_se**2) == pytest.approx(error(together.theta) ** 2, rel=0.1)


def test_a_live_prior_of_ability_is_the_joint_estimate_without_responses(population: JointPopulation) -> None:
    bank, model = items()
    _, _, seconds = sample(1, seed=23)
    state = SpeedState.begin(population.speed_prior)
    for item in np.flatnonzero(~np.isnan(seconds[0])):
        state = state.after(model, int(item), float(seconds[0, item]))

    prior = population.ability_prior(state)

    estimate = joint_estimates(population, bank, np.full((1, N_ITEMS), np.nan), model, seconds)
    assert prior.mean == pytest.approx(estimate.theta[0], abs=1e-8)
    assert prior.sd == pytest.approx(estimate.theta_se[0], abs=1e-6)


def test_without_correlation_times_tell_nothing_about_ability() -> None:
    bank, model = items()
    _, responses, seconds = sample(200, seed=24)
    independent = JointPopulation(np.zeros(2), np.diag([1.0, 0.09]), 0.0, 0.0, True, 1)

    together = joint_estimates(independent, bank, responses, model, seconds)

    assert together.theta == pytest.approx(estimate_ability(bank, responses).theta, abs=1e-6)
    assert together.tau == pytest.approx(estimate_speed(model, seconds).tau, abs=1e-9)


def test_items_of_several_categories_tell_about_ability_and_speed_alike() -> None:
    rng = np.random.default_rng(26)
    bank = ItemBank.graded(rng.lognormal(0.2, 0.3, N_ITEMS), np.sort(rng.normal(0.0, 1.0, (N_ITEMS, 3)), axis=1))
    _, model = items()
    persons = rng.multivariate_normal(MEAN, COVARIANCE, 800)
    drawn = rng.random((800, N_ITEMS, 1))
    responses = (drawn > np.cumsum(bank.probability(persons[:, 0]), axis=2)[:, :, :-1]).sum(axis=2)
    seconds = model.draw_seconds(persons[:, 1], rng)

    population = joint_population(bank, responses, model, seconds)

    true = COVARIANCE[0, 1] / np.sqrt(COVARIANCE[0, 0] * COVARIANCE[1, 1])
    assert abs(population.correlation - true) < 3.0 * population.correlation_se
    assert population.covariance[0, 0] == pytest.approx(1.2, rel=0.2)


def test_responses_and_times_of_different_persons_are_refused() -> None:
    bank, model = items()
    _, responses, seconds = sample(20, seed=25)

    with pytest.raises(ResponseError, match="responses of 20 persons and times of 19"):
        joint_population(bank, responses, model, seconds[1:])
