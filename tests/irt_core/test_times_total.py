"""The time of whole tests, and limits that weigh more on some examinees than on others."""

from __future__ import annotations

import numpy as np
import pytest

from irt_core import CatDesign, ItemBank, ResponseError, simulate_cat
from irt_core.times import TimeModel, differential_speededness, total_time


@pytest.fixture
def model() -> TimeModel:
    rng = np.random.default_rng(16)
    return TimeModel.of(rng.normal(3.7, 0.4, 40), rng.lognormal(0.6, 0.25, 40), 0.3)


@pytest.mark.parametrize("speed_se", [0.0, 0.3])
def test_a_test_takes_the_mean_and_spread_of_simulated_tests(model: TimeModel, speed_se: float) -> None:
    rng, items = np.random.default_rng(17), np.arange(30)
    taken = model.draw_seconds(rng.normal(0.2, speed_se, 50_000), rng, items).sum(axis=1)

    total = total_time(model, items, speed=0.2, speed_se=speed_se)

    assert total.mean[0] == pytest.approx(taken.mean(), rel=0.01)
    assert total.sd[0] == pytest.approx(taken.std(), rel=0.02)
    assert total.out_of_time(1600.0)[0] == pytest.approx((taken > 1600.0).mean(), abs=0.01)
    assert (taken < total.seconds_at(0.9)[0]).mean() == pytest.approx(0.9, abs=0.01)


def test_tests_of_different_lengths_are_summed_over_the_items_they_have(model: TimeModel) -> None:
    total = total_time(model, [[3, 5, -1], [3, 5, 7]], speed=[0.0, 0.4])

    seconds = model.expected_seconds()
    assert total.mean == pytest.approx([seconds[[3, 5]].sum(), np.exp(-0.4) * seconds[[3, 5, 7]].sum()])


def test_a_limit_is_harder_on_those_whose_items_take_longer(model: TimeModel) -> None:
    quick, slow = np.argsort(model.intensity)[:5], np.argsort(model.intensity)[-5:]

    found = differential_speededness(model, [quick, slow, slow], ["easy", "hard", "hard"], limit_seconds=250.0)

    assert found.classes.tolist() == ["easy", "hard"]
    assert found.n.tolist() == [1, 2]
    assert found.load == pytest.approx([model.expected_seconds(quick).sum(), model.expected_seconds(slow).sum()])
    assert found.spread == pytest.approx(found.out_of_time[1] - found.out_of_time[0])
    assert found.spread > 0.3


def test_an_adaptive_test_speeds_the_able_when_hard_items_take_longer() -> None:
    rng = np.random.default_rng(18)
    difficulty = rng.normal(0.0, 1.0, 200)
    bank = ItemBank.dichotomous(rng.lognormal(0.2, 0.3, 200), difficulty)
    model = TimeModel.of(4.0 + 0.4 * difficulty, 2.0, 0.3)
    result = simulate_cat(bank, np.repeat([-1.0, 0.0, 1.0], 50), CatDesign.from_dict({"stopping": {"max_items": 15}}))

    found = differential_speededness(model, result.items, result.theta, limit_seconds=1200.0)

    assert found.load[0] < 0.8 * found.load[1] < 0.64 * found.load[2]
    assert (np.diff(found.out_of_time) > 0).all()


def test_tests_that_are_none_are_refused(model: TimeModel) -> None:
    with pytest.raises(ResponseError, match="tests are items from 0 to 39"):
        total_time(model, [[0, 40]])
    with pytest.raises(ResponseError, match="tests are items from 0 to 39"):
        total_time(model, [[0.5]])
    with pytest.raises(ResponseError, match="a test has at least one item"):
        total_time(model, [[-1, -1]])
    with pytest.raises(ResponseError, match="classes must have the shape"):
        differential_speededness(model, [[1, 2]], [1, 2], 60.0)
    with pytest.raises(ResponseError, match="a time limit is above 0 seconds"):
        differential_speededness(model, [[1, 2]], [1], 0.0)
