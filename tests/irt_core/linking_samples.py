"""Banks of every kind that can be put on another scale, random from fixed seeds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from irt_core import ItemBank
from irt_core.models.dichotomous import DichotomousBank
from irt_core.models.divide_by_total import NominalBank


def dichotomous(n_items: int = 12, seed: int = 1) -> ItemBank:
    """Items with all four parameters."""
    rng = np.random.default_rng(seed)
    return ItemBank.dichotomous(
        rng.lognormal(0.1, 0.3, n_items),
        rng.normal(0, 1, n_items),
        rng.beta(5, 17, n_items),
        1 - rng.beta(2, 40, n_items),
    )


def two_parameter(n_items: int = 12, seed: int = 1) -> ItemBank:
    """Items without asymptotes."""
    rng = np.random.default_rng(seed)
    return ItemBank.dichotomous(rng.lognormal(0.1, 0.3, n_items), rng.normal(0, 1, n_items))


def _thresholds(n_items: int, rng: np.random.Generator) -> list[list[float]]:
    """Two or three thresholds by turns."""
    return [np.sort(rng.normal(0, 1.2, 2 + item % 2)).tolist() for item in range(n_items)]


def graded(n_items: int = 10, seed: int = 1) -> ItemBank:
    """Items of three and four categories."""
    rng = np.random.default_rng(seed)
    return ItemBank.graded(rng.lognormal(0.1, 0.3, n_items), _thresholds(n_items, rng))


def partial_credit(n_items: int = 10, seed: int = 1) -> ItemBank:
    """Items of three and four categories."""
    rng = np.random.default_rng(seed)
    return ItemBank.generalized_partial_credit(rng.lognormal(0.1, 0.3, n_items), _thresholds(n_items, rng))


def nominal(n_items: int = 10, seed: int = 1) -> ItemBank:
    """Items of three and four categories, the slopes rising but for chance."""
    rng = np.random.default_rng(seed)
    n_steps = [2 + item % 2 for item in range(n_items)]
    slopes = [[0.0, *(np.arange(1, n + 1) + rng.normal(0, 0.4, n))] for n in n_steps]
    return ItemBank.nominal(slopes, [[0.0, *rng.normal(0, 1, n)] for n in n_steps])


def mixed(n_items: int = 12, seed: int = 1) -> ItemBank:
    """A third each of dichotomous, graded and nominal items."""
    third = n_items // 3
    return ItemBank.mixed([dichotomous(third, seed), graded(third, seed + 1), nominal(third, seed + 2)])


KINDS: dict[str, Callable[..., ItemBank]] = {
    "dichotomous": dichotomous,
    "graded": graded,
    "partial credit": partial_credit,
    "nominal": nominal,
    "mixed": mixed,
}


def with_value(bank: ItemBank, item: int, place: int, change: float) -> ItemBank:
    """The bank with one parameter of one item changed."""
    if isinstance(bank, DichotomousBank):
        columns = [bank.discrimination, bank.difficulty, bank.guessing, bank.upper]
        moved = [np.array(column) for column in columns]
        moved[place][item] += change
        return ItemBank.dichotomous(*moved)
    if isinstance(bank, NominalBank):
        slopes, intercepts = np.array(bank.slopes), np.array(bank.intercepts)
        (slopes if place % 2 == 0 else intercepts)[item, place // 2] += change
        return ItemBank.nominal(slopes, intercepts)
    discrimination, thresholds = np.array(bank.discriminations), np.array(bank.thresholds)  # type: ignore[attr-defined]
    if place == 0:
        discrimination[item] += change
    else:
        thresholds[item, place - 1] += change
    make = ItemBank.graded if bank.kind == "graded" else ItemBank.generalized_partial_credit
    return make(discrimination, thresholds)
