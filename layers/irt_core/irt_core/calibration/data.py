"""The responses of a calibration: checked, stripped of what tells nothing, equal rows counted once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.errors import CalibrationError, ResponseError

FEWEST_RESPONSES = 10
"""An item with fewer responses than this is left out: its parameters would be anything."""

MOST_CATEGORIES = 50

_LONGEST_PATTERN = 40  # items; among more than these two persons hardly ever answer alike
_MOST_PROFILES = 256  # of covariates; among more of them two persons hardly ever are alike
_ROWS_AT_ONCE = 4096  # of a table of small integers while it is summed in double precision


@dataclass(frozen=True, eq=False)
class ResponseTable:
    """Rows of scores with their weights, those of a group together and in it those of like ability next to each other.

    `scores` (n_rows, n_items) holds 0 where there is no response; `observed`, of the same shape, is None when every
    response is there. `group_rows` are the rows of each group, in the order of `groups`, the labels. `items` are the
    columns of the caller's responses that are left and `n_categories` (n_items,) how many scores each has; `warnings`
    say why others are not. One caller's column stands in several places when groups have parameters of their own.
    `row_of_person` says which row each of the caller's persons is in, −1 for those left out. `covariates` (n_rows,
    n_covariates) are None where none were given.
    """

    scores: NDArray[np.uint8]
    observed: NDArray[np.uint8] | None
    weights: FloatArray
    group_rows: tuple[slice, ...]
    groups: tuple[Any, ...]
    items: IntArray
    n_categories: IntArray
    warnings: tuple[str, ...]
    row_of_person: IntArray
    covariates: FloatArray | None = None

    @classmethod
    def of(
        cls,
        responses: ArrayLike,
        weights: ArrayLike | None = None,
        groups: ArrayLike | None = None,
        is_dichotomous: bool = False,
        covariates: ArrayLike | None = None,
    ) -> Self:
        """Read responses (n_persons, n_items), NaN or −1 being none.

        `weights` (n_persons,) say how often each person counts, `groups` (n_persons,) whose they are, which goes not
        with `covariates` (n_persons, n_covariates). Raises ResponseError for what is no response table,
        CalibrationError when too little of it tells anything.
        """
        scores, given = _read(responses, 2 if is_dichotomous else MOST_CATEGORIES)
        counts = _read_weights(weights, len(scores))
        labels, group_of = _read_groups(groups, len(scores))
        known = None if covariates is None else _read_covariates(covariates, len(scores), groups is not None)
        warnings: list[str] = []
        items, n_categories = _items_that_tell(scores, given, counts, warnings)
        persons = np.flatnonzero((given[:, items].any(axis=1) if given is not None else True) & (counts > 0))
        if persons.size < np.count_nonzero(counts > 0):
            warnings.append(f"{np.count_nonzero(counts > 0) - persons.size} persons without a response are left out")
        if items.size < 2 or not persons.size:
            raise CalibrationError("; ".join(["nothing is left to calibrate", *warnings]))
        if items.size < scores.shape[1] or persons.size < len(scores):
            scores = scores[np.ix_(persons, items)]
            given = None if given is None else given[np.ix_(persons, items)]
        if known is None:
            rows, row_of = _collapse(scores, given, counts[persons], group_of[persons])
        else:
            rows, row_of, known = _collapse_alike(scores, given, counts[persons], known[persons])
        order = _order(rows, n_categories)
        place_of, row_of_person = np.empty_like(order), np.full(len(counts), -1)
        place_of[order] = np.arange(order.size)
        row_of_person[persons] = place_of[row_of]
        arranged = _arranged(rows, order, len(labels))
        own = None if known is None else known[order]
        return cls(*arranged, labels, items, n_categories, tuple(warnings), row_of_person, own)

    @property
    def n_rows(self) -> int:
        """How many distinct rows there are."""
        return int(self.scores.shape[0])

    @property
    def n_items(self) -> int:
        """How many items are left."""
        return int(self.scores.shape[1])

    @property
    def n_persons(self) -> float:
        """How many persons there are, by weight."""
        return float(self.weights.sum())

    @cached_property
    def group_sizes(self) -> FloatArray:
        """How many persons each group has, by weight."""
        return np.array([self.weights[rows].sum() for rows in self.group_rows])

    @cached_property
    def steps(self) -> IntArray:
        """The item and the category of every category but the first of each item, (2, n_steps), item by item."""
        items = np.repeat(np.arange(self.n_items), self.n_categories - 1)
        first = np.cumsum(self.n_categories - 1) - (self.n_categories - 1)
        return np.stack([items, 1 + np.arange(items.size) - first[items]])

    @cached_property
    def indicators(self) -> NDArray[np.uint8]:
        """Whether a row has each of the steps' categories, (n_rows, n_steps); scores of 0 and 1 say so themselves."""
        if (self.n_categories == 2).all():
            return self.scores
        items, categories = self.steps
        indicators: NDArray[np.uint8] = (self.scores[:, items] == categories.astype(np.uint8)).astype(np.uint8)
        return indicators

    def category_counts(self) -> FloatArray:
        """How many responses, by weight, each category of each item has, (n_items, largest number of categories)."""
        counts = np.zeros((self.n_items, int(self.n_categories.max())))
        counts[tuple(self.steps)] = _column_sums(self.indicators, self.weights)
        given = self.n_persons if self.observed is None else _column_sums(self.observed, self.weights)
        counts[:, 0] = given - counts[:, 1:].sum(axis=1)
        return counts

    def thinned(self, every: int) -> ResponseTable:
        """Every so many rows of each group: enough to begin a climb with."""
        picked = [np.arange(rows.start, rows.stop, every) for rows in self.group_rows]
        ends = np.cumsum([0, *(part.size for part in picked)]).tolist()
        rows = np.concatenate(picked)
        return ResponseTable(
            self.scores[rows],
            None if self.observed is None else self.observed[rows],
            self.weights[rows],
            tuple(slice(start, stop) for start, stop in pairwise(ends)),
            self.groups,
            self.items,
            self.n_categories,
            (),
            np.where(np.isin(self.row_of_person, rows), np.searchsorted(rows, self.row_of_person), -1),
            None if self.covariates is None else self.covariates[rows],
        )

    def with_own_items(self, shared: BoolArray) -> tuple[ResponseTable, IntArray]:
        """The table in which the items that are not `shared` (n_items,) stand once for every group.

        Also says which group each place of it belongs to, −1 for all, (n_places,).
        """
        own = np.flatnonzero(~shared)
        columns = np.concatenate([np.flatnonzero(shared), *([own] * len(self.groups))])
        owner = np.concatenate(
            [np.full(np.count_nonzero(shared), -1), *(np.full(own.size, group) for group in range(len(self.groups)))]
        ).astype(np.int64)
        scores = self.scores[:, columns]
        observed = np.ones_like(scores) if self.observed is None else self.observed[:, columns].copy()
        for group, rows in enumerate(self.group_rows):
            observed[rows, (owner != group) & (owner >= 0)] = 0
        table = ResponseTable(
            scores * observed,
            observed,
            self.weights,
            self.group_rows,
            self.groups,
            self.items[columns],
            self.n_categories[columns],
            self.warnings,
            self.row_of_person,
        )
        return table, owner


