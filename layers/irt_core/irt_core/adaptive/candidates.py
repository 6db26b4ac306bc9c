"""The few best eligible items of each examinee by a selection rule."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irt_core.adaptive.criteria import CRITERIA
from irt_core.adaptive.eligibility import Eligibility
from irt_core.adaptive.situation import Situation
from irt_core.arrays import FloatArray, IntArray
from irt_core.errors import SelectionError

SPARE = 12
"""How many more items of the ranking are judged than are wanted, as its order is that of a cell and not of θ itself."""

_FEW = 100  # values that are sorted sooner than partitioned
_MOST_AREAS = 8  # how thinly the eligible items are taken to be spread over the ranking, at most


class Candidates(NamedTuple):
    """The best items of each examinee from best to worst, (n_examinees, n) each; −1 and −∞ where there is none."""

    items: IntArray
    values: FloatArray


def best_candidates(rule: str, situation: Situation, eligibility: Eligibility, n: int) -> Candidates:
    """The n eligible items that the rule values most. Raises SelectionError for an unknown rule."""
    if rule not in CRITERIA:
        raise SelectionError(f"no selection rule is called {rule!r}; there are: {', '.join(CRITERIA)}")
    if rule == "mfi":
        spread = 1 if eligibility.open_areas is None else min(_MOST_AREAS, eligibility.open_areas.shape[1])
        return _most_informative(situation, eligibility, n, situation.position + (n + SPARE) * spread)
    return _best_of_all(rule, situation, eligibility, n)


def _best_of_all(rule: str, situation: Situation, eligibility: Eligibility, n: int) -> Candidates:
    values = np.where(eligibility.of_all(), CRITERIA[rule](situation), -np.inf)
    return _largest(values, None, n)


def _most_informative(situation: Situation, eligibility: Eligibility, n: int, n_looked_at: int) -> Candidates:
    """The best of the first n + SPARE eligible items of the ranking; of all items where it has fewer."""
    bank, wanted = situation.bank, n + SPARE
    ranked = bank.ranking.first(situation.theta, n_looked_at)
    is_eligible = eligibility.of(ranked)
    n_eligible = is_eligible.cumsum(axis=1)
    rows, places = (is_eligible & (n_eligible <= wanted)).nonzero()
    values = np.full(ranked.shape, -np.inf)
    values[rows, places] = bank.information_at(situation.theta[rows], ranked[rows, places])
    candidates = _largest(values, ranked, n)
    short = np.flatnonzero(n_eligible[:, -1] < wanted)
    if short.size and ranked.shape[1] < bank.n_items:
        candidates.items[short], candidates.values[short] = _look_deeper(
            situation.of_some(short), eligibility.of_some(short), n, n_looked_at
        )
    return candidates


def _look_deeper(situation: Situation, eligibility: Eligibility, n: int, n_looked_at: int) -> Candidates:
    if n_looked_at < situation.bank.ranking.depth:
        return _most_informative(situation, eligibility, n, 4 * n_looked_at)
    return _best_of_all("mfi", situation, eligibility, n)


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
