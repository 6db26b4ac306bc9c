"""Tallies: the figures of a simulation follow from sums, so parts can be counted apart and put together."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamseed.calibration.rules import (
    CHUNK_EXAMINEES,
    Tally,
    chunk_sizes,
    examinees_at_a_point,
    part_seed,
    point_progress,
    population_progress,
)
from irt_core import CatDesign, ItemBank, SimulationResult, simulate_cat

N_ITEMS = 30
LEVELS = np.random.default_rng(5).normal(0, 1.2, N_ITEMS)
BANK = ItemBank.dichotomous(np.linspace(0.7, 1.8, N_ITEMS), LEVELS, np.full(N_ITEMS, 0.2))
DESIGN = CatDesign.from_dict(
    {"stopping": {"max_items": 12, "min_items": 4, "se": 0.45}, "exposure": {"kind": "randomesque", "n": 4}}
)


def simulate(theta: list[float], seed: int = 1) -> SimulationResult:
    return simulate_cat(BANK, theta, DESIGN, seed)


def test_a_tally_says_of_examinees_what_the_engine_says() -> None:
    simulated = simulate(np.random.default_rng(3).standard_normal(300).tolist())

    tally = Tally.of(simulated)

    assert tally.bias == pytest.approx(simulated.bias)
    assert tally.rmse == pytest.approx(simulated.rmse)
    assert tally.mean_length == pytest.approx(simulated.length)
    assert tally.overlap == pytest.approx(simulated.overlap)
    assert tally.exposure_rates(N_ITEMS) == pytest.approx(simulated.exposure.tolist())
    assert tally.se == pytest.approx(np.sqrt(np.mean(simulated.ses**2)))
    assert tally.length_sd == pytest.approx(simulated.lengths.std())
    assert tally.correlation == pytest.approx(np.corrcoef(simulated.theta, simulated.estimates)[0, 1])
    assert tally.bias_se == pytest.approx((simulated.estimates - simulated.theta).std() / np.sqrt(300))
    assert sum(tally.stop_reasons.values()) == 300


thetas = st.lists(st.floats(min_value=-3, max_value=3), min_size=1, max_size=6)


@settings(max_examples=20, deadline=None)
@given(thetas, thetas)
def test_adding_two_tallies_counts_all_their_examinees(one: list[float], two: list[float]) -> None:
    first, second = simulate(one), simulate(two, seed=2)

    both = Tally.of(first) + Tally.of(second)

    errors = np.concatenate([first.estimates - first.theta, second.estimates - second.theta])
    lengths = np.concatenate([first.lengths, second.lengths])
    assert both.examinees == errors.size
    assert both.bias == pytest.approx(errors.mean())
    assert both.rmse == pytest.approx(np.sqrt(np.mean(errors**2)))
    assert both.mean_length == pytest.approx(lengths.mean())
    assert sum(both.exposure.values()) == lengths.sum()


def test_a_stored_tally_is_the_same_to_the_last_bit() -> None:
    tally = Tally.of(simulate([-1.5, 0.1, 2.25]))

    assert Tally.from_json(json.loads(json.dumps(tally.to_json()))) == tally


def test_at_one_theta_there_is_no_correlation_and_alone_no_overlap() -> None:
    tally = Tally.of(simulate([0.5]))

    assert tally.correlation is None
    assert tally.overlap is None


@given(st.integers(min_value=100, max_value=20_000))
def test_chunks_make_up_the_population_and_are_bounded(examinees: int) -> None:
    sizes = chunk_sizes(examinees)

    assert sum(sizes) == examinees
    assert all(0 < size <= CHUNK_EXAMINEES for size in sizes)
    assert 100 <= examinees_at_a_point(examinees) <= 1000


def test_every_part_has_a_seed_of_its_own_that_is_always_the_same() -> None:
    parts = [f"{kind} {n}" for kind in ("theta", "population") for n in range(100)]

    seeds = {part_seed(seed, part) for seed in (0, 1, 2**53 - 1) for part in parts}

    assert len(seeds) == 3 * len(parts)
    assert part_seed(7, "population 0") == 4284145067933257555


def test_progress_never_goes_back_from_part_to_part() -> None:
    fractions = [point_progress(done, 13) for done in range(14)] + [
        population_progress(n, 1000) for n in (0, 500, 1000)
    ]

    assert fractions == sorted(fractions)
    assert fractions[-1] < 1