def _read(responses: ArrayLike, most_categories: int) -> tuple[NDArray[np.uint8], BoolArray | None]:
    """The scores, and where there are any; None when everywhere."""
    values = np.asarray(responses)
    if values.ndim != 2 or not (np.issubdtype(values.dtype, np.number) or values.dtype == np.bool_):
        raise ResponseError(f"responses must be numbers of the shape (n_persons, n_items), not {values.shape}")
    if values.dtype == np.bool_:
        return values.view(np.uint8), None
    if np.issubdtype(values.dtype, np.integer) and values.size and values.min() >= 0:
        if values.max() >= most_categories:
            _refuse(values, values >= most_categories, most_categories)
        return values.view(np.uint8) if values.itemsize == 1 else values.astype(np.uint8), None
    given = values != -1 if np.issubdtype(values.dtype, np.integer) else ~(np.isnan(values) | (values == -1))
    wrong = given & ((values < 0) | (values >= most_categories) | (values != np.floor(values)))
    if wrong.any():
        _refuse(values, wrong, most_categories)
    return np.where(given, values, 0).astype(np.uint8), None if given.all() else given


def _refuse(values: NDArray[Any], wrong: BoolArray, most_categories: int) -> None:
    row, column = np.argwhere(wrong)[0]
    scores = "0 or 1" if most_categories == 2 else f"a whole number from 0 to {most_categories - 1}"
    raise ResponseError(f"{values[row, column]:g} of person {row} on item {column} is not a score: {scores}")


