"""Which items tell most where: each bank's items in order of information, for narrow cells of θ.

The best item at θ is among the first of its cell's order, so that a live step looks at a few dozen items and not at
fifty thousand. The order is by the largest information that an item reaches in the cell (at its middle and its ends);
what is then chosen from the first of them is decided by the exact information at θ. A cell is put in order when an
examinee first gets there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from irt_core.arrays import FloatArray

if TYPE_CHECKING:
    from irt_core.models.bank import ItemBank

_LOW, _HIGH = -6.0, 6.0  # beyond, the outermost cell's order serves
_CELL = 0.05
_N_CELLS = round((_HIGH - _LOW) / _CELL) + 1
_DEPTH = 1024  # places in each order; deeper ones are only reached when almost everything is used up
_DEPTH_OF_ONE = 256


class InformationRanking:
    """The items of one bank by information, best first, in every cell of θ."""

    def __init__(self, bank: ItemBank) -> None:
        self._bank = bank
        self.depth = min(bank.n_items, _DEPTH)
        self._order = np.empty((_N_CELLS, self.depth), dtype=np.int32)
        self._is_ordered = np.zeros(_N_CELLS, dtype=bool)
        self._lists: dict[int, list[int]] = {}

    def first(self, theta: FloatArray, n: int) -> NDArray[np.int32]:
        """The first n items of the cells around `theta` (n_examinees,), shape (n_examinees, n)."""
        cells = ((np.minimum(np.maximum(theta, _LOW), _HIGH) - _LOW) / _CELL + 0.5).astype(np.int64)
        if not self._is_ordered[cells].all():
            for cell in np.unique(cells[~self._is_ordered[cells]]).tolist():
                self._put_in_order(cell)
        return self._order[cells, :n]

    def first_of_one(self, theta: float) -> list[int]:
        """The first items, a few hundred, of the cell around one θ."""
        cell = int((min(max(theta, _LOW), _HIGH) - _LOW) / _CELL + 0.5)
        if cell not in self._lists:
            self._put_in_order(cell)
            self._lists[cell] = self._order[cell, :_DEPTH_OF_ONE].tolist()
        return self._lists[cell]

    def _put_in_order(self, cell: int) -> None:
        middle = _LOW + cell * _CELL
        reached = self._bank.information([middle - 0.5 * _CELL, middle, middle + 0.5 * _CELL]).max(axis=0)
        best = np.arange(reached.size)
        if self.depth < reached.size:
            best = np.sort(np.argpartition(-reached, self.depth)[: self.depth])
        self._order[cell] = best[np.argsort(-reached[best], kind="stable")]
        self._is_ordered[cell] = True
