"""Persons of equal standing: what members of two groups are compared within.

The standing is the total score on the anchors and on the studied item itself, which must be part of it for an item
without differential functioning to look like one (Holland & Thayer 1988; Zwick 1990, Journal of Educational Statistics
15(3), 185-197). Whoever was not given all of these items has the same part of their points as of the ones given, to
the nearest whole number; who was given less than half of the points to be had cannot be placed. Something known from
elsewhere may take the place of the total: an ability estimate, say, where persons were given items of different
difficulty.

A stratum holds the persons of one total score (thin matching), or of neighbouring scores so that the strata are about
equally large (thick matching, for small groups; Donoghue & Allen 1993, Journal of Educational Statistics 18(2),
131-154).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.dif.comparison import Comparison
from irt_core.errors import DifError

_FEWEST_POINTS = 0.5  # of those to be had on the matching items
_MOST_STRATA = 100  # of a matching variable from elsewhere, which may take a value of its own for every person
_TINY = 1e-300  # instead of dividing by no persons at all


@dataclass(frozen=True, eq=False)
class Matching:
    """`n_strata` about equally large strata, None being one for each total score; `by` (n_persons,) replaces the total.

    `by` is cut into 100 strata unless `n_strata` says otherwise; who has NaN there is left out.
    """

    n_strata: int | None = None
    by: ArrayLike | None = None

    def __post_init__(self) -> None:
        if self.n_strata is not None and self.n_strata < 2:
            raise DifError(f"there must be at least 2 strata, not {self.n_strata}")


@dataclass(frozen=True, eq=False)
class Tables:
    """How often each group reached each score in each stratum.

    `counts` has the shape (n_items, n_strata, 2, n_categories), the reference group first; `values` (n_items, n_strata)
    is the mean standing of each stratum, 0 where it is empty.
    """

    counts: FloatArray
    values: FloatArray

    @property
    def sizes(self) -> FloatArray:
        """How many persons there are in each stratum, shape (n_items, n_strata)."""
        sizes: FloatArray = self.counts.sum(axis=(2, 3))
        return sizes

    def thickened(self, n_strata: int) -> Tables:
        """Neighbouring strata put together until about `n_strata` equally large ones are left."""
        sizes = self.sizes
        thick = np.stack([_thick(row, n_strata) for row in sizes])
        items = np.arange(len(sizes))[:, None]
        counts = np.zeros((len(sizes), n_strata, *self.counts.shape[2:]))
        sums = np.zeros((len(sizes), n_strata))
        np.add.at(counts, (items, thick), self.counts)
        np.add.at(sums, (items, thick), self.values * sizes)
        return Tables(counts, sums / np.maximum(counts.sum(axis=(2, 3)), _TINY))


def tabulate(comparison: Comparison, is_anchor: BoolArray, matching: Matching) -> Tables:
    """The tables of all items, shape as in `Tables`; `is_anchor` (n_items,) says which items the total is made of."""
    if matching.by is not None:
        return _tabulate_by_standing(comparison, matching)
    top = comparison.top_scores
    points = np.where(comparison.given, top, 0)
    earned, possible = comparison.scores @ is_anchor, points @ is_anchor
    on_anchors = int(top @ is_anchor)
    n_totals = on_anchors + int(top.max()) + 1
    counts = np.empty((comparison.n_items, n_totals, 2, int(top.max()) + 1))
    for item in range(comparison.n_items):
        own = 1 - int(is_anchor[item])
        full = on_anchors + own * int(top[item])
        here = possible + own * points[:, item]
        part = (earned + own * comparison.scores[:, item]) / np.maximum(here, 1)
        is_placed = here >= _FEWEST_POINTS * full
        counts[item] = _count(comparison, item, np.rint(full * part).astype(np.int64), is_placed, counts.shape[1:])
    tables = Tables(counts, np.broadcast_to(np.arange(float(n_totals)), counts.shape[:2]))
    return tables if matching.n_strata is None else tables.thickened(matching.n_strata)


def _tabulate_by_standing(comparison: Comparison, matching: Matching) -> Tables:
    standing = np.asarray(matching.by, dtype=np.float64)
    if standing.shape != (comparison.n_rows,):
        raise DifError(f"the matching variable must have {comparison.n_rows} values, one for each person")
    standing = standing[comparison.rows]
    is_placed = ~np.isnan(standing)
    if not is_placed.any():
        raise DifError("the matching variable is known of nobody")
    values, stratum = np.unique(np.where(is_placed, standing, standing[is_placed][0]), return_inverse=True)
    weights = comparison.weights * is_placed
    n_strata = matching.n_strata or (_MOST_STRATA if values.size > _MOST_STRATA else None)
    if n_strata is not None:
        sizes = np.bincount(stratum, weights).astype(np.float64)
        stratum = np.asarray(_thick(sizes, n_strata)[stratum], dtype=np.intp)
    shape = (int(stratum.max()) + 1, 2, int(comparison.top_scores.max()) + 1)
    counts = np.stack([_count(comparison, item, stratum, is_placed, shape) for item in range(comparison.n_items)])
    sums = np.bincount(stratum, weights * np.where(is_placed, standing, 0.0), shape[0])
    means = sums / np.maximum(np.bincount(stratum, weights, shape[0]), _TINY)
    return Tables(counts, np.broadcast_to(means, counts.shape[:2]))


def _count(
    comparison: Comparison, item: int, stratum: IntArray, is_placed: BoolArray, shape: tuple[int, ...]
) -> FloatArray:
    """Weighted counts of one item by stratum, group and score, of the persons who are placed and were given it."""
    counted = is_placed & comparison.given[:, item]
    cell = (stratum * 2 + comparison.group) * shape[2] + comparison.scores[:, item]
    n_cells = shape[0] * shape[1] * shape[2]
    return np.bincount(cell[counted], comparison.weights[counted], n_cells).astype(np.float64).reshape(shape)


def _thick(sizes: FloatArray, n_strata: int) -> IntArray:
    """Which of `n_strata` about equally large strata each of the given ones goes to: by the middle of its persons."""
    middles = np.cumsum(sizes) - 0.5 * sizes
    places = (n_strata * middles / max(float(sizes.sum()), _TINY)).astype(np.int64)
    return np.asarray(np.minimum(places, n_strata - 1))
