"""Times that cannot be right are flagged, and right ones no more often than the stated error rate."""

from __future__ import annotations

import numpy as np
import pytest

from irt_core import ResponseError
from irt_core.arrays import FloatArray
from irt_core.times import (
    TimeModel,
    flag_times,
    normative_thresholds,
    rapid_guesses,
    response_time_effort,
    speed_drift,
    time_fit,
    time_residuals,
)

N_PERSONS, N_ITEMS = 4000, 25


def at_most(rate: float, n: int) -> float:
    """What a flag of that rate stays below in n trials, all but certainly."""
    return rate + 4.0 * float(np.sqrt(rate / n))


@pytest.fixture(scope="module")
def model() -> TimeModel:
    rng = np.random.default_rng(7)
    return TimeModel.of(rng.normal(3.7, 0.4, N_ITEMS), rng.lognormal(0.6, 0.25, N_ITEMS), 0.3)


@pytest.fixture(scope="module")
def seconds(model: TimeModel) -> FloatArray:
    """Honest times of an adaptive test: everybody has met a part of the items."""
    rng = np.random.default_rng(8)
    drawn = model.draw_seconds(rng.normal(0.0, 0.3, N_PERSONS), rng)
    drawn[rng.random(drawn.shape) < 0.4] = np.nan
    return drawn


def test_a_residual_is_the_time_against_what_the_other_answers_predict(model: TimeModel) -> None:
    row = model.draw_seconds([0.2], np.random.default_rng(9))[0]
    row[4] = np.nan

    z = time_residuals(model, row)[0]

    others = np.setdiff1d(np.arange(N_ITEMS), [3, 4])
    covariance = np.diag(1.0 / model.weights) + 0.09
    to_others = np.linalg.solve(covariance[np.ix_(others, others)], covariance[others, 3])
    predicted = model.intensity[3] + to_others @ (np.log(row[others]) - model.intensity[others])
    variance = covariance[3, 3] - to_others @ covariance[others, 3]
    assert z[3] == pytest.approx((np.log(row[3]) - predicted) / np.sqrt(variance))
    assert np.isnan(z[4])


def test_the_person_statistic_is_the_least_scatter_around_any_speed(model: TimeModel, seconds: FloatArray) -> None:
    fit = time_fit(model, seconds[:5])

    tau = np.linspace(-2, 2, 40_001)
    for person in range(5):
        there = ~np.isnan(seconds[person])
        slowness = np.log(seconds[person, there]) - model.intensity[there]
        scatter = (model.weights[there, None] * (slowness[:, None] + tau) ** 2).sum(axis=0)
        assert fit.chi_square[person] == pytest.approx(scatter.min(), rel=1e-6)
        assert fit.df[person] == there.sum() - 1


def test_honest_times_are_flagged_as_often_as_was_said(model: TimeModel, seconds: FloatArray) -> None:
    flags = flag_times(model, seconds, answer_level=0.01, person_level=0.05)

    n = int(np.isfinite(seconds).sum())
    for flag in (flags.too_fast, flags.too_slow):
        assert flag.sum() / n == pytest.approx(0.01, abs=at_most(0.01, n) - 0.01)
    assert flags.aberrant.mean() == pytest.approx(0.05, abs=at_most(0.05, N_PERSONS) - 0.05)
    assert flags.residual[np.isfinite(seconds)].std() == pytest.approx(1.0, abs=0.02)
    assert flags.person_fit.standardised.mean() == pytest.approx(0.0, abs=0.06)


def test_p_values_are_uniform_whatever_the_speed(model: TimeModel) -> None:
    rng = np.random.default_rng(10)

    for speed in (-1.5, 1.5):
        p = time_fit(model, model.draw_seconds(np.full(N_PERSONS, speed), rng)).p
        assert np.abs(np.sort(p) - np.linspace(0, 1, N_PERSONS)).max() < 1.63 / np.sqrt(N_PERSONS)


def test_rapid_guesses_and_long_pauses_are_found(model: TimeModel, seconds: FloatArray) -> None:
    rng = np.random.default_rng(11)
    tampered, places = seconds.copy(), np.argwhere(np.isfinite(seconds[:200]))
    chosen = places[rng.permutation(len(places))[:200]]
    fast, slow = chosen[:100].T, chosen[100:].T
    tampered[tuple(fast)] = 2.0
    tampered[tuple(slow)] *= 20.0

    flags = flag_times(model, tampered, answer_level=0.001)

    assert flags.too_fast[tuple(fast)].mean() > 0.9
    assert flags.too_slow[tuple(slow)].mean() > 0.85
    assert not (flags.too_fast & flags.too_slow).any()


