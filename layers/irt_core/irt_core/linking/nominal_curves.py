"""Curves of items whose categories have a slope and an intercept each."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.linking.item_curves import ItemCurves, Moved, Summary, through_softmax
from irt_core.models.divide_by_total import NominalBank


class NominalCurves(ItemCurves):
    """Slope and intercept of each category in turn, all of them less those of category 0, which changes nothing."""

    bank: NominalBank

    def __init__(self, bank: NominalBank) -> None:
        self.bank = bank
        n = bank.n_categories
        self.names = tuple(f"{kind} {c}" for c in range(n) for kind in ("slope", "intercept"))
        self._is_there = ~np.isnan(bank.slopes)
        u, v = bank.slopes - bank.slopes[:, :1], bank.intercepts - bank.intercepts[:, :1]
        self.values = _by_turns(np.nan_to_num(u), np.nan_to_num(v))
        is_free = self._is_there & (np.arange(n) > 0)
        self.is_free = _by_turns(is_free, is_free)

    def by_parameter(self, theta: FloatArray) -> FloatArray:
        own = np.eye(self._is_there.shape[1]) * self._is_there[:, :, None]
        return through_softmax(self.probability(theta), _by_turns(theta[:, None, None, None] * own, own))

    def moved(self, slope: float, shift: float) -> Moved:
        u, v = self.values[:, 0::2], self.values[:, 1::2]
        pair = np.array([[1.0 / slope, 0.0], [-shift / slope, 1.0]])
        by_value = np.kron(np.eye(u.shape[1]), pair)
        return Moved(
            _by_turns(u / slope, v - u * (shift / slope)),
            _by_turns(-u / slope**2, u * (shift / slope**2)),
            _by_turns(np.zeros_like(u), -u / slope),
            np.broadcast_to(by_value, (len(u), *by_value.shape)),
        )

    @property
    def discriminations(self) -> Summary:
        low, high, _ = self._extremes
        items, steps = np.arange(len(low)), self.bank.category_counts - 1
        by_value = np.zeros(self.values.shape)
        by_value[items, 2 * high], by_value[items, 2 * low] = 1.0 / steps, -1.0 / steps
        return Summary(self.bank.discriminations, items, by_value)

    @property
    def locations(self) -> Summary:
        low, high, apart = self._extremes
        items, where = np.arange(len(low)), self.bank.locations
        by_value = np.zeros(self.values.shape)
        by_value[items, 2 * high], by_value[items, 2 * low] = -where / apart, where / apart
        by_value[items, 2 * high + 1], by_value[items, 2 * low + 1] = -1.0 / apart, 1.0 / apart
        return Summary(where, items, by_value)

    @cached_property
    def _extremes(self) -> tuple[IntArray, IntArray, FloatArray]:
        """The categories of the lowest and the highest slope, and how far apart the slopes are, (n_items,) each."""
        u = self.values[:, 0::2]
        low = np.where(self._is_there, u, np.inf).argmin(axis=1)
        high = np.where(self._is_there, u, -np.inf).argmax(axis=1)
        items = np.arange(len(u))
        return low, high, u[items, high] - u[items, low]


def _by_turns(first: Any, second: Any) -> Any:
    """Two arrays (…, n) as one (…, 2 n), a column of each in turn."""
    first, second = np.broadcast_arrays(first, second)
    return np.stack([first, second], axis=-1).reshape(*first.shape[:-1], -1)