def _read_weights(weights: ArrayLike | None, n_persons: int) -> FloatArray:
    if weights is None:
        return np.ones(n_persons)
    counts = np.asarray(weights, dtype=np.float64)
    if counts.shape != (n_persons,) or not (np.isfinite(counts) & (counts >= 0)).all():
        raise ResponseError(f"weights must be {n_persons} numbers, one for each person, 0 or more")
    return counts


def _read_groups(groups: ArrayLike | None, n_persons: int) -> tuple[tuple[Any, ...], IntArray]:
    """The distinct labels in sorted order, and the place of each person's among them."""
    if groups is None:
        return (None,), np.zeros(n_persons, dtype=np.int64)
    labels = np.asarray(groups)
    if labels.shape != (n_persons,):
        raise ResponseError(f"groups must be {n_persons} labels, one for each person, not {labels.shape}")
    distinct, group_of = np.unique(labels, return_inverse=True)
    return tuple(distinct.tolist()), group_of.reshape(-1)


def _read_covariates(covariates: ArrayLike, n_persons: int, has_groups: bool) -> FloatArray:
    """The covariates (n_persons, n_covariates) as numbers."""
    values = np.asarray(covariates)
    if has_groups:
        raise CalibrationError("covariates do not go with groups: make a covariate of 0 and 1 for each group but one")
    if not (np.issubdtype(values.dtype, np.number) or values.dtype == np.bool_) or np.iscomplexobj(values):
        raise CalibrationError("covariates must be numbers: make a column of zeros and ones for each label but one")
    if values.ndim != 2 or len(values) != n_persons or not values.shape[1]:
        raise CalibrationError(f"covariates must have the shape ({n_persons}, n_covariates), not {values.shape}")
    numbers = values.astype(np.float64)
    wrong = np.argwhere(~np.isfinite(numbers))
    if wrong.size:
        raise CalibrationError(f"covariate {wrong[0][1]} of person {wrong[0][0]} is not a finite number")
    return numbers


def _items_that_tell(
    scores: NDArray[np.uint8], given: BoolArray | None, counts: FloatArray, warnings: list[str]
) -> tuple[IntArray, IntArray]:
    """The items with enough responses in every category, and their numbers of categories; says why not the others."""
    n_given = np.full(scores.shape[1], counts.sum()) if given is None else _column_sums(given, counts)
    by_score = np.zeros((scores.shape[1], max(2, int(scores.max(initial=0)) + 1)))
    for score in range(1, by_score.shape[1]):
        by_score[:, score] = _column_sums(scores, counts, score)
    by_score[:, 0] = n_given - by_score[:, 1:].sum(axis=1)
    kept, n_categories = [], []
    for item, of_item in enumerate(by_score):
        exists = max(2, int(of_item.nonzero()[0].max(initial=0)) + 1)
        reason = _why_not(of_item[:exists], float(n_given[item]))
        if reason:
            warnings.append(f"item {item} {reason} and is left out")
        else:
            kept.append(item)
            n_categories.append(exists)
    return np.array(kept, dtype=np.int64), np.array(n_categories, dtype=np.int64)


