"""The likelihood of many persons' responses on a grid, block by block, as matrix products."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional.grid import Grid, GridPrior, blocks_of
from irt_core.responses import Responses

_NUMBERS_AT_ONCE = 1 << 20  # of the blocks of the persons that are worked on together


class BlockDensities(NamedTuple):
    """Unnormalised log densities of some persons' abilities on a grid, up to a constant for each person.

    `primary` is (n_persons, n_primary), each of the `blocks` (n_persons, n_primary, n_points of its dimension).
    """

    primary: FloatArray
    blocks: Sequence[FloatArray]


class _Table(NamedTuple):
    """Items that share a block: log P of each category less that of the score 0, and the latter, (..., n_points)."""

    items: IntArray
    log_odds: FloatArray
    log_zero: FloatArray

    def log_likelihood(self, responses: Responses) -> FloatArray:
        """Of each person at each point of the block, (n_persons, n_points)."""
        scores = responses.scores[:, self.items]
        if responses.observed is None:
            total = np.repeat(self.log_zero.sum(axis=0)[None], len(scores), axis=0)
        else:
            total = responses.observed[:, self.items] @ self.log_zero
        for score, log_odds in enumerate(self.log_odds, start=1):
            total += (scores == score).astype(np.float64) @ log_odds
        return total


class BlockLikelihood:
    """The items of one bank on the points of one grid."""

    def __init__(self, bank: MultidimensionalBank, grid: Grid) -> None:
        self._grid = grid
        block_of = blocks_of(bank, grid.structure)
        self._primary = _tabulated(bank, grid, None, np.flatnonzero(block_of < 0))
        self._blocks = [
            _tabulated(bank, grid, dimension, np.flatnonzero(block_of == place))
            for place, dimension in enumerate(grid.structure.specific)
        ]

    def chunks(self, n_persons: int) -> Iterator[slice]:
        """The persons, as many at a time as memory is well used by."""
        at_once = max(1, _NUMBERS_AT_ONCE // self._grid.n_points)
        for start in range(0, n_persons, at_once):
            yield slice(start, start + at_once)

    def of(self, responses: Responses, prior: GridPrior | None) -> BlockDensities:
        """The likelihood of each person's responses, times the prior if there is one."""
        n, n_primary = responses.n_persons, self._grid.n_primary
        primary = self._primary.log_likelihood(responses)
        blocks = [table.log_likelihood(responses).reshape(n, n_primary, -1) for table in self._blocks]
        if prior is not None:
            primary += prior.primary
            for block, log_density in zip(blocks, prior.blocks, strict=True):
                block += log_density
        return BlockDensities(primary, blocks)


def _tabulated(bank: MultidimensionalBank, grid: Grid, dimension: int | None, items: IntArray) -> _Table:
    n_points = grid.n_primary * (1 if dimension is None else grid.axes[dimension].n_points)
    if not items.size:
        return _Table(items, np.empty((0, 0, n_points)), np.empty((0, n_points)))
    predictors = grid.predictors(bank.slopes[items], dimension).reshape(items.size, n_points)
    log_zero, *log_others = bank.curves.subset(items).log_likelihood_table(predictors)
    log_odds = np.array([np.where(np.isneginf(log_one), 0.0, log_one - log_zero) for log_one in log_others])
    return _Table(items, log_odds, log_zero)
