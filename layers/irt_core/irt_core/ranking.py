"""Which items tell most where: each bank's items in order of information, for narrow cells of θ.

The best item at θ is among the first of its cell's order, so that a live step looks at a few dozen items and not at
fifty thousand. The order is by the largest information that an item reaches in the cell (at its middle and its ends);
what is then chosen from the first of them is decided by the exact information at θ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from irt_core.arrays import FloatArray

if TYPE_CHECKING:
    from irt_core.models import ItemBank

_LOW, _HIGH = -6.0, 6.0  # beyond, the outermost cell's order serves
_CELL = 0.05
_DEPTH = 1024  # places in each order; deeper ones are only reached when almost everything is used up
_CELLS_AT_ONCE = 16


class InformationRanking:
    """The items of one bank by information, best first, in every cell of θ."""

    def __init__(self, bank: ItemBank) -> None:
        middles = np.linspace(_LOW, _HIGH, round((_HIGH - _LOW) / _CELL) + 1)
        self.depth = min(bank.n_items, _DEPTH)
        self._order = np.empty((middles.size, self.depth), dtype=np.int32)
        for start in range(0, middles.size, _CELLS_AT_ONCE):
            cells = slice(start, start + _CELLS_AT_ONCE)
            self._order[cells] = self._best_first(_most_informative_in_cell(bank, middles[cells]))

    def first(self, theta: FloatArray, n: int) -> NDArray[np.int32]:
        """The first n items of the cells around `theta` (n_examinees,), shape (n_examinees, n)."""
        cells = np.rint((theta - _LOW) * (1.0 / _CELL)).astype(np.int64)
        return self._order[np.minimum(np.maximum(cells, 0), len(self._order) - 1), :n]

    def _best_first(self, information: FloatArray) -> NDArray[np.intp]:
        if self.depth < information.shape[1]:
            best = np.argpartition(-information, self.depth, axis=1)[:, : self.depth]
        else:
            best = np.broadcast_to(np.arange(self.depth), information.shape)
        order = np.argsort(-np.take_along_axis(information, best, axis=1), axis=1, kind="stable")
        return np.take_along_axis(best, order, axis=1)


def _most_informative_in_cell(bank: ItemBank, middles: FloatArray) -> FloatArray:
    low, middle, high = (bank.information(middles + shift) for shift in (-0.5 * _CELL, 0.0, 0.5 * _CELL))
    return np.maximum(np.maximum(low, middle), high)
