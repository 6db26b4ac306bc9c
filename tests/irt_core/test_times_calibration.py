"""Time models from seconds: the right likelihood, its top, and standard errors that are none too small."""

from __future__ import annotations

import numpy as np
import pytest

from irt_core import CalibrationError, ResponseError
from irt_core.arrays import FloatArray
from irt_core.times import TimeCalibration, TimeModel, calibrate_times

TRUTH = TimeModel.of([3.2, 3.9, 4.1, 2.8], [1.5, 2.2, 1.8, 1.2], 0.35)


def seconds_of(model: TimeModel, n_persons: int, missing: float = 0.0, seed: int = 4) -> FloatArray:
    rng = np.random.default_rng(seed)
    seconds = model.draw_seconds(rng.normal(0.0, model.speed_sd, n_persons), rng)
    seconds[rng.random(seconds.shape) < missing] = np.nan
    return seconds


def brute_force(parameters: FloatArray, seconds: FloatArray) -> float:
    """Log density of the log times, person by person, from the covariance itself: β, log α, log σ."""
    n = seconds.shape[1]
    beta, alpha, sigma = parameters[:n], np.exp(parameters[n : 2 * n]), np.exp(parameters[-1])
    total = 0.0
    for row in np.log(seconds):
        there = ~np.isnan(row)
        covariance = np.diag(alpha[there] ** -2.0) + sigma**2
        distance = row[there] - beta[there]
        quadratic = distance @ np.linalg.solve(covariance, distance)
        total -= 0.5 * (np.linalg.slogdet(2.0 * np.pi * covariance)[1] + quadratic)
    return float(total)


def point_of(fit: TimeCalibration) -> FloatArray:
    model = fit.model
    return np.concatenate([model.intensity, np.log(model.discrimination), [np.log(model.speed_sd)]])


@pytest.fixture(scope="module")
def few() -> tuple[FloatArray, TimeCalibration]:
    seconds = seconds_of(TRUTH, 150, missing=0.2)
    seconds[0, 1:], seconds[1, :] = np.nan, seconds[2, :]
    return seconds, calibrate_times(seconds)


def test_the_log_likelihood_is_that_of_a_multivariate_normal(few: tuple[FloatArray, TimeCalibration]) -> None:
    seconds, fit = few

    assert fit.log_likelihood == pytest.approx(brute_force(point_of(fit), seconds), abs=1e-8)


def test_the_parameters_are_at_the_top_of_the_likelihood(few: tuple[FloatArray, TimeCalibration]) -> None:
    seconds, fit = few
    top = point_of(fit)

    steps = 1e-4 * np.eye(top.size)
    slopes = [(brute_force(top + step, seconds) - brute_force(top - step, seconds)) / 2e-4 for step in steps]

    assert fit.converged
    assert np.abs(slopes).max() < 1e-4


def test_standard_errors_come_from_the_curvature_at_the_top(few: tuple[FloatArray, TimeCalibration]) -> None:
    seconds, fit = few
    top, h = point_of(fit), 2e-3
    steps, n = h * np.eye(top.size), top.size

    def height(shift: FloatArray) -> float:
        return brute_force(top + shift, seconds)

    curvature = np.empty((n, n))
    for i in range(n):
        for j in range(i, n):
            ahead = height(steps[i] + steps[j]) + height(-steps[i] - steps[j])
            across = height(steps[i] - steps[j]) + height(steps[j] - steps[i])
            curvature[i, j] = curvature[j, i] = (ahead - across) / (4.0 * h * h)
    errors = np.sqrt(np.diagonal(np.linalg.inv(-curvature)))

    assert fit.standard_errors["intensity"] == pytest.approx(errors[:4], rel=1e-3)
    assert fit.standard_errors["discrimination"] == pytest.approx(fit.model.discrimination * errors[4:8], rel=1e-3)
    assert fit.standard_errors["speed_sd"] == pytest.approx(fit.model.speed_sd * errors[8:], rel=1e-3)


@pytest.mark.parametrize("missing", [0.0, 0.6])
def test_true_parameters_are_as_far_off_as_the_standard_errors_say(missing: float) -> None:
    rng = np.random.default_rng(5)
    truth = TimeModel.of(rng.normal(3.5, 0.4, 60), rng.lognormal(0.6, 0.25, 60), 0.3)

    fit = calibrate_times(seconds_of(truth, 3000, missing))

    assert fit.converged
    assert fit.warnings == ()
    for name in ("intensity", "discrimination"):
        z = (getattr(fit.model, name) - getattr(truth, name)) / fit.standard_errors[name]
        assert 0.7 < np.sqrt(np.mean(z**2)) < 1.3
    assert abs(fit.model.speed_sd - 0.3) < 3.0 * fit.standard_errors["speed_sd"][0]


def test_every_step_is_heard_of_and_they_are_few() -> None:
    heard: list[tuple[int, float]] = []

    fit = calibrate_times(seconds_of(TRUTH, 1000), progress=lambda step, change: heard.append((step, change)))

    assert [step for step, _ in heard] == list(range(1, fit.iterations + 1))
    assert heard[-1][1] < 1e-8
    assert fit.iterations < 100


def test_criteria_count_two_parameters_an_item_and_the_spread_of_speed() -> None:
    fit = calibrate_times(seconds_of(TRUTH, 200))

    assert fit.n_parameters == 9
    assert fit.aic == pytest.approx(-2 * fit.log_likelihood + 18)
    assert fit.bic == pytest.approx(-2 * fit.log_likelihood + 9 * np.log(200))


def test_items_and_persons_without_times_are_left_out_and_named() -> None:
    seconds = seconds_of(TRUTH, 100)
    with_gaps = np.insert(seconds, 2, np.nan, axis=1)
    with_gaps[:9, 2] = 12.0
    with_gaps = np.vstack([with_gaps, np.full(5, np.nan)])

    fit = calibrate_times(with_gaps)

    assert fit.items.tolist() == [0, 1, 3, 4]
    assert fit.log_likelihood == pytest.approx(calibrate_times(seconds).log_likelihood)
    assert fit.warnings == (
        "item 2 has 9 times, fewer than 10, and is left out",
        "1 persons without a time are left out",
    )


def test_times_that_tell_no_speeds_apart_say_so() -> None:
    rng = np.random.default_rng(6)

    fit = calibrate_times(np.exp(rng.normal(3.0, 0.5, (400, 6))))

    assert fit.model.speed_sd < 0.1
    regular = calibrate_times(np.exp(np.tile(rng.normal(3.0, 0.5, (200, 1)), (1, 3)) + rng.normal(0, 1e-3, (200, 3))))
    assert any("all but follow from speed" in warning for warning in regular.warnings)


def test_one_item_cannot_tell_speed_from_chance() -> None:
    with pytest.raises(CalibrationError, match="at least two items"):
        calibrate_times(np.full((50, 1), 12.0))


def test_a_time_of_nought_is_refused() -> None:
    seconds = seconds_of(TRUTH, 20)
    seconds[3, 1] = 0.0

    with pytest.raises(ResponseError, match="0 seconds of person 3 on item 1"):
        calibrate_times(seconds)
