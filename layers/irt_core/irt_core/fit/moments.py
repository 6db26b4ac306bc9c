"""First and second moments of a group's responses under the model: their covariances and derivatives as operators.

The moments are those of M₂ and its kin: of functions u_ja of single items and products v_i v_j of two. v_j is the
score of item j, standardised under the model; u_j1 = v_j, and with all margins u_j2, u_j3, … follow, orthonormal in the
distribution of the item's categories. M₂ is the same for any basis of the same functions; in this one every moment has
variance about 1 and few are much correlated.

The covariance Ξ of so many moments, n²/2 of them, is never formed. Given θ the items are independent, so for a
function f = Σ y_ja u_ja + Σ_{i<j} Y_ij v_i v_j of a person's responses, with U and V the expectations of u and v given
θ, C_j the conditional covariances of the functions of item j and h_j = Σ_i Y_ij V_i,

    E(f | θ)       = Σ y_ja U_ja + ½ Σ_ij Y_ij V_i V_j
    T_ja           = Cov(u_ja, f | θ given the other items at their expectations) = Σ_b C_jab y_jb + C_ja1 h_j
    Cov(u_ja, f)   = E(T_ja) + Cov(U_ja, E(f | θ))
    Cov(v_i v_j, f) = E(V_i T_j1 + V_j T_i1 + Y_ij C_i11 C_j11) + Cov(V_i V_j, E(f | θ))

All are products of (n_items × n_nodes) matrices.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.calibration.fitted import FittedModel
from irt_core.fit.samples import WholeSample

_ROWS_AT_ONCE = 4096


@dataclass(frozen=True, eq=False)
class GroupMoments:
    """The moments of one group as a flat vector: those of items, item by item, then of pairs (0, 1), (0, 2), …

    `functions` (n_items, A, K) are the u of each category, `is_moment` (n_items, A) says which exist.
    """

    sample: WholeSample
    weights: FloatArray
    probability: FloatArray
    functions: FloatArray
    is_moment: BoolArray

    @classmethod
    def of(cls, model: FittedModel, sample: WholeSample, has_all_margins: bool) -> GroupMoments:
        """The moments of means and products of scores; with all margins, of every category's frequency too."""
        probability = model.probability[sample.items]
        weights = model.node_weights[sample.group]
        functions, is_moment = _orthonormal(probability @ weights, has_all_margins)
        return cls(sample, weights, probability, functions, is_moment)

    @property
    def n_items(self) -> int:
        """How many items the group has."""
        return len(self.probability)

    @property
    def n_moments(self) -> int:
        """How many moments there are."""
        return int(np.count_nonzero(self.is_moment)) + self.n_items * (self.n_items - 1) // 2

    @cached_property
    def pairs(self) -> tuple[IntArray, IntArray]:
        """The items of each pair."""
        return np.triu_indices(self.n_items, 1)

    @cached_property
    def given_theta(self) -> FloatArray:
        """U, the expectations of the functions at each node, (n_items, A, n_nodes)."""
        return self.functions @ self.probability

    @cached_property
    def _covariance_given_theta(self) -> FloatArray:
        """C, (n_items, A, A, n_nodes)."""
        products = self.functions[:, :, None, :] * self.functions[:, None, :, :]
        means = self.given_theta
        n_items, n_functions = self.is_moment.shape
        squares = products.reshape(n_items, n_functions**2, -1) @ self.probability
        covariance: FloatArray = squares.reshape(n_items, n_functions, n_functions, -1)
        covariance -= means[:, :, None] * means[:, None]
        return covariance

    @cached_property
    def correlations(self) -> FloatArray:
        """Correlations of the items' scores under the model, (n_items, n_items); the diagonal is of no use."""
        scores = self.given_theta[:, 0]
        expected: FloatArray = (scores * self.weights) @ scores.T
        return expected

    @cached_property
    def observed_products(self) -> tuple[FloatArray, FloatArray]:
        """Means of the functions (n_items, A) and of the products of the scores (n_items, n_items) in the sample."""
        means = np.zeros(self.is_moment.shape)
        products = np.zeros((self.n_items,) * 2)
        items = np.arange(self.n_items)
        for start in range(0, len(self.sample.scores), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            values = self.functions[items, :, self.sample.scores[rows]]
            weights = self.sample.weights[rows] / self.sample.n_persons
            means += np.einsum("r,rja->ja", weights, values)
            products += (values[:, :, 0] * weights[:, None]).T @ values[:, :, 0]
        return means, products

    def residuals(self) -> FloatArray:
        """Observed less expected moments, (n_moments,). The functions' own expectations are 0."""
        means, products = self.observed_products
        return self.flat(means, products - self.correlations)

    def flat(self, of_items: FloatArray, of_pairs: FloatArray) -> FloatArray:
        """(n_items, A) and the upper triangle of (n_items, n_items) as one vector."""
        return np.concatenate([of_items[self.is_moment], of_pairs[self.pairs]])

    def unflat(self, vector: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The opposite of `flat`: (n_items, A) and a symmetric matrix with the diagonal 0."""
        of_items, of_pairs = np.zeros(self.is_moment.shape), np.zeros((self.n_items,) * 2)
        n_of_items = np.count_nonzero(self.is_moment)
        of_items[self.is_moment] = vector[:n_of_items]
        of_pairs[self.pairs] = vector[n_of_items:]
        return of_items, of_pairs + of_pairs.T

    def covariance_times(self, vector: FloatArray) -> FloatArray:
        """Ξ y for moments y, by the formulas above."""
        of_items, of_pairs = self.unflat(vector)
        expected, covariance = self.given_theta, self._covariance_given_theta
        scores = expected[:, 0]
        neighbours = of_pairs @ scores
        mean = np.einsum("ja,jaq->q", of_items, expected) + 0.5 * (scores * neighbours).sum(axis=0)
        spread = self.weights * (mean - self.weights @ mean)
        shared = np.einsum("jb,jabq->jaq", of_items, covariance) + covariance[:, :, 0] * neighbours[:, None]
        by_item = shared @ self.weights + expected @ spread
        crossed = (scores * self.weights) @ shared[:, 0].T
        variance = covariance[:, 0, 0]
        by_pair = crossed + crossed.T + (variance * self.weights) @ variance.T * of_pairs
        by_pair += (scores * spread) @ scores.T
        return self.flat(by_item, by_pair)


def _orthonormal(margins: FloatArray, has_all_margins: bool) -> tuple[FloatArray, BoolArray]:
    """Functions of each item's categories with mean 0, variance 1 and no covariance, the standardised score first.

    `margins` (n_items, K) are the categories' probabilities. Gives (n_items, A, K) and which functions exist.
    """
    n_categories = np.count_nonzero(margins > 0, axis=1)
    most = int(n_categories.max())
    n_functions = most - 1 if has_all_margins else 1
    functions = np.zeros((len(margins), n_functions, margins.shape[1]))
    is_moment = np.arange(n_functions) < n_categories[:, None] - 1
    for item, margin in enumerate(margins):
        there = np.flatnonzero(margin > 0)
        score = (there - margin[there] @ there) / max(1, there.size - 1)
        n_own = int(is_moment[item].sum())
        powers = score[:, None] ** np.arange(n_own + 1)
        roots = np.sqrt(margin[there])[:, None]
        basis, triangle = np.linalg.qr(powers * roots)
        signs = np.where(np.diagonal(triangle) < 0, -1.0, 1.0)
        functions[item, :n_own, there] = (basis * signs / roots)[:, 1:]
    return functions, is_moment
