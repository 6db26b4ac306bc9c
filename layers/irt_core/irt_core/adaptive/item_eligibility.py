"""Exposure control by item eligibility: before each test chance decides which items this examinee cannot get.

The probability that item i is eligible adapts itself to the tests so far, so that no item goes to more than a part r of
the examinees (van der Linden & Veldkamp 2004, JEBS 29(3), 273-291), if wished in each interval of θ by itself
(2007, JEBS 32(4), 398-418):

    P(i eligible)  =  1 − n/φ + (n/φ) · r · ρᵢ / αᵢ        between 0 and 1; 1 as long as nobody got the item

n counts the examinees, φ those whose test kept to what was eligible, αᵢ who got the item, ρᵢ for whom it was eligible
or whose test did not keep to it. An examinee counts in the interval of the final estimate. A test that cannot be made
of eligible items is made of all.

`EligibilityCounts` is the memory between tests: an immutable value, plain JSON outside. `Ineligible` is what one
examinee must not get; it belongs to the state of the test, so that a stored test replays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from math import isfinite
from typing import Any, ClassVar, Self

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray, frozen
from irt_core.errors import DesignError, StateError


def stratum_of(theta: FloatArray, cuts: tuple[float, ...]) -> IntArray:
    """The interval of each θ: 0 below the first cut, and a cut belongs to the interval above it."""
    return np.searchsorted(cuts, theta, side="right")


def check_cuts(path: str, cuts: tuple[float, ...]) -> None:
    """Raise DesignError unless the cuts rise and are finite."""
    if not all(map(isfinite, cuts)) or any(second <= first for first, second in pairwise(cuts)):
        raise DesignError(path, "must be finite and rise")


@dataclass(frozen=True)
class Ineligible:
    """The items that one examinee must not get, sorted, in each interval of θ between `cuts`."""

    items: tuple[tuple[int, ...], ...]
    cuts: tuple[float, ...] = ()

    def at(self, theta: float) -> frozenset[int]:
        """The items that must not come while the estimate is θ."""
        return self._sets[int(stratum_of(np.array(theta), self.cuts))]

    def barred(self, n_items: int) -> Barred:
        """The same as the arrays of one examinee."""
        is_barred = np.zeros((1, len(self.items), n_items), dtype=bool)
        for stratum, items in enumerate(self.items):
            is_barred[0, stratum, list(items)] = True
        return Barred(is_barred, self.cuts)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"items": [list(items) for items in self.items], "cuts": list(self.cuts)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any], n_items: int) -> Self:
        """What `to_dict` wrote. Raises StateError."""
        found = cls(tuple(tuple(map(int, items)) for items in stored["items"]), tuple(map(float, stored["cuts"])))
        is_known = all(0 <= item < n_items for part in found.items for item in part)
        if len(found.items) != len(found.cuts) + 1 or not is_known:
            raise StateError("ineligible items must be items of the bank, a list for each interval of theta")
        return found

    @cached_property
    def _sets(self) -> tuple[frozenset[int], ...]:
        return tuple(map(frozenset, self.items))


@dataclass(frozen=True, eq=False)
class Barred:
    """The items that some examinees must not get: `is_barred` has the shape (n_examinees, n_strata, n_items)."""

    is_barred: BoolArray
    cuts: tuple[float, ...]

    def at(self, theta: FloatArray) -> BoolArray:
        """The items that must not come at the estimates, shape (n_examinees, n_items)."""
        return self.is_barred[np.arange(theta.size), stratum_of(theta, self.cuts)]

    def of_some(self, examinees: IntArray | BoolArray) -> Barred:
        """The same for some of the examinees."""
        return Barred(self.is_barred[examinees], self.cuts)


@dataclass(frozen=True)
class ItemEligibility:
    """No item goes to more than `max_rate` of the examinees, in each interval of θ between `cuts` if there are any.

    `fading` is what an examinee's weight in the counts is multiplied by with each further one: 1 never forgets, 0.999
    looks at about the last thousand.
    """

    rules_out_rejected: ClassVar[bool] = False
    n_candidates: ClassVar[int] = 1
    max_rate: float
    cuts: tuple[float, ...] = ()
    fading: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 < self.max_rate <= 1.0:
            raise DesignError("exposure.max_rate", "must be above 0 and at most 1")
        if not 0.0 < self.fading <= 1.0:
            raise DesignError("exposure.fading", "must be above 0 and at most 1")
        check_cuts("exposure.cuts", self.cuts)

    def pick(self, candidates: IntArray, rng: np.random.Generator, theta: FloatArray) -> IntArray:
        """The best candidate of each examinee: chance has had its say before the test."""
        return np.zeros(len(candidates), dtype=np.int64)

    def pick_one(self, candidates: list[int], rng: np.random.Generator, theta: float) -> int:
        """The same for one examinee."""
        return 0

    def begin(self, n_items: int) -> EligibilityCounts:
        """The counts before the first test."""
        n_strata = len(self.cuts) + 1
        nobody, nothing = frozen(np.zeros(n_strata)), frozen(np.zeros((n_strata, n_items)))
        return EligibilityCounts(self, nobody, nobody, nothing, nothing)


@dataclass(frozen=True, eq=False)
class EligibilityCounts:
    """What tests so far came to: `examinees` and `kept` (n_strata,), `given` and `open` (n_strata, n_items).

    In the module's words n, φ, α and ρ.
    """

    control: ItemEligibility
    examinees: FloatArray
    kept: FloatArray
    given: FloatArray = field(repr=False)
    open: FloatArray = field(repr=False)

    @cached_property
    def probabilities(self) -> FloatArray:
        """How likely each item is eligible for the next examinee, shape (n_strata, n_items)."""
        ratio = np.divide(self.examinees, self.kept, out=np.ones_like(self.kept), where=self.kept > 0)[:, None]
        share = np.divide(self.open, self.given, out=np.full_like(self.open, np.inf), where=self.given > 0)
        probabilities = np.clip(1.0 - ratio + ratio * self.control.max_rate * share, 0.0, 1.0)
        return frozen(np.where(self.given > 0, probabilities, 1.0))

    def draw(self, rng: np.random.Generator) -> Ineligible:
        """What the next examinee must not get."""
        (is_barred,) = self.draw_many(1, rng).is_barred
        return Ineligible(tuple(tuple(np.flatnonzero(row).tolist()) for row in is_barred), self.control.cuts)

    def draw_many(self, n_examinees: int, rng: np.random.Generator) -> Barred:
        """What each of the next examinees must not get."""
        shape = (n_examinees, *self.probabilities.shape)
        return Barred(rng.random(shape) >= self.probabilities, self.control.cuts)

    def after(self, ineligible: Ineligible, items: Iterable[int], thetas: Iterable[float]) -> Self:
        """The counts after one more test: its items and the path of its estimates, the start first."""
        path, given = list(thetas), np.array(list(items), dtype=np.int64)
        barred = ineligible.barred(self.given.shape[1])
        strata = stratum_of(np.array(path), self.control.cuts)
        kept = not barred.is_barred[0, strata[: given.size], given].any()
        return self.after_all(barred, [given], np.array([kept]), strata[-1:])

    def after_all(self, barred: Barred, items: Iterable[IntArray], kept: BoolArray, strata: IntArray) -> Self:
        """The counts after many tests: the items of each, whether it kept to the eligible ones, its final interval."""
        n, phi, alpha, rho = (part.copy() for part in (self.examinees, self.kept, self.given, self.open))
        for row, (given, has_kept, stratum) in enumerate(zip(items, kept, strata, strict=True)):
            for part in (n, phi, alpha, rho):
                part[stratum] *= self.control.fading
            n[stratum] += 1.0
            phi[stratum] += has_kept
            alpha[stratum, given] += 1.0
            rho[stratum] += ~barred.is_barred[row, stratum] if has_kept else 1.0
        return replace(self, examinees=frozen(n), kept=frozen(phi), given=frozen(alpha), open=frozen(rho))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON; the control belongs to the design."""
        names = ("examinees", "kept", "given", "open")
        return {name: getattr(self, name).tolist() for name in names}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any], control: ItemEligibility, n_items: int) -> Self:
        """What `to_dict` wrote. Raises StateError."""
        begun = control.begin(n_items)
        try:
            parts = {name: frozen(stored[name]) for name in ("examinees", "kept", "given", "open")}
        except (KeyError, TypeError, ValueError) as error:
            raise StateError(f"stored eligibility counts are not as this version writes them: {error!r}") from error
        if any(parts[name].shape != getattr(begun, name).shape for name in parts):
            raise StateError("stored eligibility counts are of another bank or other intervals")
        return cls(control, **parts)
