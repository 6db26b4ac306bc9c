"""The variance that the score would still have if it were known for every ability: what missing abilities cost.

Σ_i Var(∂ℓ | x_i), over the posterior of each person, of the derivatives s_p of the complete log-likelihood by the free
parameters p. Two ways to the same matrix, each a few matrix products for every chunk of persons.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.calibration.expectation import Posterior, to_numpy
from irt_core.calibration.marginal import MarginalLikelihood, Point

_MANY_RESPONSES = 500_000


def _precision(likelihood: MarginalLikelihood) -> Any:
    """Single precision is enough for variances where there is much to add up."""
    return np.float32 if likelihood.expectation.table.scores.size > _MANY_RESPONSES else np.float64


def of_linear_items(likelihood: MarginalLikelihood, point: Point) -> FloatArray:
    """For complete responses to items whose log-probabilities are linear in their parameters but for their norming.

    There s_p(θ) = u_p φ_p(θ) − B_p(θ), with u_p known from the responses and B_p = φ_p Σ_m S_mp P_m; a latent parameter
    has u = 0 and for −B the derivative of the log weights. So all covariances are those of functions of θ, and that of
    φ = 1 is 0. Over persons they are summed for the steps (categories but the first) and, where nodes are fewer than
    parameters, for the nodes; what the parameters make of these sums is calculated once.
    """
    structure, nodes = likelihood.structure, likelihood.nodes
    of, column = np.nonzero(structure.free)
    curves, latent = likelihood.curves(point), likelihood.latent_score(point)
    expected = np.einsum("mp,jmq->jpq", structure.loading, curves.probability[:, 1:])
    backs = (expected * nodes.basis.T[structure.basis])[of, column]
    by_node = np.stack([np.concatenate([backs, -score]) for score in latent])
    is_by_node = nodes.n_nodes <= likelihood.n_free
    added = [_added_by_steps(likelihood, of, column, d) for d in range(nodes.points.shape[1])]
    steps: list[IntArray] = [np.flatnonzero(rows.any(axis=1)) for rows in added]
    sums = _Covariances.of(likelihood, point, steps, None if is_by_node else by_node)
    variance = np.zeros((likelihood.n_free,) * 2)
    for group, of_node in enumerate(by_node):
        variance += of_node @ (of_node * sums.persons[group]).T
        variance -= of_node @ sums.nodes[group] @ of_node.T if is_by_node else sums.nodes[group]
        for own, rows, crossed in zip(steps, added, sums.steps_with_nodes, strict=True):
            cross = rows[own].T @ (crossed[group] @ of_node.T if is_by_node else crossed[group])
            variance -= cross + cross.T
    for (d, e), of_steps in sums.steps.items():
        block = added[d][steps[d]].T @ of_steps @ added[e][steps[e]]
        variance += block if d == e else block + block.T
    return variance


def _added_by_steps(likelihood: MarginalLikelihood, items: IntArray, columns: IntArray, dimension: int) -> FloatArray:
    """What each step's category adds to u_p of the parameters that multiply a dimension, (n_steps, n_free)."""
    structure, (of_item, of_category) = likelihood.structure, likelihood.expectation.table.steps
    is_own = (of_item[:, None] == items) & (structure.basis[columns] == 1 + dimension)
    added = np.zeros((of_item.size, likelihood.n_free))
    added[:, : items.size] = np.where(is_own, structure.loading[of_category - 1][:, columns], 0.0)
    return added


