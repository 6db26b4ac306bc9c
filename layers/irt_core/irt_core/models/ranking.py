"""Which items tell most where: each bank's items in order of information, for narrow cells of θ.

A live step shall look at a few items and not at fifty thousand, and still find the very best. For cells of θ of width
0.05 the items are therefore kept in order of an upper bound of their information in the cell. Who goes through that
order and has evaluated, at θ itself, a first few items may stop as soon as the best of them tells more than the bound
of the last: whatever comes later is bounded by that bound too.

The bound is the peak of the parabola through the information at the middle and the ends of the cell, with an allowance
for what a parabola misses. That grows with the third power of the discrimination: 10⁻⁵ of the information at 4, 10⁻⁴
at 8; the allowance is twice that.

An order is made when an examinee first gets into its cell: one of the whole bank and one of each content area.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from irt_core.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from irt_core.models.bank import ItemBank

_LOW, _HIGH = -6.0, 6.0  # beyond, the outermost cell's order serves
_CELL = 0.05
_N_CELLS = round((_HIGH - _LOW) / _CELL) + 1
_DEPTH = 1024  # places in the order of the whole bank; deeper ones are only reached when almost everything is used up
_DEPTH_OF_AREA = 128
_ALLOWANCE = 2e-4  # relative, for what the parabola misses


class Ranked(NamedTuple):
    """Items from the most informative down, (n_examinees, n); −1 where an area has no more."""

    items: IntArray
    bounds: FloatArray
    starts: IntArray

    def bounds_at(self, rows: IntArray | slice, places: IntArray) -> FloatArray:
        """What the items from `places[k]` on in row `rows[k]` do not exceed."""
        return self.bounds.take(self.starts[rows] + places)


class InformationRanking:
    """The items of one bank by information, best first, in every cell of θ."""

    def __init__(self, bank: ItemBank) -> None:
        self._bank = bank
        sizes = bank.content.area_sizes
        self.depth = min(bank.n_items, _DEPTH)
        self.depth_of_area = min(int(sizes.max(initial=0)), _DEPTH_OF_AREA)
        self._whole = _Orders(_N_CELLS, self.depth)
        self._of_area = _Orders(_N_CELLS * sizes.size, self.depth_of_area)
        self._members = [np.flatnonzero(bank.content.area_of == area) for area in range(sizes.size)]
        self._is_ordered = np.zeros(_N_CELLS, dtype=bool)
        self._lists: dict[tuple[int, int | None], tuple[list[int], list[float]]] = {}

    def reaches(self, theta: FloatArray) -> bool:
        """Whether the bounds hold at every θ: beyond the outermost cells they do not."""
        return bool(np.abs(theta).max(initial=0.0) <= _HIGH)

    def reaches_one(self, theta: float) -> bool:
        """The same for one θ."""
        return _LOW <= theta <= _HIGH

    def first(self, theta: FloatArray, n: int, areas: IntArray | None = None) -> Ranked:
        """The first n items of the cells around `theta` (n_examinees,), of one area each if there are `areas`."""
        cells = ((np.minimum(np.maximum(theta, _LOW), _HIGH) - _LOW) / _CELL + 0.5).astype(np.int64)
        if not self._is_ordered[cells].all():
            for cell in np.unique(cells[~self._is_ordered[cells]]).tolist():
                self._put_in_order(cell)
        if areas is None:
            return self._whole.first(cells, n)
        return self._of_area.first(cells * len(self._members) + areas, n)

    def first_of_one(self, theta: float, area: int | None = None) -> tuple[list[int], list[float]]:
        """The first items and bounds, a hundred or more, of the cell around one θ, of one area if there is one."""
        cell = int((min(max(theta, _LOW), _HIGH) - _LOW) / _CELL + 0.5)
        found = self._lists.get((cell, area))
        if found is None:
            ranked = self.first(np.array([theta]), 2 * _DEPTH_OF_AREA, None if area is None else np.array([area]))
            n = int(np.count_nonzero(ranked.items >= 0))
            found = ranked.items[0, :n].tolist(), ranked.bounds_at(np.zeros(n, dtype=np.int64), np.arange(n)).tolist()
            self._lists[cell, area] = found
        return found

    def _put_in_order(self, cell: int) -> None:
        bounds = self._bounds(_LOW + cell * _CELL)
        self._whole.put(cell, np.arange(bounds.size), bounds)
        for area, members in enumerate(self._members):
            self._of_area.put(cell * len(self._members) + area, members, bounds[members])
        self._is_ordered[cell] = True

    def _bounds(self, middle: float) -> FloatArray:
        """What each item's information does not exceed in the cell, shape (n_items,)."""
        left, here, right = self._bank.information([middle - 0.5 * _CELL, middle, middle + 0.5 * _CELL])
        bend = left - 2.0 * here + right
        lean = 0.5 * (right - left)
        has_peak = -bend > np.abs(lean)  # inside the cell
        peak = here - np.divide(0.5 * lean * lean, bend, out=np.zeros_like(bend), where=has_peak)
        bounds: FloatArray = np.maximum(np.maximum(left, right), peak) * (1.0 + _ALLOWANCE)
        return bounds


class _Orders:
    """Many orders of the same depth. Memory that no cell has asked for yet is not touched."""

    def __init__(self, n_orders: int, depth: int) -> None:
        self._items = np.empty((n_orders, depth), dtype=np.int64)
        self._bounds = np.empty((n_orders, depth))
        self._depth = depth

    def first(self, orders: IntArray, n: int) -> Ranked:
        return Ranked(self._items[orders, :n], self._bounds, orders * self._depth)

    def put(self, order: int, items: IntArray, bounds: FloatArray) -> None:
        best = np.arange(bounds.size)
        if self._depth < bounds.size:
            best = np.sort(np.argpartition(-bounds, self._depth - 1)[: self._depth])
        best = best[np.argsort(-bounds[best], kind="stable")]
        self._items[order, : best.size], self._bounds[order, : best.size] = items[best], bounds[best]
        self._items[order, best.size :] = -1
