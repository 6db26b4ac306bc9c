"""The responses of a calibration: checked, stripped of what tells nothing, equal rows counted once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.errors import CalibrationError, ResponseError

FEWEST_RESPONSES = 10
"""An item with fewer responses than this is left out: its parameters would be anything."""

_LONGEST_PATTERN = 40  # items; among more than these two persons hardly ever answer alike


@dataclass(frozen=True, eq=False)
class ResponseTable:
    """Rows of scores with their weights.

    `scores` and `observed` have the shape (n_rows, n_items), 0 where there is no response; `observed` is None when
    every response is there. `items` are the columns of the caller's responses that are left; `warnings` say why others
    are not.
    """

    scores: NDArray[np.uint8]
    observed: NDArray[np.uint8] | None
    weights: FloatArray
    items: IntArray
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, responses: ArrayLike, weights: ArrayLike | None) -> Self:
        """Read responses (n_persons, n_items), NaN or −1 being none, and how often each person counts (n_persons,).

        Raises ResponseError for what is no response table, CalibrationError when too little of it tells anything.
        """
        scores, given = _read(responses)
        counts = _read_weights(weights, len(scores))
        warnings = []
        items, reasons = _items_that_tell(scores, given, counts)
        warnings += reasons
        persons = np.flatnonzero(given[:, items].any(axis=1) & (counts > 0))
        if persons.size < np.count_nonzero(counts > 0):
            warnings.append(f"{np.count_nonzero(counts > 0) - persons.size} persons without a response are left out")
        if items.size < 2 or not persons.size:
            raise CalibrationError("; ".join(["nothing is left to calibrate", *warnings]))
        scores, given = scores[np.ix_(persons, items)], given[np.ix_(persons, items)]
        return cls(*_collapse(scores, given, counts[persons]), items, tuple(warnings))

    @property
    def n_persons(self) -> float:
        """How many persons there are, by weight."""
        return float(self.weights.sum())

    @property
    def n_items(self) -> int:
        """How many items are left."""
        return int(self.scores.shape[1])

    @property
    def proportion_right(self) -> FloatArray:
        """The part of its responses that were right, for each item."""
        n_given = self.weights @ (np.ones_like(self.scores) if self.observed is None else self.observed)
        proportion: FloatArray = (self.weights @ self.scores) / n_given
        return proportion


def _read(responses: ArrayLike) -> tuple[NDArray[np.uint8], BoolArray]:
    values = np.asarray(responses)
    if values.ndim != 2 or not (np.issubdtype(values.dtype, np.number) or values.dtype == np.bool_):
        raise ResponseError(f"responses must be numbers of the shape (n_persons, n_items), not {values.shape}")
    given = values != -1 if np.issubdtype(values.dtype, np.integer) else ~(np.isnan(values) | (values == -1))
    wrong = given & (values != 0) & (values != 1)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise ResponseError(f"{values[row, column]:g} of person {row} on item {column} is not a score: 0 or 1")
    return np.where(given, values, 0).astype(np.uint8), given


def _read_weights(weights: ArrayLike | None, n_persons: int) -> FloatArray:
    if weights is None:
        return np.ones(n_persons)
    counts = np.asarray(weights, dtype=np.float64)
    if counts.shape != (n_persons,) or not (np.isfinite(counts) & (counts >= 0)).all():
        raise ResponseError(f"weights must be {n_persons} numbers, one for each person, 0 or more")
    return counts


def _items_that_tell(scores: NDArray[np.uint8], given: BoolArray, counts: FloatArray) -> tuple[IntArray, list[str]]:
    """The items that have enough responses of both kinds, and what is wrong with each of the others."""
    n_given, n_right = counts @ given, counts @ scores
    reasons = {}
    for item in range(scores.shape[1]):
        if n_given[item] < FEWEST_RESPONSES:
            reasons[item] = f"has {n_given[item]:g} responses, fewer than {FEWEST_RESPONSES}"
        elif n_right[item] == 0:
            reasons[item] = "was answered right by nobody"
        elif n_right[item] == n_given[item]:
            reasons[item] = "was answered right by everybody"
    kept = np.array([item for item in range(scores.shape[1]) if item not in reasons], dtype=np.int64)
    return kept, [f"item {item} {reason} and is left out" for item, reason in reasons.items()]


def _collapse(
    scores: NDArray[np.uint8], given: BoolArray, counts: FloatArray
) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None, FloatArray]:
    """Equal rows once, with the sum of their weights, where that can save work."""
    if scores.shape[1] <= _LONGEST_PATTERN:
        codes = np.packbits(np.hstack([scores.astype(bool), given]), axis=1)
        _, first, row_of = np.unique(codes, axis=0, return_index=True, return_inverse=True)
        counts = np.bincount(row_of, weights=counts).astype(np.float64)
        scores, given = scores[first], given[first]
    return scores, None if given.all() else given.astype(np.uint8), counts
