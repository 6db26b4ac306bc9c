"""The likelihood of many persons' responses on a grid of θ, as matrix products.

Arrays have one column for each person and one row for each grid point: what is then done for all persons at a point,
a maximum over points for one, runs along the memory.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.models.bank import ItemBank
from irt_core.models.tables import ItemTable
from irt_core.priors import Quadrature
from irt_core.responses import Responses

_NUMBERS_AT_ONCE = 40_000  # of a working array: what the processor's cache holds several of
_FEWEST_PERSONS_AT_ONCE = 64


def chunks(bank: ItemBank, n_persons: int) -> Iterator[slice]:
    """The persons, a cacheful at a time."""
    at_once = max(_FEWEST_PERSONS_AT_ONCE, _NUMBERS_AT_ONCE // int((bank.category_counts - 1).sum()))
    for start in range(0, n_persons, at_once):
        yield slice(start, start + at_once)


def log_likelihood_on(bank: ItemBank, responses: Responses, quadrature: Quadrature) -> FloatArray:
    """log P(responses | θ) of each person at each grid point, shape (n_points, n_persons)."""
    table = bank.tabulate(quadrature)
    gained: FloatArray = table.log_odds @ _is_higher_score(bank, table, responses.scores).T
    if responses.observed is None:
        gained += table.log_likelihood_of_zeros[:, None]
    else:
        gained += table.log_likelihood[0].T @ responses.observed.T
    return gained


def _is_higher_score(bank: ItemBank, table: ItemTable, scores: FloatArray) -> FloatArray:
    """1 where a person has one of the scores above 0, shape (n_persons, n_higher_scores)."""
    if bank.n_categories == 2:
        return scores
    items, higher = table.higher_scores
    indicators: FloatArray = (scores[:, items] == higher).astype(np.float64)
    return indicators
