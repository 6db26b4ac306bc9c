"""Curves of items that have one discrimination and sit at one or several places of the scale."""

from __future__ import annotations

import numpy as np

from irt_core.arrays import BoolArray, FloatArray
from irt_core.linking.item_curves import ItemCurves, Moved, Summary, sigmoid, through_softmax
from irt_core.models.dichotomous import DichotomousBank
from irt_core.models.thresholds import ThresholdBank


class Located(ItemCurves):
    """Items with one discrimination, in the first column, and difficulties or thresholds in `is_location` (m,)."""

    is_location: BoolArray

    def moved(self, slope: float, shift: float) -> Moved:
        n_items, m = self.values.shape
        first = np.arange(m) == 0
        scale = np.where(first, 1.0 / slope, np.where(self.is_location, slope, 1.0))
        offset = shift * (self.is_location & self.is_free)
        by_slope = np.where(first, -self.values / slope**2, np.where(self.is_location, self.values, 0.0))
        by_shift = (self.is_location & self.is_free).astype(np.float64)
        return Moved(self.values * scale + offset, by_slope, by_shift, np.broadcast_to(np.diag(scale), (n_items, m, m)))

    @property
    def discriminations(self) -> Summary:
        n_items, m = self.values.shape
        return Summary(self.values[:, 0], np.arange(n_items), np.broadcast_to(np.eye(m)[0], (n_items, m)))

    @property
    def locations(self) -> Summary:
        items, places = np.nonzero(self.is_location & self.is_free)
        return Summary(self.values[items, places], items, np.eye(self.values.shape[1])[places])


class DichotomousCurves(Located):
    """Items scored 0 or 1, of any of the four models."""

    names = ("discrimination", "difficulty", "guessing", "upper")
    is_location = np.array([False, True, False, False])

    def __init__(self, bank: DichotomousBank) -> None:
        self.bank = bank
        self.values = np.column_stack([bank.discrimination, bank.difficulty, bank.guessing, bank.upper])
        self.is_free = np.ones(self.values.shape, dtype=bool)

    def by_parameter(self, theta: FloatArray) -> FloatArray:
        a, b, c, d = self.values.T
        away = theta[:, None] - b
        rising = sigmoid(a * away)
        steep = (d - c) * rising * (1.0 - rising)
        right = np.stack([steep * away, -a * steep, 1.0 - rising, rising], axis=2)
        return np.stack([-right, right], axis=2)


class ThresholdCurves(Located):
    """A discrimination, then as many thresholds as the longest item has."""

    def __init__(self, bank: ThresholdBank) -> None:
        self.bank = bank
        n_thresholds = bank.thresholds.shape[1]
        self.names = ("discrimination", *(f"threshold {k + 1}" for k in range(n_thresholds)))
        padded = np.column_stack([bank.discrimination, bank.thresholds])
        self.is_free = ~np.isnan(padded)
        self.is_location = np.arange(n_thresholds + 1) > 0
        self.values = np.where(self.is_free, padded, 0.0)


class GradedCurves(ThresholdCurves):
    """Graded items."""

    def by_parameter(self, theta: FloatArray) -> FloatArray:
        """By P_c = S_c − S_c+1, S_k = σ(a (θ − b_k))."""
        a, b = self.values[:, :1], self.values[:, 1:]
        away = theta[:, None, None] - b
        rising = sigmoid(a * away)
        steep = rising * (1.0 - rising) * self.is_free[:, 1:]
        n_theta, n_items, n_thresholds = steep.shape
        at_least = np.zeros((n_theta, n_items, n_thresholds + 2, n_thresholds + 1))  # S_0 and S_K do not change
        at_least[:, :, 1:-1, 0] = steep * away
        places = np.arange(n_thresholds)
        at_least[:, :, places + 1, places + 1] = -a * steep
        return at_least[:, :, :-1] - at_least[:, :, 1:]


class PartialCreditCurves(ThresholdCurves):
    """Partial credit items."""

    def by_parameter(self, theta: FloatArray) -> FloatArray:
        """The logit of category c is a (c θ − b_1 − … − b_c)."""
        a, b = self.values[:, 0], self.values[:, 1:]
        n_items, n_thresholds = b.shape
        sums = np.concatenate([np.zeros((n_items, 1)), np.cumsum(b, axis=1)], axis=1)
        logits = np.zeros((theta.size, n_items, n_thresholds + 1, n_thresholds + 1))
        logits[..., 0] = np.arange(n_thresholds + 1) * theta[:, None, None] - sums
        is_passed = np.arange(n_thresholds + 1)[:, None] > np.arange(n_thresholds)
        logits[..., 1:] = -a[:, None, None] * is_passed * self.is_free[:, None, 1:]
        return through_softmax(self.probability(theta), logits)
