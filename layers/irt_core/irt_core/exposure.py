"""Who gets the best item: controls that keep a few items from being seen by everybody.

A control takes the candidates from best to worst and names the one to give. Its randomness comes from the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from irt_core.arrays import IntArray, frozen
from irt_core.errors import DesignError


class Pick(NamedTuple):
    """The place of the chosen item among the candidates, and the places of those that were ruled out for good."""

    place: int
    ruled_out: tuple[int, ...] = ()


class ExposureControl(Protocol):
    """`n_candidates` is how many of the best items the control must see; None means all."""

    @property
    def n_candidates(self) -> int | None: ...

    def pick(self, candidates: IntArray, rng: np.random.Generator) -> Pick:
        """Choose one of `candidates`, which are items from best to worst."""
        ...


@dataclass(frozen=True)
class Randomesque:
    """One of the n best at random (Kingsbury & Zara 1989, Applied Measurement in Education 2(4), 359-375)."""

    n: int

    def __post_init__(self) -> None:
        if self.n < 1:
            raise DesignError("exposure.n", "must be 1 or more")

    @property
    def n_candidates(self) -> int:
        """The n best."""
        return self.n

    def pick(self, candidates: IntArray, rng: np.random.Generator) -> Pick:
        """Each of the n best with the same probability."""
        return Pick(int(rng.integers(min(self.n, candidates.size))))


@dataclass(frozen=True)
class SympsonHetter:
    """Give a selected item with the probability k of the item, else try the next best.

    An item that fails its trial stays out for the rest of the examinee's test; when all fail, the best one is given
    (Sympson & Hetter 1985, Proceedings of the 27th Annual Meeting of the Military Testing Association, 973-977).
    """

    k: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.k or not all(0.0 < probability <= 1.0 for probability in self.k):
            raise DesignError("exposure.k", "must hold a probability above 0 and at most 1 for each item")

    @property
    def n_candidates(self) -> None:
        """All: any number of items may fail."""
        return None

    def pick(self, candidates: IntArray, rng: np.random.Generator) -> Pick:
        """The first candidate that passes its trial."""
        passed = np.flatnonzero(rng.random(candidates.size) < frozen(self.k)[candidates])
        if not passed.size:
            return Pick(0)
        place = int(passed[0])
        return Pick(place, tuple(range(place)))
