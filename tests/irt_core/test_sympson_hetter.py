"""Sympson–Hetter probabilities that are set up by simulation hold the exposure of every item."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from irt_core import CatDesign, DesignError, IrtError, Stopping, SympsonHetter, set_up_sympson_hetter, simulate_cat
from irt_core.adaptive.exposure import ConditionalSympsonHetter
from tests.irt_core.conftest import random_bank

DESIGN = CatDesign(Stopping(max_items=10))
EXAMINEES = np.random.default_rng(4).normal(size=1500)


def test_items_are_given_to_no_more_than_was_asked_for() -> None:
    bank = random_bank(100, 3)
    others = np.random.default_rng(5).normal(size=1500)

    found = set_up_sympson_hetter(bank, EXAMINEES, DESIGN, 0.25, tolerance=0.03)

    free = simulate_cat(bank, others, DESIGN, seed=99)
    controlled = simulate_cat(bank, others, replace(DESIGN, exposure=found.control), seed=99)
    assert found.has_converged
    assert found.greatest_rates[0] > 0.9  # everybody's first item
    assert found.greatest_rates[-1] <= 0.28
    assert free.exposure.max() == 1.0
    assert controlled.exposure.max() < 0.33
    assert controlled.overlap < free.overlap
    assert controlled.length == 10.0


def test_a_cycle_takes_the_rate_over_the_part_for_whom_an_item_was_selected() -> None:
    bank = random_bank(60, 2)
    selection = simulate_cat(bank, EXAMINEES, replace(DESIGN, exposure=SympsonHetter((1.0,) * 60)), seed=7).selection
    expected = np.where(selection > 0.3, 0.3 / np.maximum(selection, 0.3), 1.0)

    found = set_up_sympson_hetter(bank, EXAMINEES, DESIGN, 0.3, tolerance=0.0, most_cycles=2, seed=7)

    assert isinstance(found.control, SympsonHetter)
    assert found.control.k == pytest.approx(expected)
    assert not found.has_converged
    assert len(found.greatest_rates) == 2


def test_enough_items_can_always_be_given() -> None:
    bank = random_bank(14, 2)

    found = set_up_sympson_hetter(bank, EXAMINEES[:200], DESIGN, 0.75, most_cycles=4)

    assert isinstance(found.control, SympsonHetter)
    assert sum(k == 1.0 for k in found.control.k) >= 10


@pytest.mark.parametrize("is_multinomial", [False, True])
def test_rates_are_held_within_intervals_of_ability(is_multinomial: bool) -> None:
    bank, cuts = random_bank(120, 2), (-0.5, 0.5)

    found = set_up_sympson_hetter(
        bank, EXAMINEES, DESIGN, 0.35, cuts=cuts, is_multinomial=is_multinomial, tolerance=0.05
    )

    assert isinstance(found.control, ConditionalSympsonHetter)
    assert found.control.is_multinomial == is_multinomial
    assert len(found.control.k) == 3
    assert found.has_converged
    design = replace(DESIGN, exposure=found.control)
    for low, high in ((-2.0, -1.0), (1.0, 2.0)):
        theta = np.linspace(low, high, 800)
        of_interval = simulate_cat(bank, theta, design, seed=3).exposure
        assert of_interval.max() < simulate_cat(bank, theta, DESIGN, seed=3).exposure.max() - 0.3


def test_the_same_seed_gives_the_same_control() -> None:
    bank = random_bank(60, 2)

    one, again = (set_up_sympson_hetter(bank, EXAMINEES[:300], DESIGN, 0.4, tolerance=0.1, seed=2) for _ in range(2))

    assert one == again


def test_what_cannot_be_set_up_is_refused() -> None:
    bank = random_bank(60, 2)

    for rate in (0.1, 1.5, float("nan")):
        with pytest.raises(DesignError, match=r"exposure\.max_rate: must be above 0\.167, for 10 of 60 items"):
            set_up_sympson_hetter(bank, EXAMINEES, DESIGN, rate)
    with pytest.raises(IrtError, match="no examinee has an ability in interval 1"):
        set_up_sympson_hetter(bank, EXAMINEES[:50], DESIGN, 0.5, cuts=(50.0,), most_cycles=1)
    with pytest.raises(IrtError, match="at least one cycle"):
        set_up_sympson_hetter(bank, EXAMINEES, DESIGN, 0.5, most_cycles=0)
