"""What a bank's items look like on a grid of θ, computed when first asked for and kept with the bank.

A selection rule that weighs every item over the whole posterior is then a matrix product with these tables.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.priors import Quadrature

if TYPE_CHECKING:
    from irt_core.models.bank import ItemBank

_LARGEST_TABULATED = 4096  # items; beyond, a table of the whole bank costs more than it saves in a session


class ItemTable:
    """The items of one bank on the points of one quadrature."""

    def __init__(self, bank: ItemBank, quadrature: Quadrature) -> None:
        self._bank = bank
        self.quadrature = quadrature

    @cached_property
    def log_likelihood(self) -> FloatArray:
        """log P(category | θ), shape (n_categories, n_items, n_points)."""
        return self._bank.log_likelihood_table(self.quadrature.points)

    def log_likelihood_of(self, items: IntArray, scores: IntArray) -> FloatArray:
        """log P(score of each item | θ), shape (len(items), n_points), the same bits whether tabulated or not."""
        if self._bank.n_items > _LARGEST_TABULATED:
            return self._bank.log_likelihood(items, scores, self.quadrature.points)
        return self.log_likelihood[scores, items]

    def log_likelihood_of_one(self, item: int, score: int) -> FloatArray:
        """log P(score | θ) of one item, shape (n_points,), the same bits as its row among others."""
        if self._bank.n_items > _LARGEST_TABULATED:
            (row,) = self.log_likelihood_of(np.array([item]), np.array([score]))
        else:
            row = self.log_likelihood[score, item]
        return np.asarray(row)

    @cached_property
    def likelihood(self) -> FloatArray:
        """P(category | θ), shape (n_categories, n_items, n_points)."""
        return np.exp(self.log_likelihood)

    @cached_property
    def information(self) -> FloatArray:
        """Fisher information, shape (n_items, n_points)."""
        return np.ascontiguousarray(self._bank.information(self.quadrature.points).T)

    @cached_property
    def higher_scores(self) -> tuple[IntArray, IntArray]:
        """Each score above 0 of each item, item by item: the items and the scores, shape (n_higher_scores,) each."""
        items, places = np.nonzero(np.arange(1, self._bank.n_categories) < self._bank.category_counts[:, None])
        return items, places + 1

    @cached_property
    def log_odds(self) -> FloatArray:
        """What each of `higher_scores` adds to the log-likelihood of the score 0, (n_points, n_higher_scores)."""
        items, scores = self.higher_scores
        return np.ascontiguousarray((self.log_likelihood[scores, items] - self.log_likelihood[0, items]).T)

    @cached_property
    def log_likelihood_of_zeros(self) -> FloatArray:
        """Log-likelihood of the score 0 on every item, shape (n_points,)."""
        total: FloatArray = self.log_likelihood[0].sum(axis=0)
        return total

    @cached_property
    def log_likelihood_where_possible(self) -> FloatArray:
        """`log_likelihood` with 0 for −∞: for means in which what is impossible has the weight 0."""
        return np.where(np.isneginf(self.log_likelihood), 0.0, self.log_likelihood)

    @cached_property
    def warm(self) -> FloatArray:
        """Warm's Σ P' P'' / P, shape (n_items, n_points)."""
        return np.ascontiguousarray(self._bank.warm(self.quadrature.points).T)

    @cached_property
    def total_information(self) -> FloatArray:
        """Information of the whole bank, shape (n_points,)."""
        total: FloatArray = self.information.sum(axis=0)
        return total
