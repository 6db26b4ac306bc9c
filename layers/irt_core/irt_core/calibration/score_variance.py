"""The variance that the score would still have if it were known for every ability: what missing abilities cost.

Σ_i Var(∂ℓ | x_i), over the posterior of each person, of the derivatives s_p of the complete log-likelihood by the free
parameters p. Two ways to the same matrix, each a few matrix products for every chunk of persons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.calibration.expectation import to_numpy
from irt_core.calibration.marginal import MarginalLikelihood, Point

_MANY_RESPONSES = 500_000


def _precision(likelihood: MarginalLikelihood) -> Any:
    """Single precision is enough for variances where there is much to add up."""
    return np.float32 if likelihood.expectation.table.scores.size > _MANY_RESPONSES else np.float64


def of_linear_items(likelihood: MarginalLikelihood, point: Point) -> FloatArray:
    """For complete responses to items whose log-probabilities are linear in their parameters but for their norming.

    There s_p(θ) = u_p φ_p(θ) − B_p(θ), with u_p known from the responses and B_p = φ_p Σ_m S_mp P_m; a latent parameter
    has u = 0 and for −B the derivative of the log weights. So all covariances are those of functions of θ. That of
    φ = 1 is 0, so only the parameters that multiply a dimension of θ need their u.
    """
    structure, expectation = likelihood.structure, likelihood.expectation
    nodes, dtype = likelihood.nodes, _precision(likelihood)
    of, column = np.nonzero(structure.free)
    curves = likelihood.curves(point)
    expected = np.einsum("mp,jmq->jpq", structure.loading, curves.probability[:, 1:])
    backs = (expected * nodes.basis.T[structure.basis])[of, column]
    latent = likelihood.latent_score(point)
    dimension = structure.basis[column] - 1
    slopes = np.flatnonzero(dimension >= 0)
    sufficient = _sufficient_matrix(likelihood, of[slopes], column[slopes])
    variance = np.zeros((likelihood.n_free,) * 2)
    theta = nodes.points.astype(dtype)
    for chunk in expectation.posteriors(curves.log_probability, likelihood.log_weights(point)):
        posterior = to_numpy(chunk.blocks[0]).astype(dtype)
        weights = expectation.table.weights[chunk.rows].astype(dtype)
        by_node = np.concatenate([backs, -latent[chunk.group]]).astype(dtype)
        means = posterior @ by_node.T
        centres = posterior @ theta
        root = np.sqrt(weights)[:, None]
        scores = (expectation.table.indicators[chunk.rows].astype(dtype) @ sufficient) * root
        variance += by_node @ (by_node * (posterior * root**2).sum(axis=0)).T
        variance -= (means * root).T @ (means * root)
        for d in range(nodes.points.shape[1]):
            mine = np.flatnonzero(dimension[slopes] == d)
            own = scores[:, mine]
            with_backs = posterior @ (by_node * theta[:, d]).T - centres[:, [d]] * means
            cross = own.T @ (with_backs * root)
            variance[slopes[mine]] -= cross
            variance[:, slopes[mine]] -= cross.T
            for e in range(d + 1):
                others = np.flatnonzero(dimension[slopes] == e)
                spread = posterior @ (theta[:, d] * theta[:, e]) - centres[:, d] * centres[:, e]
                block = own.T @ (scores[:, others] * spread[:, None])
                variance[np.ix_(slopes[mine], slopes[others])] += block
                if e < d:
                    variance[np.ix_(slopes[others], slopes[mine])] += block.T
    return variance


def _sufficient_matrix(likelihood: MarginalLikelihood, items: IntArray, columns: IntArray) -> FloatArray:
    """What each step's category adds to u_p of the named parameters, (n_steps, n_parameters)."""
    of_item, of_category = likelihood.expectation.table.steps
    is_own = of_item[:, None] == items[None, :]
    loading = likelihood.structure.loading[of_category - 1][:, columns]
    return np.where(is_own, loading, 0.0).astype(_precision(likelihood))


