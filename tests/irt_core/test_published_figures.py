"""Calibration and scoring against published figures, and against a maximiser that shares nothing with the engine's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax, logsumexp

from irt_core import ItemBank, calibrate, estimate_ability
from irt_core.calibration import Calibration
from tests.irt_core.published import lsat6, lsat7


def g_squared(fit: Calibration, counts: np.ndarray) -> float:
    """Twice the log of the likelihood of the saturated multinomial model over that of the fitted one."""
    return float(2.0 * (counts @ np.log(counts / counts.sum()) - fit.log_likelihood))


def test_lsat6_under_the_rasch_model_is_as_published() -> None:
    """As R's mirt 1.47 gives it; G² as in Thissen (1982, Psychometrika 47(2), 175-186)."""
    patterns, counts = lsat6()

    fit = calibrate(patterns, "rasch", weights=counts)

    assert fit.converged
    assert fit.log_likelihood == pytest.approx(-2466.9376, abs=1e-4)
    assert fit.latent.variance == pytest.approx(0.5702, abs=1e-4)
    np.testing.assert_allclose(fit.intercepts, [2.7300, 0.9986, 0.2399, 1.3065, 2.0994], atol=1e-4)
    assert g_squared(fit, counts) == pytest.approx(21.80, abs=5e-3)


def test_lsat6_under_the_one_parameter_model_is_as_published() -> None:
    """Rizopoulos (2006), ltm, Journal of Statistical Software 17(5): difficulties and the common discrimination with
    their standard errors."""
    patterns, counts = lsat6()

    fit = calibrate(patterns, "1pl", weights=counts)

    assert (fit.log_likelihood, fit.aic, fit.bic) == pytest.approx((-2466.938, 4945.875, 4975.322), abs=1e-3)
    np.testing.assert_allclose(fit.bank.locations, [-3.6153, -1.3224, -0.3176, -1.7301, -2.7802], atol=1e-3)
    np.testing.assert_allclose(fit.standard_errors["difficulty"], [0.3266, 0.1422, 0.0977, 0.1691, 0.2510], atol=1e-3)
    np.testing.assert_allclose(fit.slopes, 0.7551, atol=1e-3)
    np.testing.assert_allclose(fit.standard_errors["slope"], 0.0694, atol=1e-3)


def test_lsat6_under_the_two_parameter_model_is_as_published() -> None:
    """As R's mirt 1.47 gives it; G² as in Thissen (1982)."""
    patterns, counts = lsat6()

    fit = calibrate(patterns, "2pl", weights=counts)

    assert fit.log_likelihood == pytest.approx(-2466.6534, abs=1e-4)
    np.testing.assert_allclose(fit.slopes, [0.8257, 0.7227, 0.8909, 0.6884, 0.6569], atol=2e-4)
    np.testing.assert_allclose(fit.intercepts, [2.7732, 0.9902, 0.2491, 1.2848, 2.0533], atol=2e-4)
    assert fit.standard_errors["slope"][0] == pytest.approx(0.2581, abs=1e-4)
    assert fit.standard_errors["intercept"][0] == pytest.approx(0.2057, abs=1e-4)
    assert fit.aic == pytest.approx(2 * 2466.6534 + 20, abs=1e-3)
    assert fit.bic == pytest.approx(2 * 2466.6534 + 10 * np.log(1000), abs=1e-3)
    assert g_squared(fit, counts) == pytest.approx(21.23, abs=5e-3)


def test_lsat6_is_scored_as_published_from_its_responses_on() -> None:
    """As R's mirt 1.47 scores all wrong and all right."""
    patterns, counts = lsat6()
    extremes = np.array([[0] * 5, [1] * 5])

    bank = calibrate(patterns, "2pl", weights=counts).bank
    eap, wle = estimate_ability(bank, extremes), estimate_ability(bank, extremes, method="wle")

    np.testing.assert_allclose(eap.theta, [-1.897, 0.646], atol=1e-3)
    np.testing.assert_allclose(eap.se, [0.801, 0.859], atol=1e-3)
    np.testing.assert_allclose(wle.theta, [-5.704, 1.650], atol=1e-3)


