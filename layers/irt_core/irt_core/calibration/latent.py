"""The distribution of ability in each group, on the nodes.

Group g is Normal(μ_g, Σ_g) with Σ = diag(s) R diag(s). What is free of it are some means, some log standard deviations
and the correlations; the rows of a lower triangle with unit diagonal, scaled to length one, make R. The rest stays at
mean 0, standard deviation 1 and correlation 0, which gives the scale of ability its origin and unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.calibration.data import ResponseTable
from irt_core.calibration.expectation import Counts
from irt_core.calibration.nodes import Nodes

_STEP = 1e-5  # of the numerical derivatives of the weights, which are exact to about its square


@dataclass(frozen=True, eq=False)
class LatentModel:
    """Which parameters of the groups' distributions are free.

    `free_mean` and `free_sd` have the shape (n_groups, D); with `has_correlations` every group has free ones.
    The flat parameters run group by group: means, log standard deviations, correlations.
    """

    free_mean: BoolArray
    free_sd: BoolArray
    has_correlations: bool = False

    @property
    def n_groups(self) -> int:
        """How many groups there are."""
        return len(self.free_mean)

    @property
    def n_dimensions(self) -> int:
        """How many dimensions ability has."""
        return int(self.free_mean.shape[1])

    @cached_property
    def _triangle(self) -> tuple[IntArray, IntArray]:
        return np.tril_indices(self.n_dimensions, -1)

    @cached_property
    def _ends(self) -> IntArray:
        """Where the parameters of each group end in the flat vector."""
        n_correlations = self._triangle[0].size if self.has_correlations else 0
        return np.cumsum(self.free_mean.sum(axis=1) + self.free_sd.sum(axis=1) + n_correlations)

    @property
    def n_free(self) -> int:
        """How many free parameters there are in all."""
        return int(self._ends[-1])

    def moments(self, flat: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Means (n_groups, D) and covariances (n_groups, D, D)."""
        means, roots = self._means_and_roots(flat)
        return means, roots @ roots.swapaxes(1, 2)

    def _means_and_roots(self, flat: FloatArray) -> tuple[FloatArray, FloatArray]:
        n, d = self.free_mean.shape
        means, log_sds, roots = np.zeros((n, d)), np.zeros((n, d)), np.tile(np.eye(d), (n, 1, 1))
        for group, part in enumerate(np.split(flat, self._ends[:-1])):
            n_means, n_sds = int(self.free_mean[group].sum()), int(self.free_sd[group].sum())
            means[group, self.free_mean[group]] = part[:n_means]
            log_sds[group, self.free_sd[group]] = part[n_means : n_means + n_sds]
            if self.has_correlations:
                roots[group][self._triangle] = part[n_means + n_sds :]
        roots /= np.sqrt((roots**2).sum(axis=2, keepdims=True))
        return means, np.exp(log_sds)[:, :, None] * roots

    def log_weights(self, flat: FloatArray, points: FloatArray, log_measure: FloatArray) -> FloatArray:
        """Log of the nodes' weights, which sum to one, (n_groups, n_nodes).

        `log_measure` (n_nodes,) is the log of the volume that each of the `points` (n_nodes, D) stands for.
        """
        means, roots = self._means_and_roots(flat)
        logs = np.empty((self.n_groups, len(points)))
        for group in range(self.n_groups):
            z = np.linalg.solve(roots[group], (points - means[group]).T)
            logs[group] = log_measure - 0.5 * (z * z).sum(axis=0)
        logs -= logs.max(axis=1, keepdims=True)
        logs -= np.log(np.exp(logs).sum(axis=1, keepdims=True))
        return logs

    def score(self, flat: FloatArray, points: FloatArray, log_measure: FloatArray) -> FloatArray:
        """Derivatives of the log weights by the free parameters, (n_groups, n_free, n_nodes)."""
        slopes = np.zeros((self.n_groups, self.n_free, len(points)))
        for place in range(self.n_free):
            step = np.zeros(self.n_free)
            step[place] = _STEP
            ahead = self.log_weights(flat + step, points, log_measure)
            behind = self.log_weights(flat - step, points, log_measure)
            slopes[:, place] = (ahead - behind) / (2.0 * _STEP)
        return slopes

    def prior(self, flat: FloatArray, table: ResponseTable, nodes: Nodes) -> FloatArray:
        """Log of the nodes' weights in each group, (n_groups, n_nodes)."""
        return self.log_weights(flat, nodes.points, nodes.log_measure)

    def terms(
        self, flat: FloatArray, table: ResponseTable, nodes: Nodes, counts: Counts
    ) -> tuple[FloatArray, FloatArray]:
        """Gradient (n_free,) and expected complete information (n_free, n_free) of the free parameters."""
        if not self.n_free:
            return np.zeros(0), np.zeros((0, 0))
        score = self.score(flat, nodes.points, nodes.log_measure)
        expected = counts.persons.sum(axis=1)[:, None] * np.exp(self.prior(flat, table, nodes))
        information = np.einsum("glq,gmq,gq->lm", score, score, expected, optimize=True)
        return np.einsum("glq,gq->l", score, counts.persons), information

    def population(self, flat: FloatArray, table: ResponseTable, nodes: Nodes) -> tuple[FloatArray, FloatArray]:
        """The nodes' weights in each group, (n_groups, n_nodes), and their derivatives, (n_groups, n_free, n_nodes)."""
        weights = np.exp(self.prior(flat, table, nodes))
        return weights, weights[:, None] * self.score(flat, nodes.points, nodes.log_measure)

    def reported(self, flat: FloatArray) -> dict[str, FloatArray]:
        """What people read of the free parameters: `mean` and `variance`, group by group."""
        means, covariances = self.moments(flat)
        return {
            "mean": means[self.free_mean],
            "variance": np.diagonal(covariances, axis1=1, axis2=2)[self.free_sd],
        }
