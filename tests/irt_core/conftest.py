"""Item banks that the engine's tests share. All are random, from fixed seeds."""

from __future__ import annotations

import numpy as np
import pytest

from irt_core import ItemBank


def random_bank(n_items: int, n_parameters: int = 2, seed: int = 1) -> ItemBank:
    """A bank of items as real banks have them, with one to four parameters each."""
    rng = np.random.default_rng(seed)
    discrimination = rng.lognormal(0.2, 0.3, n_items) if n_parameters > 1 else np.ones(n_items)
    difficulty = rng.normal(0.0, 1.2, n_items)
    guessing = rng.beta(5, 17, n_items) if n_parameters > 2 else None
    upper = 1.0 - rng.beta(2, 40, n_items) if n_parameters > 3 else None
    return ItemBank.dichotomous(discrimination, difficulty, guessing, upper)


@pytest.fixture(params=[1, 2, 3, 4], ids=["1PL", "2PL", "3PL", "4PL"])
def any_bank(request: pytest.FixtureRequest) -> ItemBank:
    """Thirty items of each dichotomous model in turn."""
    return random_bank(30, request.param)


@pytest.fixture
def bank() -> ItemBank:
    """Two hundred 3PL items."""
    return random_bank(200, 3)


@pytest.fixture
def bank_with_areas() -> ItemBank:
    """Two hundred 3PL items of three content areas, some of them enemies of each other."""
    areas = [("algebra", "geometry", "numbers")[item % 3] for item in range(200)]
    return random_bank(200, 3).with_content(areas, enemies=[[0, 1, 5], [7, 8], [30, 60, 90]])


def random_polytomous_bank(model: str, n_items: int, seed: int = 1) -> ItemBank:
    """A bank of `graded`, `gpcm` or `nominal` items with two to five categories, or `mixed`: those and 3PL items."""
    rng = np.random.default_rng(seed)
    if model == "mixed":
        n_each = n_items // 4
        parts = [random_polytomous_bank(part, n_each, seed) for part in ("graded", "gpcm", "nominal")]
        shuffled = rng.permutation(n_items)
        return ItemBank.mixed([random_bank(n_items - 3 * n_each, 3, seed), *parts]).subset(shuffled)
    n_steps = 1 + np.arange(n_items) % 4
    thresholds = [np.sort(rng.normal(rng.normal(0.0, 1.0), 0.9, n)) for n in n_steps]
    discrimination = rng.lognormal(0.1, 0.3, n_items)
    if model == "graded":
        return ItemBank.graded(discrimination, thresholds)
    if model == "gpcm":
        return ItemBank.generalized_partial_credit(0.7 * discrimination, [rng.permutation(row) for row in thresholds])
    slopes = [np.append(0.0, rng.permutation(np.cumsum(rng.uniform(0.3, 0.9, n)))) for n in n_steps]
    return ItemBank.nominal(slopes, [np.append(0.0, rng.normal(0.0, 0.8, n)) for n in n_steps])


@pytest.fixture(params=["graded", "gpcm", "nominal", "mixed"])
def polytomous_bank(request: pytest.FixtureRequest) -> ItemBank:
    """Twenty-four items of each polytomous model in turn, and a mixture of models."""
    return random_polytomous_bank(request.param, 24)