def test_lsat7_under_the_two_parameter_model_is_as_published() -> None:
    """Chalmers (2012), mirt, Journal of Statistical Software 48(6), and the package's manual: the likelihood, what
    follows from it, and the loadings a / √(a² + 1.702²)."""
    patterns, counts = lsat7()

    fit = calibrate(patterns, "2pl", weights=counts)

    assert (fit.log_likelihood, fit.aic, fit.bic) == pytest.approx((-2658.805, 5337.610, 5386.688), abs=1e-3)
    assert g_squared(fit, counts) == pytest.approx(31.70, abs=5e-3)
    loadings = fit.slopes / np.sqrt(fit.slopes**2 + 1.702**2)
    np.testing.assert_allclose(loadings, [0.502, 0.536, 0.708, 0.410, 0.397], atol=1e-3)


def two_parameter(parameters: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """log P of both categories, (5, 2, n_nodes)."""
    slope, intercept = parameters.reshape(2, 5, 1)
    psi = slope * theta + intercept
    logs: np.ndarray = log_softmax(np.stack([np.zeros_like(psi), psi], axis=1), axis=1)
    return logs


def graded(parameters: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """log P of three ordered categories, (5, 3, n_nodes)."""
    slope, first, second = parameters.reshape(3, 5, 1)
    above = 1 / (1 + np.exp(-(slope * theta + np.stack([first, second]))))
    logs: np.ndarray = np.log(np.maximum(np.stack([1 - above[0], above[0] - above[1], above[1]], axis=1), 1e-300))
    return logs


def partial_credit(parameters: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """log P of three ordered categories, (5, 3, n_nodes)."""
    slope, first, second = parameters.reshape(3, 5, 1)
    psi = slope * theta
    logs: np.ndarray = log_softmax(np.stack([0.0 * psi, psi + first, 2 * psi + second], axis=1), axis=1)
    return logs


def nominal(parameters: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """log P of three unordered categories, (5, 3, n_nodes)."""
    slopes, intercepts = parameters.reshape(2, 2, 5, 1)
    psi = slopes * theta + intercepts
    logs: np.ndarray = log_softmax(np.stack([0.0 * psi[0], psi[0], psi[1]], axis=1), axis=1)
    return logs


Curves = Callable[[np.ndarray, np.ndarray], np.ndarray]


def maximised(curves: Curves, start: np.ndarray, patterns: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, float]:
    """Where the marginal likelihood under θ ~ Normal(0, 1), summed over 161 nodes, is highest, and its log there."""
    theta = np.linspace(-8, 8, 161)
    log_weights = -0.5 * theta**2
    log_weights -= logsumexp(log_weights)

    def loss(parameters: np.ndarray) -> float:
        of_pattern = curves(parameters, theta)[np.arange(5), patterns].sum(axis=1)
        return -float(counts @ logsumexp(of_pattern + log_weights, axis=1))

    found = minimize(loss, start, method="BFGS", options={"gtol": 2e-3})
    return found.x, -found.fun


@pytest.mark.parametrize(("data", "value"), [(lsat6, -2466.6534), (lsat7, -2658.8051)], ids=["LSAT 6", "LSAT 7"])
def test_another_maximiser_finds_the_same_parameters(
    data: Callable[[], tuple[np.ndarray, np.ndarray]], value: float
) -> None:
    patterns, counts = data()

    parameters, log_likelihood = maximised(two_parameter, np.ones(10), patterns, counts)

    fit = calibrate(patterns, "2pl", weights=counts)
    assert log_likelihood == pytest.approx(value, abs=1e-3)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-3)
    np.testing.assert_allclose(np.concatenate([fit.slopes, fit.intercepts]), parameters, atol=1e-3)


@pytest.mark.parametrize(("model", "curves"), [("grm", graded), ("gpcm", partial_credit), ("nrm", nominal)])
def test_another_maximiser_finds_the_same_parameters_of_items_with_three_categories(model: str, curves: Curves) -> None:
    rng = np.random.default_rng(7)
    bank = ItemBank.graded(rng.lognormal(0.2, 0.2, 5), np.sort(rng.normal(0, 1, (5, 2)), axis=1))
    cumulative = bank.probability(rng.normal(size=1500)).cumsum(axis=2)
    responses = (rng.random((1500, 5, 1)) > cumulative).sum(axis=2)
    patterns, counts = np.unique(responses, axis=0, return_counts=True)

    fit = calibrate(responses, model)
    if model == "nrm":
        found = np.concatenate([fit.slopes[:, 1:].T.ravel(), fit.intercepts[:, 1:].T.ravel()])
    else:
        found = np.concatenate([fit.slopes, np.asarray(fit.intercepts).T.ravel()])
    parameters, log_likelihood = maximised(curves, found + rng.normal(0, 0.1, found.size), patterns, counts)

    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-3)
    np.testing.assert_allclose(found, parameters, atol=2e-3)