def of_residuals(likelihood: MarginalLikelihood, point: Point) -> FloatArray:
    """For any items and responses.

    The score is linear in the residuals of the categories, s_p = Σ_c (u_c − P_c) V_cp with V_cp the derivative of
    log P_c − log P_0 by ξ_p, so the second moment over persons is, node by node, one Gram matrix of residuals.
    """
    expectation, table = likelihood.expectation, likelihood.expectation.table
    dtype, directions = _precision(likelihood), _Directions.of(likelihood, point)
    latent = likelihood.latent_score(point)
    n_steps, n_nodes = directions.expected.shape
    expected = directions.expected.astype(dtype)
    grams = np.zeros((n_nodes, n_steps, n_steps))
    sums = np.zeros((len(table.groups), n_nodes, n_steps))
    persons = np.zeros((len(table.groups), n_nodes))
    outer = np.zeros((likelihood.n_free,) * 2)
    log_probability = likelihood.curves(point).log_probability
    for chunk in expectation.posteriors(log_probability, likelihood.log_weights(point)):
        posterior = to_numpy(chunk.blocks[0]).astype(dtype)
        weights = table.weights[chunk.rows].astype(dtype)
        scores = table.indicators[chunk.rows].astype(dtype)
        given = None if table.observed is None else table.observed[chunk.rows][:, table.steps[0]].astype(dtype)
        weighted = posterior * weights[:, None]
        persons[chunk.group] += weighted.sum(axis=0)
        roots = np.sqrt(weighted)
        for node in range(n_nodes):
            residual = scores - (expected[:, node] if given is None else given * expected[:, node])
            residual *= roots[:, node, None]
            grams[node] += residual.T @ residual
            sums[chunk.group, node] += roots[:, node] @ residual
        mean = np.hstack([directions.mean_scores(scores, given, posterior), posterior @ latent[chunk.group].T])
        outer += (mean * weights[:, None]).T @ mean
    return _second_moment(directions, grams, sums, persons, latent) - outer


def _second_moment(
    directions: _Directions, grams: FloatArray, sums: FloatArray, persons: FloatArray, latent: FloatArray
) -> FloatArray:
    """Σ_i E(∂ℓ ∂ℓ' | x_i).

    `grams` (n_nodes, n_steps, n_steps) and `sums` (n_groups, n_nodes, n_steps) are of the residuals, `persons`
    (n_groups, n_nodes) expected ones, `latent` (n_groups, n_latent, n_nodes) the scores of the latent parameters.
    """
    n_items_free, n_latent = directions.n_parameters, latent.shape[1]
    moment = np.zeros((n_items_free + n_latent,) * 2)
    for node in range(len(grams)):
        by_step = directions.at(node)
        moment[:n_items_free, :n_items_free] += by_step.T @ grams[node] @ by_step
        for group in range(len(latent)):
            score = latent[group, :, node]
            cross = np.outer(by_step.T @ sums[group, node], score)
            moment[:n_items_free, n_items_free:] += cross
            moment[n_items_free:, :n_items_free] += cross.T
            moment[n_items_free:, n_items_free:] += persons[group, node] * np.outer(score, score)
    return moment


@dataclass(frozen=True, eq=False)
class _Directions:
    """V_cp for each pair of a step (a category but the first) and a free parameter of the same item.

    `step`, `parameter` (n_pairs,) and `slopes` (n_pairs, n_nodes); `expected` (n_steps, n_nodes) are the P_c.
    """

    step: IntArray
    parameter: IntArray
    slopes: FloatArray
    expected: FloatArray
    category: IntArray
    n_parameters: int

    @classmethod
    def of(cls, likelihood: MarginalLikelihood, point: Point) -> _Directions:
        structure, basis = likelihood.structure, likelihood.nodes.basis
        of_step, category = likelihood.expectation.table.steps
        of_parameter, column = np.nonzero(structure.free)
        step, parameter = np.nonzero(of_step[:, None] == of_parameter[None, :])
        curves = likelihood.curves(point)
        item, columns = of_step[step], column[parameter]
        against_first = curves.log_slopes[item, category[step]] - curves.log_slopes[item, 0]
        slopes = np.einsum("mx,xmq->xq", structure.loading[:, columns], against_first)
        slopes *= basis[:, structure.basis[columns]].T
        expected = curves.probability[of_step, category]
        return cls(step, parameter, slopes, expected, category[step], of_parameter.size)

    def at(self, node: int) -> FloatArray:
        """V at one node, (n_steps, n_parameters)."""
        dense = np.zeros((len(self.expected), self.n_parameters))
        dense[self.step, self.parameter] = self.slopes[:, node]
        return dense

    def mean_scores(self, scores: FloatArray, given: FloatArray | None, posterior: FloatArray) -> FloatArray:
        """E(∂ℓ | x_i) of the items' parameters for some rows, (n, n_parameters)."""
        dtype = posterior.dtype
        means = np.zeros((len(posterior), self.n_parameters), dtype=dtype)
        for category in np.unique(self.category):
            pairs = np.flatnonzero(self.category == category)
            step, parameter, slopes = self.step[pairs], self.parameter[pairs], self.slopes[pairs]
            back = posterior @ (slopes * self.expected[step]).astype(dtype).T
            if given is not None:
                back *= given[:, step]
            means[:, parameter] += scores[:, step] * (posterior @ slopes.astype(dtype).T) - back
        return means
