"""The marginal likelihood of the responses, and everything a maximiser wants to know about it at one point.

By Fisher's identity the gradient of the marginal likelihood is that of the expected complete likelihood, for which see
`expectation`, and its information matrix, one small block for each item, is the EM algorithm's own metric.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.calibration.expectation import Counts, Expectation, Prior
from irt_core.calibration.families import CategoryCurves
from irt_core.calibration.item_priors import ItemPriors
from irt_core.calibration.latent import LatentModel
from irt_core.calibration.latent_regression import LatentRegression
from irt_core.calibration.nodes import Nodes
from irt_core.calibration.structure import ItemStructure

_LEAST_INFORMATION = 1e-6


@dataclass(frozen=True, eq=False)
class Ties:
    """Testlets: an item's slope on its specific dimension is λ_t times its general slope, t being its testlet.

    `testlet` (n_items,) is −1 for an item of none. The logs of λ are parameters of the model.
    """

    testlet: IntArray
    general: int
    specific: int

    @property
    def n_testlets(self) -> int:
        """How many λ there are."""
        return int(self.testlet.max()) + 1


@dataclass(frozen=True, eq=False)
class Point:
    """Where the likelihood is asked for: item parameters (n_items, k), those of the latent distribution, and log λ."""

    items: FloatArray
    latent: FloatArray = field(default_factory=lambda: np.zeros(0))
    log_ties: FloatArray = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The objective (log-likelihood with the log priors), its gradient, and the EM metric.

    The gradient is flat: free item parameters, latent parameters, log λ. The metric is the information of each item's
    parameters, (n_items, k, k), with the unit matrix for those that are not free, and that of the rest.
    """

    objective: float
    log_likelihood: float
    gradient: FloatArray
    item_information: FloatArray
    other_information: FloatArray
    free: tuple[IntArray, ...]

    def in_metric(self, gradient: FloatArray) -> FloatArray:
        """The EM step for a gradient: block by block the information's inverse times the gradient."""
        n_items, k, _ = self.item_information.shape
        n_free = self.free[0].size
        blocks = np.zeros((n_items, k))
        blocks[self.free] = gradient[:n_free]
        steps = np.linalg.solve(self.item_information, blocks[:, :, None])[:, :, 0]
        rest = np.linalg.solve(self.other_information, gradient[n_free:])
        return np.concatenate([steps[self.free], rest])

    def shortened(self, step: FloatArray, largest: float) -> FloatArray:
        """The step, that of each item scaled down so that no parameter of it moves by more than `largest`."""
        n_free = self.free[0].size
        longest = np.full(len(self.item_information), largest)
        np.maximum.at(longest, self.free[0], np.abs(step[:n_free]))
        short = step.copy()
        short[:n_free] *= (largest / longest)[self.free[0]]
        short[n_free:] = np.clip(short[n_free:], -largest, largest)
        return short