def _column_sums(table: NDArray[Any], weights: FloatArray, score: int = 1) -> FloatArray:
    """The weight of the rows that have the score, for each column of a table (n_rows, n), no copy of which is made."""
    sums = np.zeros(table.shape[1])
    for start in range(0, len(table), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        sums += weights[rows] @ (table[rows] == score)
    return sums


def _why_not(by_score: FloatArray, n_given: float) -> str:
    """What is wrong with an item whose scores were given so often; nothing if it can be fitted."""
    if n_given < FEWEST_RESPONSES:
        return f"has {n_given:g} responses, fewer than {FEWEST_RESPONSES}"
    scored = np.flatnonzero(by_score > 0).tolist()
    if by_score.size == 2 and len(scored) == 1:
        return "was answered right by " + ("everybody" if scored == [1] else "nobody")
    if len(scored) == 1:
        return f"was scored {scored[0]} throughout"
    empty = sorted(set(range(by_score.size)) - set(scored))
    if empty:
        return f"has no response in category {empty[0]} (merge it with the next one)"
    return ""


_Rows = tuple[NDArray[np.uint8], BoolArray | None, FloatArray, IntArray]


def _collapse(
    scores: NDArray[np.uint8], given: BoolArray | None, counts: FloatArray, group_of: IntArray
) -> tuple[_Rows, IntArray]:
    """Equal rows once, with the sum of their weights, where that can save work; and in which row each person is."""
    if scores.shape[1] > _LONGEST_PATTERN:
        return (scores, given, counts, group_of), np.arange(len(scores))
    codes = [group_of.astype(np.uint8)[:, None] if group_of.max() < 256 else group_of[:, None], scores]
    if given is not None:
        codes.append(given.astype(np.uint8))
    _, first, row_of = np.unique(np.hstack(codes), axis=0, return_index=True, return_inverse=True)
    row_of = row_of.reshape(-1)
    collapsed = np.bincount(row_of, weights=counts).astype(np.float64)
    return (scores[first], None if given is None else given[first], collapsed, group_of[first]), row_of


def _collapse_alike(
    scores: NDArray[np.uint8], given: BoolArray | None, counts: FloatArray, covariates: FloatArray
) -> tuple[_Rows, IntArray, FloatArray]:
    """As `_collapse` for one group in which only rows with the same covariates are equal; and those of the rows."""
    profiles, profile_of = np.unique(covariates, axis=0, return_inverse=True)
    rows: _Rows = (scores, given, counts, profile_of.reshape(-1))
    row_of: IntArray = np.arange(len(scores))
    if len(profiles) <= _MOST_PROFILES:
        rows, row_of = _collapse(*rows)
    return (*rows[:3], np.zeros_like(rows[3])), row_of, profiles[rows[3]]


def _order(rows: _Rows, n_categories: IntArray) -> IntArray:
    """The rows group by group, in a group by the mean of their scores, each of these as a part of the highest one."""
    scores, given, _, group_of = rows
    top, share = np.maximum(n_categories - 1, 1), np.zeros(len(scores))
    for start in range(0, len(scores), _ROWS_AT_ONCE):
        places = slice(start, start + _ROWS_AT_ONCE)
        share[places] = scores[places] @ (1.0 / top)
    if given is not None:
        share /= given.sum(axis=1)
    return np.lexsort((share, group_of))


def _arranged(
    rows: _Rows, order: IntArray, n_groups: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None, FloatArray, tuple[slice, ...]]:
    """The rows in that order, and which are those of each group."""
    scores, given, counts, group_of = rows
    ends = np.cumsum(np.bincount(group_of, minlength=n_groups)).tolist()
    observed = None if given is None or given.all() else given[order].view(np.uint8)
    return scores[order], observed, counts[order], tuple(slice(start, stop) for start, stop in pairwise([0, *ends]))