class _Covariances(NamedTuple):
    """Sums over persons, f being the number of nodes or of functions of θ in their place.

    `persons` (n_groups, n_nodes) are expected ones. With x_s telling whether a person gave step s's category, `nodes`
    (n_groups, f, f) is Σ E(f) E(f)', `steps_with_nodes` for each dimension d (n_groups, n, f) Σ x_s Cov(θ_d, f), and
    `steps` for each pair of dimensions d ≥ e (n, n) Σ x_s x_t Cov(θ_d, θ_e), over the steps of these dimensions.
    """

    persons: FloatArray
    nodes: FloatArray
    steps_with_nodes: list[FloatArray]
    steps: dict[tuple[int, int], FloatArray]

    @classmethod
    def of(
        cls, likelihood: MarginalLikelihood, point: Point, steps: list[IntArray], functions: FloatArray | None
    ) -> _Covariances:
        """`steps` are those of each dimension, `functions` (n_groups, f, n_nodes) what to take for the nodes."""
        nodes, table, dtype = likelihood.nodes, likelihood.expectation.table, _precision(likelihood)
        n_groups, f = len(table.groups), nodes.n_nodes if functions is None else functions.shape[1]
        sums = cls(
            np.zeros((n_groups, nodes.n_nodes)),
            np.zeros((n_groups, f, f)),
            [np.zeros((n_groups, own.size, f)) for own in steps],
            {(d, e): np.zeros((own.size, steps[e].size)) for d, own in enumerate(steps) for e in range(d + 1)},
        )
        theta, narrow = nodes.points.astype(dtype), None if functions is None else functions.astype(dtype)
        expectation = replace(likelihood.expectation, xp=np, dtype=dtype)
        log_probability = likelihood.curves(point).log_probability
        for chunk in expectation.posteriors(log_probability, likelihood.log_weights(point)):
            function = None if narrow is None else narrow[chunk.group][:, chunk.nodes]
            sums.add(chunk, table.weights[chunk.rows].astype(dtype), theta[chunk.nodes], steps, function)
        return sums

    def add(self, chunk: Posterior, weights: Any, theta: Any, steps: list[IntArray], function: Any | None) -> None:
        """Add a chunk of rows; `theta` (n, D) are its nodes and `function` (f, n) what is taken for them."""
        posterior, group = chunk.blocks[0], chunk.group
        places = chunk.nodes if function is None else slice(None)
        means = posterior if function is None else posterior @ function.T
        self.persons[group, chunk.nodes] += weights @ posterior
        self.nodes[group, places, places] += (means * weights[:, None]).T @ means
        given = chunk.answers[0].steps
        of_dimension = [given if own.size == given.shape[1] else given[:, own] for own in steps]
        for d, own in enumerate(of_dimension):
            away = posterior * (theta[:, d] - (posterior @ theta[:, d])[:, None])
            with_nodes = away if function is None else away @ function.T
            self.steps_with_nodes[d][group, :, places] += own.T @ (with_nodes * weights[:, None])
            for e in range(d):
                self.steps[d, e] += own.T @ (of_dimension[e] * ((away @ theta[:, e]) * weights)[:, None])
            spread = np.maximum(away @ theta[:, d], 0.0) * weights
            spread_out = own * np.sqrt(spread)[:, None]
            self.steps[d, d] += spread_out.T @ spread_out


def of_residuals(likelihood: MarginalLikelihood, point: Point) -> FloatArray:
    """For any items and responses.

    The score is linear in the residuals of the categories, s_p = Σ_c (u_c − P_c) V_cp with V_cp the derivative of
    log P_c − log P_0 by ξ_p, so the second moment over persons is, node by node, one Gram matrix of residuals.
    """
    expectation, table = likelihood.expectation, likelihood.expectation.table
    dtype, directions = _precision(likelihood), _Directions.of(likelihood, point)
    latent = likelihood.latent_score(point)
    n_steps, n_nodes = directions.expected.shape
    every = np.arange(n_nodes)
    expected = directions.expected.astype(dtype)
    grams = np.zeros((n_nodes, n_steps, n_steps))
    sums = np.zeros((len(table.groups), n_nodes, n_steps))
    persons = np.zeros((len(table.groups), n_nodes))
    outer = np.zeros((likelihood.n_free,) * 2)
    log_probability = likelihood.curves(point).log_probability
    for chunk in expectation.posteriors(log_probability, likelihood.log_weights(point)):
        posterior = to_numpy(chunk.blocks[0]).astype(dtype)
        weights = table.weights[chunk.rows].astype(dtype)
        scores, nodes = table.indicators[chunk.rows].astype(dtype), every[chunk.nodes]
        given = None if table.observed is None else table.observed[chunk.rows][:, table.steps[0]].astype(dtype)
        weighted = posterior * weights[:, None]
        persons[chunk.group, nodes] += weighted.sum(axis=0)
        roots = np.sqrt(weighted)
        for node, root in zip(nodes, roots.T, strict=True):
            residual = scores - (expected[:, node] if given is None else given * expected[:, node])
            residual *= root[:, None]
            grams[node] += residual.T @ residual
            sums[chunk.group, node] += root @ residual
        of_latent = posterior @ latent[chunk.group][:, nodes].T
        mean = np.hstack([directions.mean_scores(scores, given, posterior, nodes), of_latent])
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

    def mean_scores(
        self, scores: FloatArray, given: FloatArray | None, posterior: FloatArray, nodes: IntArray
    ) -> FloatArray:
        """E(∂ℓ | x_i) of the items' parameters for some rows with weights of some nodes, (n, n_parameters)."""
        dtype = posterior.dtype
        means = np.zeros((len(posterior), self.n_parameters), dtype=dtype)
        for category in np.unique(self.category):
            pairs = np.flatnonzero(self.category == category)
            step, parameter, slopes = self.step[pairs], self.parameter[pairs], self.slopes[pairs[:, None], nodes]
            back = posterior @ (slopes * self.expected[step[:, None], nodes]).astype(dtype).T
            if given is not None:
                back *= given[:, step]
            means[:, parameter] += scores[:, step] * (posterior @ slopes.astype(dtype).T) - back
        return means
