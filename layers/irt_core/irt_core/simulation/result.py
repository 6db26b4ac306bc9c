"""What a simulation found, examinee by examinee and as a whole.

    bias       mean of θ̂ − θ                       rmse      root of the mean of (θ̂ − θ)²
    length     mean number of items                exposure  part of the examinees who got each item
    overlap    part of its items that a test shares with another examinee's test on average: the mean number of common
               items over all pairs, Σ n_i (n_i − 1) / (N (N − 1)) with n_i examinees having got item i, divided by the
               mean length (Chen, Ankenmann & Spray 2003, Journal of Educational Measurement 40(2), 129-145)

The examinees' final estimate is the EAP that the session itself works with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from irt_core.adaptive.item_eligibility import EligibilityCounts
from irt_core.arrays import FloatArray, IntArray

_MOST_POINTS = 61  # more distinct true θ than this are put into classes
_CLASS_WIDTH = 0.5


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
    """What happened to each examinee; `items` and `scores` (n_examinees, max_items) end in −1.

    `n_rejected` (n_items,) counts how often exposure control ruled an item out when it was its turn; `eligibility` is
    what a design with item eligibility has learnt.
    """

    theta: FloatArray
    estimates: FloatArray
    ses: FloatArray
    lengths: IntArray
    reasons: NDArray[np.str_]
    items: IntArray = field(repr=False)
    scores: IntArray = field(repr=False)
    n_items: int
    n_rejected: IntArray | None = field(default=None, repr=False)
    eligibility: EligibilityCounts | None = field(default=None, repr=False)

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
    def selection(self) -> FloatArray:
        """The part of the examinees for whom each item was selected, whether they then got it or not, (n_items,)."""
        rejected = 0 if self.n_rejected is None else self.n_rejected
        selected: FloatArray = (self._times_given + rejected) / self.theta.size
        return selected

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
