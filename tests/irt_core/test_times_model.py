"""The lognormal model of response times, and the speed that follows from an examinee's times."""

from __future__ import annotations

import json
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irt_core import BankError, Normal, PriorError, ResponseError, StateError
from irt_core.times import SpeedState, TimeModel, estimate_speed


def time_model(n_items: int = 8, seed: int = 1) -> TimeModel:
    rng = np.random.default_rng(seed)
    return TimeModel.of(rng.normal(3.5, 0.4, n_items), rng.lognormal(0.6, 0.25, n_items), 0.3)


def test_expected_seconds_are_the_mean_of_a_lognormal_time() -> None:
    model = TimeModel.of([3.0, 4.0], [2.0, 1.0], 0.3)

    assert model.expected_seconds() == pytest.approx([exp(3.0 + 0.125), exp(4.5)])
    assert model.expected_seconds([1], speed=0.5) == pytest.approx([exp(4.0)])
    assert model.expected_seconds([1], speed=0.5, speed_se=0.2) == pytest.approx([exp(4.0 + 0.02)])


def test_many_speeds_give_a_row_of_expected_seconds_each() -> None:
    model = time_model()

    rows = model.expected_seconds(speed=[-0.5, 0.0, 0.5])

    assert rows.shape == (3, 8)
    assert rows[0] / rows[2] == pytest.approx(np.full(8, exp(1.0)))


def test_drawn_seconds_have_the_mean_and_the_quantiles_of_the_model() -> None:
    model, rng = time_model(3), np.random.default_rng(2)

    seconds = model.draw_seconds(np.full(100_000, 0.2), rng)

    assert seconds.mean(axis=0) == pytest.approx(model.expected_seconds(speed=0.2), rel=0.01)
    assert (seconds < model.seconds_at(0.9, speed=0.2)).mean(axis=0) == pytest.approx(np.full(3, 0.9), abs=0.005)


def test_a_model_survives_json_and_picks_items() -> None:
    model = time_model()

    again = TimeModel.from_arrays(json.loads(json.dumps(model.to_arrays())))

    assert np.array_equal(again.intensity, model.intensity)
    assert np.array_equal(again.discrimination, model.discrimination)
    assert again.speed_sd == model.speed_sd
    assert np.array_equal(model.subset([3, 1]).intensity, model.intensity[[3, 1]])
    assert np.array_equal(model.subset(np.arange(8) < 2).intensity, model.intensity[:2])


@pytest.mark.parametrize(
    ("intensity", "discrimination", "speed_sd", "error", "sentence"),
    [
        ([3.0, np.nan], [1.0, 1.0], 0.3, BankError, "intensity of item 1 is not a finite number"),
        ([3.0, 3.0], [1.0, 0.0], 0.3, BankError, "time discrimination of item 1 is 0, not above 0"),
        ([3.0], [1.0], 0.0, PriorError, "speed varies with a finite standard deviation above 0, not 0.0"),
    ],
)
def test_parameters_that_no_item_can_have_are_refused(
    intensity: list[float], discrimination: list[float], speed_sd: float, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        TimeModel.of(intensity, discrimination, speed_sd)


def test_items_that_the_model_does_not_hold_are_refused() -> None:
    with pytest.raises(BankError, match="8 booleans or by indexes from 0 to 7"):
        time_model().expected_seconds([8])
    with pytest.raises(BankError, match="8 booleans"):
        time_model().expected_seconds([True, False])
    with pytest.raises(BankError, match="has no speed_sd"):
        TimeModel.from_arrays({"intensity": [1.0], "discrimination": [1.0]})


def test_speed_is_the_mean_and_sd_of_its_posterior_integrated_by_brute_force() -> None:
    model, rng = time_model(), np.random.default_rng(3)
    seconds = model.draw_seconds([0.4], rng)[0]
    seconds[[2, 5]] = np.nan, -1.0

    speed = estimate_speed(model, seconds, Normal(0.1, 0.5))

    tau = np.linspace(-4, 4, 20_001)
    there = [0, 1, 3, 4, 6, 7]
    residuals = model.discrimination[there, None] * (
        np.log(seconds[there])[:, None] - model.intensity[there, None] + tau
    )
    density = np.exp(-0.5 * (residuals**2).sum(axis=0)) * np.exp(-0.5 * ((tau - 0.1) / 0.5) ** 2)
    mean = (density * tau).sum() / density.sum()
    assert speed.tau[0] == pytest.approx(mean, abs=1e-10)
    assert speed.se[0] == pytest.approx(np.sqrt((density * (tau - mean) ** 2).sum() / density.sum()), abs=1e-10)
    assert speed.n_times[0] == 6


def test_somebody_without_times_has_the_speed_of_the_population() -> None:
    speed = estimate_speed(time_model(), np.full((2, 8), np.nan))

    assert speed.tau.tolist() == [0.0, 0.0]
    assert speed.se == pytest.approx([0.3, 0.3])


@given(st.lists(st.floats(0.5, 600.0), min_size=1, max_size=8))
def test_a_live_speed_is_that_of_all_times_at_once(seconds: list[float]) -> None:
    model = time_model()
    state = SpeedState.begin(model.speed_prior)

    for item, spent in enumerate(seconds):
        state = state.after(model, item, spent)

    at_once = estimate_speed(model, [*seconds, *[np.nan] * (8 - len(seconds))])
    assert state.tau == pytest.approx(at_once.tau[0], abs=1e-12)
    assert state.se == pytest.approx(at_once.se[0], abs=1e-12)
    assert state.n_times == len(seconds)
    assert SpeedState.from_dict(json.loads(json.dumps(state.to_dict()))) == state


def test_a_faster_answer_raises_the_speed_and_every_answer_lowers_its_error() -> None:
    model = time_model()
    begun = SpeedState.begin(model.speed_prior)

    faster = begun.after(model, 0, 0.5 * exp(model.intensity[0]))

    assert faster.tau == pytest.approx(log(2.0) * model.weights[0] / (model.weights[0] + 1 / 0.09))
    assert faster.se < begun.se


@pytest.mark.parametrize("seconds", [0.0, -3.0, np.nan, np.inf])
def test_an_answer_takes_time(seconds: float) -> None:
    state = SpeedState.begin(Normal(0, 0.3))

    with pytest.raises(StateError, match="an answer cannot take"):
        state.after(time_model(), 0, seconds)


def test_an_answer_to_an_item_outside_the_model_is_refused() -> None:
    with pytest.raises(StateError, match="items 0 to 7, not 8"):
        SpeedState.begin(Normal()).after(time_model(), 8, 3.0)


@pytest.mark.parametrize("stored", [{}, {"precision": 0.0, "weighted_quickness": 0.0, "n_times": 0}])
def test_a_stored_speed_that_is_none_is_refused(stored: dict[str, float]) -> None:
    with pytest.raises(StateError, match="a stored speed"):
        SpeedState.from_dict(stored)


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        ([[1.0, 2.0]], "shape"),
        ([0.0] * 8, "0 seconds of person 0 on item 0 is no time above 0"),
        (["soon"] * 8, "seconds must be numbers"),
    ],
)
def test_seconds_that_are_none_are_refused(seconds: list[object], sentence: str) -> None:
    with pytest.raises(ResponseError, match=sentence):
        estimate_speed(time_model(), seconds)  # type: ignore[arg-type]
