"""Any test design on any bank, before it meets its first examinee.

    bias       mean of θ̂ − θ                       rmse      root of the mean of (θ̂ − θ)²
    length     mean number of items                exposure  part of the examinees who got each item
    overlap    part of its items that a test shares with another examinee's test on average: the mean number of common
               items over all pairs, Σ n_i (n_i − 1) / (N (N − 1)) with n_i examinees having got item i, divided by the
               mean length (Chen, Ankenmann & Spray 2003, Journal of Educational Measurement 40(2), 129-145)

The examinees' final estimate is the EAP that the session itself works with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from irt_core.adaptive.design import CatDesign
from irt_core.adaptive.stopping import StopReason
from irt_core.arrays import FloatArray, IntArray
from irt_core.errors import IrtError
from irt_core.models.bank import ItemBank
from irt_core.randomness import rng_for
from irt_core.simulation.cohort import Cohort

_EXAMINEES_AT_ONCE = 1000  # bounds the memory: with 500 items and 121 points about 2 MB an array
_MOST_POINTS = 61  # more distinct true θ than this are put into classes
_CLASS_WIDTH = 0.5
_REASONS = get_args(StopReason)


@dataclass(frozen=True, eq=False)
class ConditionalCurves:
    """What becomes of examinees by their true θ: arrays of shape (n_classes,), `n` counting the examinees."""

    theta: FloatArray
    n: IntArray
    bias: FloatArray
    rmse: FloatArray
    se: FloatArray
    length: FloatArray


@dataclass(frozen=True, eq=False)
class SimulationResult:
    """What happened to each examinee; `items` and `scores` (n_examinees, max_items) end in −1."""

    theta: FloatArray
    estimates: FloatArray
    ses: FloatArray
    lengths: IntArray
    reasons: NDArray[np.str_]
    items: IntArray = field(repr=False)
    scores: IntArray = field(repr=False)
    n_items: int

    @property
    def bias(self) -> float:
        """Mean error of the estimates."""
        return float(self._errors.mean())

    @property
    def rmse(self) -> float:
        """Root of the mean squared error of the estimates."""
        return float(np.sqrt(np.mean(self._errors**2)))

    @property
    def length(self) -> float:
        """Mean number of items."""
        return float(self.lengths.mean())

    @cached_property
    def exposure(self) -> FloatArray:
        """The part of the examinees who got each item, shape (n_items,)."""
        return self._times_given / self.theta.size

    @property
    def overlap(self) -> float:
        """The part of its items that a test shares with another one on average; NaN for fewer than two examinees."""
        n_pairs = self.theta.size * (self.theta.size - 1)
        n_shared = float(np.sum(self._times_given * (self._times_given - 1)))
        return n_shared / n_pairs / self.length if n_pairs and self.length else float("nan")

    @cached_property
    def conditional(self) -> ConditionalCurves:
        """The same by true θ: each distinct value where there are few, else classes of width 0.5 by their middles."""
        values = self.theta
        if np.unique(values).size > _MOST_POINTS:
            values = np.round(values / _CLASS_WIDTH) * _CLASS_WIDTH
        points, class_of, n = np.unique(values, return_inverse=True, return_counts=True)

        def mean(of_each: FloatArray) -> FloatArray:
            return np.bincount(class_of, weights=of_each, minlength=points.size) / n

        mean_square = mean(self._errors**2)
        return ConditionalCurves(
            points, n, mean(self._errors), np.sqrt(mean_square), mean(self.ses), mean(self.lengths.astype(np.float64))
        )

    def to_dict(self) -> dict[str, Any]:
        """The summary as plain JSON, without the single examinees."""
        curves = self.conditional
        names = ("theta", "n", "bias", "rmse", "se", "length")
        reasons, counts = np.unique(self.reasons, return_counts=True)
        return {
            "n_examinees": int(self.theta.size),
            "bias": self.bias,
            "rmse": self.rmse,
            "length": self.length,
            "overlap": None if np.isnan(self.overlap) else self.overlap,
            "exposure": self.exposure.tolist(),
            "reasons": dict(zip(reasons.tolist(), counts.tolist(), strict=True)),
            "conditional": {name: getattr(curves, name).tolist() for name in names},
        }

    @property
    def _errors(self) -> FloatArray:
        return self.estimates - self.theta

    @cached_property
    def _times_given(self) -> IntArray:
        return np.bincount(self.items[self.items >= 0], minlength=self.n_items)


def simulate_cat(bank: ItemBank, theta: ArrayLike, design: CatDesign, seed: int = 0) -> SimulationResult:
    """Let an examinee of each true ability in `theta` (n_examinees,) take the test.

    The same seed gives the same result. Simulated examinees take no time: a time limit never stops them. Raises
    DesignError when the bank cannot serve the design, IrtError for abilities that are not numbers.
    """
    ability = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    if ability.ndim != 1 or not ability.size or not np.isfinite(ability).all():
        raise IrtError("theta must be finite numbers of the shape (n_examinees,)")
    design.check(bank)
    n, longest = ability.size, design.stopping.max_items
    result = SimulationResult(
        theta=ability,
        estimates=np.empty(n),
        ses=np.empty(n),
        lengths=np.empty(n, dtype=np.int64),
        reasons=np.empty(n, dtype="U16"),
        items=np.full((n, longest), -1, dtype=np.int64),
        scores=np.full((n, longest), -1, dtype=np.int64),
        n_items=bank.n_items,
    )
    for number, start in enumerate(range(0, n, _EXAMINEES_AT_ONCE)):
        part = ability[start : start + _EXAMINEES_AT_ONCE]
        for finished, reasons in _run(Cohort.begin(bank, design, part, rng_for(seed, number))):
            _record(result, start + finished.members, finished, reasons)
    return result


def _run(cohort: Cohort) -> Iterator[tuple[Cohort, NDArray[np.str_]]]:
    """Those who finish together and why, until nobody is left."""
    while True:
        reasons = _stop_reasons(cohort)
        goes_on = reasons < 0
        if goes_on.any():
            items = cohort.next_items()
            reasons[goes_on & (items < 0)] = _REASONS.index("no_item_left")
            goes_on = reasons < 0
        if not goes_on.all():
            yield cohort.of_some(~goes_on), np.array(_REASONS)[reasons[~goes_on]]
            if not goes_on.any():
                return
            cohort, items = cohort.of_some(goes_on), items[goes_on]
        cohort.answer(items)


def _stop_reasons(cohort: Cohort) -> IntArray:
    """The place in `_REASONS` of the first reason that holds for each examinee, −1 where none does."""
    found = np.full(cohort.members.size, -1)
    for reason, holds in cohort.design.stopping.reasons(cohort):
        found[(found < 0) & holds] = _REASONS.index(reason)
    return found


def _record(result: SimulationResult, members: IntArray, finished: Cohort, reasons: NDArray[np.str_]) -> None:
    result.estimates[members], result.ses[members] = finished.theta, finished.se
    result.lengths[members], result.reasons[members] = finished.n_given, reasons
    result.items[members], result.scores[members] = finished.items, finished.scores
