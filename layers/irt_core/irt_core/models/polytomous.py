"""Items scored in several categories: what every such model shares.

All follows from the probabilities P_c of the categories c = 0 … K − 1 and two derivatives by θ:

    gradient of a response x   P'_x / P_x
    information                I = Σ_c P'_c² / P_c                        (Samejima 1969, Psychometrika Monograph 17)
    Warm's term                J = Σ_c P'_c P''_c / P_c

J is Warm's (1989) for any number of categories. By the expansion of Cox & Snell (1968, JRSS B 30(2), 248-275) the bias
of the maximum likelihood estimate is (E l‴ / 2 + E l′l″) / I² to first order, which for categories is −J / (2 I²);
adding J / (2 I) to the likelihood equation removes it (Samejima 1998, *Expansion of Warm's weighted likelihood
estimator of ability for the three-parameter logistic model to general discrete responses*, NCME; Penfield & Bergeron
2005, APM 29(3), 218-233). For two categories it is P'P'' / (P Q).

A model gives `_log_probability` and `_curves`. The first axis of their arrays is the category, so that parameters
(n_categories, n_items) broadcast against any shape of θ and items. A category that an item has not has P = 0 and
log P = −∞ and adds nothing to any sum.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray, IntArray, column
from irt_core.models.bank import ItemBank, LikelihoodEquation
from irt_core.responses import Responses


class CategoryCurves(NamedTuple):
    """The categories' curves at some θ, each array (n_categories, ...), finite even where the probability is 0."""

    probability: FloatArray
    """P."""
    gradient: FloatArray
    """P' / P, the derivative of log P by θ."""
    curvature: FloatArray
    """P'' / P."""

    def information(self) -> FloatArray:
        """Σ P'² / P, one array of the shape of a category's."""
        return over_categories(self.probability * self.gradient * self.gradient)

    def warm(self) -> FloatArray:
        """Σ P' P'' / P, one array of the shape of a category's."""
        return over_categories(self.probability * self.gradient * self.curvature)


class PolytomousBank(ItemBank):
    """A bank whose items have two or more categories each, not all of them the same number."""

    @abstractmethod
    def _log_probability(self, theta: FloatArray, items: IntArray) -> FloatArray:
        """log P of every category of `items` at `theta`, shape (n_categories, ...).

        The two broadcast against each other; `items` has no fewer axes than `theta`.
        """

    @abstractmethod
    def _curves(self, theta: FloatArray, items: IntArray) -> CategoryCurves:
        """The curves of every category of `items` at `theta`, as for `_log_probability`."""

    @property
    def n_categories(self) -> int:
        """The largest number of score categories of any item."""
        return int(self.category_counts.max())

    def probability(self, theta: ArrayLike) -> FloatArray:
        """P(category | θ), shape (n_theta, n_items, n_categories)."""
        by_category = np.exp(self._log_probability(column(theta), self._every_item[None]))
        return np.ascontiguousarray(np.moveaxis(by_category, 0, -1))

    def information(self, theta: ArrayLike) -> FloatArray:
        """Fisher information, shape (n_theta, n_items)."""
        return self._curves(column(theta), self._every_item[None]).information()

    def warm(self, theta: ArrayLike) -> FloatArray:
        """Warm's J = Σ P' P'' / P, shape (n_theta, n_items)."""
        return self._curves(column(theta), self._every_item[None]).warm()

    def information_at(self, theta: FloatArray, items: IntArray) -> FloatArray:
        """Fisher information of item `items[k]` at `theta[k]`; the two broadcast against each other."""
        axes_to_add = max(np.ndim(theta) - items.ndim, 0)
        return self._curves(theta, items.reshape((1,) * axes_to_add + items.shape)).information()

    def log_likelihood(self, items: IntArray, scores: IntArray, theta: FloatArray) -> FloatArray:
        """log P(score of each item | θ), shape (len(items), n_theta)."""
        return self._log_probability(theta, items[:, None])[scores, np.arange(len(items))]

    def log_likelihood_table(self, theta: FloatArray) -> FloatArray:
        """log P(category | θ) of all items, shape (n_categories, n_items, n_theta)."""
        return self._log_probability(theta, self._every_item[:, None])

    def draw_scores(self, theta: FloatArray, items: IntArray, rng: np.random.Generator) -> IntArray:
        """A random score of an examinee of ability `theta[k]` on item `items[k]`, shape (n,)."""
        probability = np.exp(self._log_probability(theta, items))
        at_least = np.cumsum(probability[:0:-1], axis=0)  # P(X ≥ c), the highest category first
        return np.asarray(np.count_nonzero(rng.random(theta.size) < at_least, axis=0), dtype=np.int64)

    def likelihood_equation(self, theta: FloatArray, responses: Responses) -> LikelihoodEquation:
        """Gradient Σ P'_x / P_x, information and Warm's J for each person."""
        return self.likelihood_terms(theta[:, None], self._every_item[None], responses.scores).summed(
            responses.observed
        )

    def likelihood_terms(self, theta: FloatArray, items: IntArray, scores: IntArray | FloatArray) -> LikelihoodEquation:
        """What the score `scores[k]` on item `items[k]` adds at `theta[k]`; the three broadcast against each other.

        `items` has no fewer axes than `theta`.
        """
        curves = self._curves(theta, items)
        chosen = np.broadcast_to(scores, curves.gradient.shape[1:]).astype(np.intp)[None]
        gradient = np.take_along_axis(curves.gradient, chosen, axis=0)[0]
        return LikelihoodEquation(gradient, curves.information(), curves.warm())

    @property
    def _every_item(self) -> IntArray:
        return np.arange(self.n_items)


def over_categories(by_category: FloatArray) -> FloatArray:
    """The sum over the first axis, term by term: the same bits whatever the shape of the rest."""
    return reduce(np.add, by_category)