@dataclass(frozen=True, eq=False)
class MarginalLikelihood:
    """The marginal likelihood of one response table on one set of nodes, with priors."""

    expectation: Expectation
    structure: ItemStructure
    latent: LatentModel | LatentRegression
    priors: ItemPriors
    ties: Ties | None = None

    @property
    def nodes(self) -> Nodes:
        """What is integrated over."""
        return self.expectation.nodes

    @property
    def n_free(self) -> int:
        """How many free parameters there are."""
        return int(self.structure.free.sum()) + self.latent.n_free + (self.ties.n_testlets if self.ties else 0)

    def using(self, expectation: Expectation) -> MarginalLikelihood:
        """The same likelihood with another E-step: other persons, nodes or precision."""
        return replace(self, expectation=expectation)

    def moved(self, point: Point, step: FloatArray) -> Point:
        """The point after a step in all free parameters."""
        free = self.structure.free
        n_items, n_latent = int(free.sum()), self.latent.n_free
        items = point.items.copy()
        items[free] += step[:n_items]
        log_ties = point.log_ties + step[n_items + n_latent :]
        return Point(self._tied(items, log_ties), point.latent + step[n_items : n_items + n_latent], log_ties)

    def _tied(self, items: FloatArray, log_ties: FloatArray) -> FloatArray:
        if self.ties is not None:
            has = self.ties.testlet >= 0
            ratio = np.exp(log_ties)[self.ties.testlet[has]]
            items[has, self.ties.specific] = ratio * items[has, self.ties.general]
        return items

    def at(self, point: Point) -> Evaluation:
        """Evaluate everything at a point: the E-step, and the gradient and metric of the M-step."""
        curves = self.curves(point)
        counts = self.expectation.counts(curves.log_probability, self.log_weights(point))
        pull = self.priors.pull(self.structure, point.items)
        gradient = self.item_gradient(curves, counts) + pull.gradient
        information = self._item_information(curves, counts) + pull.information
        flat, metric, other = self._free(point, counts, gradient, information)
        objective = counts.log_likelihood + float(pull.log_density.sum())
        return Evaluation(objective, counts.log_likelihood, flat, metric, other, np.nonzero(self.structure.free))

    def curves(self, point: Point) -> CategoryCurves:
        """The items' category curves on the nodes."""
        return self.structure.curves(point.items, self.nodes.basis)

    def log_weights(self, point: Point) -> Prior:
        """Log of the nodes' prior weights in each group, (n_groups, n_nodes), or with covariates for every row."""
        return self.latent.prior(point.latent, self.expectation.table, self.nodes)

    def latent_score(self, point: Point) -> FloatArray:
        """Derivatives of the log weights by the latent parameters, (n_groups, n_latent, n_nodes)."""
        return self.latent.score(point.latent, self.nodes.points, self.nodes.log_measure)

    def item_gradient(self, curves: CategoryCurves, counts: Counts) -> FloatArray:
        """Gradient of the expected complete log-likelihood by all item parameters, (n_items, k)."""
        by_predictor = np.einsum("jcq,jcmq->jmq", counts.by_category, curves.log_slopes)
        return self.structure.by_parameter(by_predictor, self.nodes.basis)

    def _item_information(self, curves: CategoryCurves, counts: Counts) -> FloatArray:
        """Fisher information of the expected complete data, (n_items, k, k)."""
        weighted = curves.log_slopes * (counts.by_category.sum(axis=1)[:, None] * curves.probability)[:, :, None]
        by_predictors = np.einsum("jcmq,jcnq->jmnq", weighted, curves.log_slopes)
        return self.structure.information(by_predictors, self.nodes.basis)

    def _free(
        self, point: Point, counts: Counts, gradient: FloatArray, information: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The flat gradient, the items' part of the metric and the rest of it."""
        gradient, information, tied = self._untied(point, gradient, information)
        latent_gradient, latent_information = self.latent.terms(
            point.latent, self.expectation.table, self.nodes, counts
        )
        free = self.structure.free
        metric = np.where(free[:, :, None] & free[:, None, :], information, 0.0)
        k = free.shape[1]
        metric[:, range(k), range(k)] += np.where(free, _LEAST_INFORMATION, 1.0)
        n_latent, n_ties = latent_gradient.size, len(tied)
        other = np.zeros((n_latent + n_ties,) * 2)
        other[:n_latent, :n_latent] = latent_information + _LEAST_INFORMATION * np.eye(n_latent)
        other[n_latent:, n_latent:] = np.diag(tied[:, 1] + _LEAST_INFORMATION) if n_ties else 0.0
        return np.concatenate([gradient[free], latent_gradient, tied[:, 0]]), metric, other

    def _untied(
        self, point: Point, gradient: FloatArray, information: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Gradient and information in terms of the general slopes and log λ alone: those of log λ are (n_ties, 2)."""
        if self.ties is None:
            return gradient, information, np.zeros((0, 2))
        general, specific, of = self.ties.general, self.ties.specific, self.ties.testlet
        has = np.flatnonzero(of >= 0)
        ratio, slope = np.exp(point.log_ties)[of[has]], point.items[has, specific]
        tied = np.zeros((self.ties.n_testlets, 2))
        np.add.at(tied[:, 0], of[has], slope * gradient[has, specific])
        np.add.at(tied[:, 1], of[has], slope**2 * information[has, specific, specific])
        gradient, moved = gradient.copy(), information.copy()
        gradient[has, general] += ratio * gradient[has, specific]
        moved[has, general] += ratio[:, None] * information[has, specific]
        moved[has, :, general] += ratio[:, None] * moved[has, :, specific]
        return gradient, moved, tied
