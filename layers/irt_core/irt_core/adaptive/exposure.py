"""Who gets the best item: controls that keep a few items from being seen by everybody.

A control sees each examinee's candidates from best to worst and picks one. Its randomness comes from the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

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

    def pick(self, candidates: IntArray, rng: np.random.Generator) -> IntArray:
        """Each examinee's place among the candidates (n_examinees, n), which run from best to worst and end in −1."""
        n_there = (candidates >= 0).sum(axis=1)
        places: IntArray = (rng.random(len(candidates)) * n_there).astype(np.int64)
        return places

    def pick_one(self, candidates: list[int], rng: np.random.Generator) -> int:
        """The same for the candidates of one examinee, all of which are there."""
        return int(rng.random() * len(candidates))


@dataclass(frozen=True)
class SympsonHetter:
    """Give a selected item with the probability k of the item, else try the next best.

    An item that fails its trial stays out for the rest of the examinee's test. When all candidates fail, the best of
    them is given after all (Sympson & Hetter 1985, Proceedings of the 27th annual meeting of the Military Testing
    Association, 973-977). `k` has one value for each item of the bank.
    """

    rules_out_rejected: ClassVar[bool] = True
    n_candidates: ClassVar[int] = 50
    k: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.k or not all(0.0 < probability <= 1.0 for probability in self.k):
            raise DesignError("exposure.k", "must hold a probability above 0 and at most 1 for each item")

    def pick(self, candidates: IntArray, rng: np.random.Generator) -> IntArray:
        """Each examinee's place among the candidates (n_examinees, n), which run from best to worst and end in −1."""
        has_passed = (rng.random(candidates.shape) < self._probability[candidates]) & (candidates >= 0)
        first: IntArray = has_passed.argmax(axis=1)
        return first

    def pick_one(self, candidates: list[int], rng: np.random.Generator) -> int:
        """The same for the candidates of one examinee, all of which are there."""
        return int((rng.random(len(candidates)) < self._probability[candidates]).argmax())

    @cached_property
    def _probability(self) -> FloatArray:
        return frozen(self.k)


ExposureControl = Randomesque | SympsonHetter
