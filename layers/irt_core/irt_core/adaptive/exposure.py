"""Who gets the best item: controls that keep a few items from being seen by everybody.

A control sees each examinee's candidates from best to worst and picks one. Its randomness comes from the caller.
(`item_eligibility` has the control that decides before the test.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from irt_core.adaptive.item_eligibility import ItemEligibility, check_cuts, stratum_of
from irt_core.arrays import FloatArray, IntArray, frozen
from irt_core.errors import DesignError


@dataclass(frozen=True)
class Randomesque:
    """One of the n best at random (Kingsbury & Zara 1989, Applied Measurement in Education 2(4), 359-375)."""

    rules_out_rejected: ClassVar[bool] = False
    n: int

    def __post_init__(self) -> None:
        if self.n < 1:
            raise DesignError("exposure.n", "must be 1 or more")

    @property
    def n_candidates(self) -> int:
        """How many of the best items the control wants to see."""
        return self.n

    def pick(self, candidates: IntArray, rng: np.random.Generator, theta: FloatArray) -> IntArray:
        """Each examinee's place among the candidates (n_examinees, n), which run from best to worst and end in −1.

        `theta` (n_examinees,) are the estimates.
        """
        n_there = (candidates >= 0).sum(axis=1)
        places: IntArray = (rng.random(len(candidates)) * n_there).astype(np.int64)
        return places

    def pick_one(self, candidates: list[int], rng: np.random.Generator, theta: float) -> int:
        """The same for the candidates of one examinee, all of which are there."""
        return int(rng.random() * len(candidates))


@dataclass(frozen=True)
class SympsonHetter:
    """Give a selected item with the probability k of the item, else try the next best.

    An item that fails its trial stays out for the rest of the examinee's test. When all candidates fail, the best of
    them is given after all (Sympson & Hetter 1985, Proceedings of the 27th annual meeting of the Military Testing
    Association, 973-977). With `is_multinomial` that cannot happen: one draw decides among the candidates with the
    probabilities kⱼ Πₗ₍ₗ<ⱼ₎ (1 − kₗ), made to sum to one (Stocking & Lewis 1998, JEBS 23(1), 57-75).

    `k` has one value for each item of the bank.
    """

    rules_out_rejected: ClassVar[bool] = True
    n_candidates: ClassVar[int] = 50
    k: tuple[float, ...]
    is_multinomial: bool = False

    def __post_init__(self) -> None:
        _check_probabilities("exposure.k", self.k)

    @property
    def n_items(self) -> int:
        """For how many items there are probabilities."""
        return len(self.k)

    def pick(self, candidates: IntArray, rng: np.random.Generator, theta: FloatArray) -> IntArray:
        """Each examinee's place among the candidates (n_examinees, n), which run from best to worst and end in −1."""
        return _tried(np.where(candidates >= 0, self._probability[candidates], 0.0), rng, self.is_multinomial)

    def pick_one(self, candidates: list[int], rng: np.random.Generator, theta: float) -> int:
        """The same for the candidates of one examinee, all of which are there."""
        return int(_tried(self._probability[[candidates]], rng, self.is_multinomial)[0])

    @cached_property
    def _probability(self) -> FloatArray:
        return frozen(self.k)


@dataclass(frozen=True)
class ConditionalSympsonHetter:
    """As `SympsonHetter`, with probabilities for each interval of θ (Stocking & Lewis 1998, JEBS 23(1), 57-75).

    `k` has a row for each interval between `cuts`, with one value for each item. The current estimate says which row
    holds.
    """

    rules_out_rejected: ClassVar[bool] = True
    n_candidates: ClassVar[int] = 50
    k: tuple[tuple[float, ...], ...]
    cuts: tuple[float, ...]
    is_multinomial: bool = False

    def __post_init__(self) -> None:
        check_cuts("exposure.cuts", self.cuts)
        if len(self.k) != len(self.cuts) + 1:
            raise DesignError("exposure.k", f"must have a row for each of the {len(self.cuts) + 1} intervals of theta")
        for stratum, row in enumerate(self.k):
            _check_probabilities(f"exposure.k.{stratum}", row)
            if len(row) != self.n_items:
                raise DesignError(f"exposure.k.{stratum}", f"must have {self.n_items} values like the first row")

    @property
    def n_items(self) -> int:
        """For how many items there are probabilities."""
        return len(self.k[0])

    def pick(self, candidates: IntArray, rng: np.random.Generator, theta: FloatArray) -> IntArray:
        """Each examinee's place among the candidates (n_examinees, n), which run from best to worst and end in −1."""
        passing = self._probability[stratum_of(theta, self.cuts)[:, None], candidates]
        return _tried(np.where(candidates >= 0, passing, 0.0), rng, self.is_multinomial)

    def pick_one(self, candidates: list[int], rng: np.random.Generator, theta: float) -> int:
        """The same for the candidates of one examinee, all of which are there."""
        return int(self.pick(np.array([candidates]), rng, np.array([theta]))[0])

    @cached_property
    def _probability(self) -> FloatArray:
        return frozen(self.k)


ExposureControl = Randomesque | SympsonHetter | ConditionalSympsonHetter | ItemEligibility


def _tried(passing: FloatArray, rng: np.random.Generator, is_multinomial: bool) -> IntArray:
    """The place of the first candidate that passes its trial, 0 where none does; `passing` (n_examinees, n)."""
    if not is_multinomial:
        return np.asarray((rng.random(passing.shape) < passing).argmax(axis=1))
    failed_before = np.cumprod(np.column_stack([np.ones(len(passing)), 1.0 - passing[:, :-1]]), axis=1)
    mass = np.cumsum(passing * failed_before, axis=1)
    drawn = rng.random(len(passing)) * mass[:, -1]
    return np.asarray((drawn[:, None] < mass).argmax(axis=1))


def _check_probabilities(path: str, k: tuple[float, ...]) -> None:
    if not k or not all(0.0 < probability <= 1.0 for probability in k):
        raise DesignError(path, "must hold a probability above 0 and at most 1 for each item")
