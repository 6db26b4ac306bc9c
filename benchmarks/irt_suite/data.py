"""Simulated responses and items, the same on every machine: all draws come from seeded PCG64 generators.

A calibration's data are those on which the engine's figures are quoted:

    discrimination ~ lognormal(0.2, 0.3) within [0.4, 2.8]        difficulty ~ normal(0, 1) within ±2.8
    guessing ~ beta(5, 17) for 3pl, else 0                        theta ~ normal(0, 1)

They are made once and kept as files, so that the memory of a measured process is that of the work alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SEEDS = {"2pl": 20251122, "3pl": 20251123}
_PERSONS_AT_ONCE = 20_000


class Sample(NamedTuple):
    """Responses (n_persons, n_items) with the parameters that they were drawn from."""

    responses: NDArray[np.int8]
    discrimination: Floats
    difficulty: Floats
    guessing: Floats
    theta: Floats


class Items(NamedTuple):
    """Item parameters of a bank, (n_items,) each, and the number of each item's content area, format and level.

    `words` is the length of its text.
    """

    discrimination: Floats
    difficulty: Floats
    guessing: Floats
    area: NDArray[np.int64]
    format: NDArray[np.int64]
    level: NDArray[np.int64]
    words: Floats


def draw_sample(model: str, n_persons: int, n_items: int) -> Sample:
    """Responses of `n_persons` to `n_items` items of the model "2pl" or "3pl"."""
    rng = np.random.Generator(np.random.PCG64(_SEEDS[model] + n_persons))
    discrimination = rng.lognormal(0.2, 0.3, n_items).clip(0.4, 2.8)
    difficulty = rng.normal(0, 1, n_items).clip(-2.8, 2.8)
    guessing = rng.beta(5, 17, n_items) if model == "3pl" else np.zeros(n_items)
    theta = rng.standard_normal(n_persons)
    responses = np.empty((n_persons, n_items), np.int8)
    for start in range(0, n_persons, _PERSONS_AT_ONCE):
        persons = slice(start, start + _PERSONS_AT_ONCE)
        logit = discrimination * (theta[persons, None] - difficulty)
        probability = guessing + (1 - guessing) / (1 + np.exp(-logit))
        responses[persons] = rng.random(probability.shape) < probability
    return Sample(responses, discrimination, difficulty, guessing, theta)


def keep_sample(folder: Path, model: str, n_persons: int, n_items: int) -> Path:
    """The folder with the sample's arrays, made when it is not there yet."""
    kept = folder / f"{model}_{n_persons}x{n_items}"
    if not (kept / "theta.npy").exists():  # written last
        kept.mkdir(parents=True, exist_ok=True)
        for name, values in draw_sample(model, n_persons, n_items)._asdict().items():
            np.save(kept / f"{name}.npy", values)
    return kept


def load_sample(kept: Path) -> Sample:
    """The sample that `keep_sample` wrote."""
    return Sample(*(np.load(kept / f"{name}.npy") for name in Sample._fields))


def draw_items(n_items: int, n_areas: int = 5) -> Items:
    """A bank of 3PL items in content areas of equal size, four formats and three levels."""
    rng = np.random.default_rng(1)
    a, b, c = rng.lognormal(0.2, 0.3, n_items), rng.normal(0, 1, n_items), rng.beta(5, 17, n_items)
    formats, levels = rng.choice(4, n_items, p=[0.4, 0.3, 0.2, 0.1]), rng.choice(3, n_items, p=[0.5, 0.3, 0.2])
    return Items(a, b, c, np.arange(n_items) % n_areas, formats, levels, rng.integers(20, 120, n_items).astype(float))
