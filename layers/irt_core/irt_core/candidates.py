"""The few best eligible items of each examinee by a selection rule."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.criteria import CRITERIA
from irt_core.eligibility import Eligibility
from irt_core.errors import SelectionError
from irt_core.situation import Situation

_SMALL_BANK = 128  # below this it is quicker to judge every item than to look up which ones to judge
_SPARE = 12  # more of the ranking's items than are wanted, as its order is that of a cell and not of θ itself
_FIRST_LOOK = 48  # places of the ranking to look at beyond those that are surely used up


class Candidates(NamedTuple):
    """The best items of each examinee from best to worst, (n_examinees, n) each; −1 and −∞ where there is none."""

    items: IntArray
    values: FloatArray


def best_candidates(rule: str, situation: Situation, eligibility: Eligibility, n: int) -> Candidates:
    """The n eligible items that the rule values most. Raises SelectionError for an unknown rule."""
    if rule not in CRITERIA:
        raise SelectionError(f"no selection rule is called {rule!r}; there are: {', '.join(CRITERIA)}")
    if rule == "mfi" and situation.bank.n_items > _SMALL_BANK:
        return _most_informative(situation, eligibility, n)
    return _best_of_all(rule, situation, eligibility, n)


def _best_of_all(rule: str, situation: Situation, eligibility: Eligibility, n: int) -> Candidates:
    values = np.where(eligibility.of_all(), CRITERIA[rule](situation), -np.inf)
    return _largest(values, None, n)


def _most_informative(situation: Situation, eligibility: Eligibility, n: int) -> Candidates:
    """By the ranking where it has enough eligible items, by judging every item elsewhere."""
    shortlist = _shortlist(situation, eligibility, n + _SPARE)
    values = situation.bank.information_at(situation.theta[:, None], shortlist)
    values = np.where(shortlist >= 0, values, -np.inf)
    candidates = _largest(values, shortlist, n)
    short = np.flatnonzero(shortlist[:, -1] < 0)
    if short.size:
        rest = _best_of_all("mfi", situation.of_some(short), eligibility.of_some(short), n)
        width = rest.items.shape[1]
        candidates.items[short, :width], candidates.values[short, :width] = rest
    return candidates


def _shortlist(situation: Situation, eligibility: Eligibility, n: int) -> IntArray:
    """The first n eligible items of the ranking, (n_examinees, n); −1 where it does not have so many."""
    ranking = situation.bank.ranking
    n_looked_at = min(ranking.depth, n + situation.position + _FIRST_LOOK)
    while True:
        ranked = ranking.first(situation.theta, n_looked_at)
        places = np.where(eligibility.of(ranked), np.arange(n_looked_at), n_looked_at)
        places.sort(axis=1)
        places = places[:, : min(n, n_looked_at)]
        is_there = places < n_looked_at
        if n_looked_at == ranking.depth or is_there[:, -1].all():
            rows = np.arange(len(places))[:, None]
            return np.where(is_there, ranked[rows, np.minimum(places, n_looked_at - 1)], -1)
        n_looked_at = min(ranking.depth, 4 * n_looked_at)


def _largest(values: FloatArray, items: IntArray | None, n: int) -> Candidates:
    """The n largest values of each row, and the items they belong to: those given, else the columns themselves."""
    rows = np.arange(len(values))[:, None]
    if n == 1:
        places = values.argmax(axis=1)[:, None]
    elif n < values.shape[1]:
        places = (-values).argpartition(n - 1, axis=1)[:, :n]
        places = places[rows, (-values[rows, places]).argsort(axis=1)]
    else:
        places = (-values).argsort(axis=1)
    best = values[rows, places]
    found = places if items is None else items[rows, places]
    return Candidates(np.where(best > -np.inf, found, -1), best)
