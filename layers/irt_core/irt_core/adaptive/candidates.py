"""The few best eligible items of each examinee by a selection rule.

Maximum information goes through the bank's ranking: it evaluates the first few eligible items at θ itself and stops
when no later one can tell more, by the ranking's bounds. The other rules judge every item.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irt_core.adaptive.criteria import criterion_of, fisher_information
from irt_core.adaptive.eligibility import Eligibility
from irt_core.adaptive.item_sets import NextOfSets
from irt_core.adaptive.situation import Situation
from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.models.content import ItemContent

SPARE = 4
"""How many more items of the ranking are evaluated than are wanted, before the bounds are asked."""

MOST_EVALUATED = 256
"""After so many items the search ends without a proof: only all but identical items keep it going for so long."""

ROUNDING = 1e-9
"""A bound that exceeds the best by less, relatively, does not exceed it."""

_FEW = 100  # values that are sorted sooner than partitioned


class Candidates(NamedTuple):
    """The best items of each examinee from best to worst, (n_examinees, n) each; −1 and −∞ where there is none."""

    items: IntArray
    values: FloatArray


def best_candidates(rule: str, situation: Situation, eligibility: Eligibility, n: int) -> Candidates:
    """The n eligible items that the rule values most. Raises SelectionError for an unknown rule."""
    criterion = criterion_of(rule)
    if rule == "mfi" and eligibility.sets is None and situation.bank.ranking.reaches(situation.theta):
        return _Search(situation, eligibility, n).run()
    return best_by_value(criterion(situation), situation.bank.content, eligibility, n)


def best_by_value(values: FloatArray, content: ItemContent, eligibility: Eligibility, n: int) -> Candidates:
    """The n eligible items of the largest values, given for each item, (n_examinees, n_items)."""
    if eligibility.sets is not None:
        return _best_with_sets(values, content, eligibility, eligibility.sets, n)
    return _largest(np.where(eligibility.of_all(), values, -np.inf), None, n)


def _best_with_sets(
    values: FloatArray, content: ItemContent, eligibility: Eligibility, sets: NextOfSets, n: int
) -> Candidates:
    """Single items compete with the first items of sets; where a set goes on, its next item is the only candidate."""
    is_single = eligibility.of_all() & (content.set_of < 0)
    of_sets, first_of_sets = sets.values_of_sets(values, eligibility.is_free)
    best = _largest(np.hstack([np.where(is_single, values, -np.inf), of_sets]), None, n)
    rows, goes_on = np.arange(len(values)), sets.goes_on
    heads = first_of_sets[rows[:, None], np.maximum(best.items - content.n_items, 0)]
    items = np.where(best.items >= content.n_items, heads, best.items)
    value, item = sets.following(values)
    items[goes_on], best.values[goes_on] = -1, -np.inf
    items[goes_on, 0], best.values[goes_on, 0] = item[goes_on], value[goes_on]
    return Candidates(items, best.values)


class _Search:
    """The n most informative eligible items of each examinee, through the ranking."""

    def __init__(self, situation: Situation, eligibility: Eligibility, n: int) -> None:
        self._situation, self._eligibility, self._n = situation, eligibility, n
        self._ranking = situation.bank.ranking
        n_examinees = situation.theta.size
        self._found = Candidates(np.full((n_examinees, n), -1, dtype=np.int64), np.full((n_examinees, n), -np.inf))

    def run(self) -> Candidates:
        """Those with a single open area look through that area's order, the others through the whole bank's."""
        everybody = np.arange(self._situation.theta.size)
        wanted, position = self._n + SPARE, self._situation.position
        open_areas = self._eligibility.open_areas
        if open_areas is None:
            self._look(everybody, None, wanted, position + wanted)
            return self._found
        n_open = open_areas.sum(axis=1)
        one = np.flatnonzero(n_open == 1)
        if one.size:
            areas = open_areas[one].argmax(axis=1)
            n_used = int(self._eligibility.n_used[one, areas].max())
            self._look(one, areas, wanted, n_used + wanted)
        several = np.flatnonzero(n_open > 1)
        if several.size:
            spread = open_areas.shape[1] / int(n_open[several].min())
            self._look(several, None, wanted, position + int(np.ceil(wanted * spread)))
        return self._found

    def _look(self, rows: IntArray, areas: IntArray | None, wanted: int, n_places: int) -> None:
        """Evaluate the first `wanted` eligible items among the first places, and look on where that proves nothing."""
        n_places = min(n_places, self._depth(areas))
        theta = self._situation.theta[rows]
        ranked = self._ranking.first(theta, n_places, areas)
        is_eligible = self._eligibility.of(rows, ranked.items)
        if areas is not None:
            is_eligible &= ranked.items >= 0
        n_eligible = is_eligible.cumsum(axis=1, dtype=np.int32)
        has_enough = n_eligible[:, -1] >= wanted
        is_evaluated = is_eligible & (n_eligible <= wanted)
        if not has_enough.all():
            self._look_deeper(*_some(~has_enough, rows, areas), wanted, n_places)
            is_evaluated &= has_enough[:, None]
            rows, areas = _some(has_enough, rows, areas)
            theta = theta[has_enough]
        places = np.flatnonzero(is_evaluated).reshape(-1, wanted)
        items = ranked.items.take(places)
        values = self._situation.bank.information_at(theta[:, None], items)
        best = _largest(values, items, self._n)
        self._found.items[rows], self._found.values[rows] = best
        last_rows, last_places = np.divmod(places[:, -1], n_places)
        is_proven = best.values[:, -1] * (1.0 + ROUNDING) >= ranked.bounds_at(last_rows, last_places)
        if wanted < MOST_EVALUATED and not is_proven.all():
            more = min(4 * wanted, MOST_EVALUATED)
            self._look(*_some(~is_proven, rows, areas), more, n_places + 2 * (more - wanted))

    def _look_deeper(self, rows: IntArray, areas: IntArray | None, wanted: int, n_places: int) -> None:
        """Go on where the first places held too few eligible items; at the end of the order judge the whole bank."""
        if n_places < self._depth(areas):
            return self._look(rows, areas, wanted, 4 * n_places)
        situation, eligibility = self._situation.of_some(rows), self._eligibility.of_some(rows)
        whole = best_by_value(fisher_information(situation), situation.bank.content, eligibility, self._n)
        self._found.items[rows, : whole.items.shape[1]] = whole.items
        self._found.values[rows, : whole.items.shape[1]] = whole.values
        return None

    def _depth(self, areas: IntArray | None) -> int:
        return self._ranking.depth if areas is None else self._ranking.depth_of_area


def _some(picked: BoolArray, rows: IntArray, areas: IntArray | None) -> tuple[IntArray, IntArray | None]:
    return rows[picked], None if areas is None else areas[picked]


def _largest(values: FloatArray, items: IntArray | None, n: int) -> Candidates:
    """The n largest values of each row, and the items they belong to: those given, else the columns themselves."""
    rows = np.arange(len(values))[:, None]
    if n == 1:
        places = values.argmax(axis=1)[:, None]
    elif values.shape[1] <= _FEW:
        places = (-values).argsort(axis=1, kind="stable")[:, :n]
    else:
        places = np.sort((-values).argpartition(n - 1, axis=1)[:, :n], axis=1)
        places = places[rows, (-values[rows, places]).argsort(axis=1, kind="stable")]
    best = values[rows, places]
    found = places if items is None else items[rows, places]
    return Candidates(np.where(best > -np.inf, found, -1), best)
