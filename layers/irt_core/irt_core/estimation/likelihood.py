"""The likelihood of many persons' responses on a grid of θ, as matrix products."""

from __future__ import annotations

from collections.abc import Iterator

from irt_core.arrays import FloatArray
from irt_core.models.bank import ItemBank
from irt_core.priors import Quadrature
from irt_core.responses import Responses

_PERSONS_AT_ONCE = 512  # keeps the working arrays of a chunk in the processor's cache


def chunks(n_persons: int) -> Iterator[slice]:
    """The persons, a cacheful at a time."""
    for start in range(0, n_persons, _PERSONS_AT_ONCE):
        yield slice(start, start + _PERSONS_AT_ONCE)


def log_likelihood_on(bank: ItemBank, responses: Responses, quadrature: Quadrature) -> FloatArray:
    """log P(responses | θ) of each person at each grid point, shape (n_persons, n_points)."""
    table = bank.tabulate(quadrature)
    gained: FloatArray = responses.scores @ table.log_odds
    if responses.observed is None:
        gained += table.log_likelihood[0].sum(axis=0)
    else:
        gained += responses.observed @ table.log_likelihood[0]
    return gained