def test_somebody_who_stops_trying_is_found_as_a_person(model: TimeModel) -> None:
    rng = np.random.default_rng(12)
    tampered = model.draw_seconds(rng.normal(0.0, 0.3, 300), rng)
    tampered[:, 15:] = rng.uniform(2.0, 5.0, (300, 10))

    flags = flag_times(model, tampered, person_level=0.001)

    assert flags.aberrant.mean() > 0.99


def test_too_few_times_say_nothing_about_a_person(model: TimeModel) -> None:
    row = np.full((2, N_ITEMS), np.nan)
    row[0, 3] = 20.0

    flags = flag_times(model, row)

    assert np.isnan(flags.person_fit.p).all()
    assert not flags.aberrant.any()
    assert np.isfinite(flags.residual).sum() == 1


def test_a_normative_threshold_is_a_tenth_of_the_mean_time_and_at_most_ten_seconds(model: TimeModel) -> None:
    thresholds = normative_thresholds(model)

    rng = np.random.default_rng(13)
    means = model.draw_seconds(rng.normal(0.0, 0.3, 100_000), rng).mean(axis=0)
    assert thresholds == pytest.approx(np.minimum(0.1 * means, 10.0), rel=0.02)
    assert normative_thresholds(model, ceiling=3.0).max() == 3.0


def test_effort_is_the_share_of_answers_that_took_their_time() -> None:
    seconds = [[2.0, 30.0, 4.0, np.nan], [20.0, 30.0, 40.0, 50.0], [-1.0, np.nan, -1.0, np.nan]]

    is_rapid = rapid_guesses(seconds, [3.0, 3.0, 5.0, 5.0])
    effort = response_time_effort(seconds, [3.0, 3.0, 5.0, 5.0])

    assert is_rapid.tolist() == [[True, False, True, False], [False] * 4, [False] * 4]
    assert effort[:2] == pytest.approx([1 / 3, 1.0])
    assert np.isnan(effort[2])


def test_a_constant_speed_has_no_drift_beyond_chance(model: TimeModel, seconds: FloatArray) -> None:
    drift = speed_drift(model, seconds)

    assert drift.z.mean() == pytest.approx(0.0, abs=0.06)
    assert drift.z.std() == pytest.approx(1.0, abs=0.05)


def test_a_drift_is_the_weighted_regression_of_log_times_on_position(model: TimeModel, seconds: FloatArray) -> None:
    positions = np.random.default_rng(14).permuted(np.tile(np.arange(N_ITEMS), (3, 1)), axis=1)

    drift = speed_drift(model, seconds[:3], positions)

    for person in range(3):
        there = ~np.isnan(seconds[person])
        place = positions[person, there]
        x = (place - place.min()) / np.ptp(place) - 0.5
        design = np.column_stack([np.ones(x.size), x]) * model.discrimination[there, None]
        outcome = model.discrimination[there] * (model.intensity[there] - np.log(seconds[person, there]))
        assert drift.gain[person] == pytest.approx(np.linalg.lstsq(design, outcome)[0][1])
        assert drift.se[person] == pytest.approx(np.sqrt(np.linalg.inv(design.T @ design)[1, 1]))


def test_somebody_who_hurries_at_the_end_gains_speed(model: TimeModel) -> None:
    rng = np.random.default_rng(15)
    hurried = model.draw_seconds(np.zeros(2000), rng) * np.exp(-0.8 * np.linspace(-0.5, 0.5, N_ITEMS))

    drift = speed_drift(model, hurried)

    assert drift.gain.mean() == pytest.approx(0.8, abs=0.05)
    assert (drift.z > 1.645).mean() > 0.6


def test_one_time_has_no_drift(model: TimeModel) -> None:
    row = np.full(N_ITEMS, np.nan)
    row[3] = 12.0

    assert np.isnan(speed_drift(model, row).gain[0])
    assert np.isnan(speed_drift(model, np.full(N_ITEMS, np.nan)).gain[0])


def test_levels_thresholds_and_positions_that_are_none_are_refused(model: TimeModel) -> None:
    row = np.full(N_ITEMS, 20.0)

    with pytest.raises(ResponseError, match="an error rate is between"):
        flag_times(model, row, answer_level=0.5)
    with pytest.raises(ResponseError, match="thresholds are seconds above 0"):
        rapid_guesses(row, np.zeros(N_ITEMS))
    with pytest.raises(ResponseError, match="a threshold is a fraction"):
        normative_thresholds(model, fraction=1.5)
    with pytest.raises(ResponseError, match="positions must have the shape"):
        speed_drift(model, row, [1, 2])
