"""Standard errors from the observed information, by the missing-information principle.

The observed information is the expected complete information less the variance of the complete score given the
responses (Louis 1982, JRSS B 44(2), 226-233; for item models the same matrix as by Oakes 1999, JRSS B 61(2), 479-482):

    I = Σ_i E(−∂² ℓ | x_i) − Σ_i Var(∂ℓ | x_i)

The complete score of item j's parameter p at node q is (x_ij − P_jq) V_pjq with V = ∂P / (P Q); so the second moment
over persons is, node by node, one Gram matrix of the residuals x − P.
"""

from __future__ import annotations

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.calibration.curves import ItemCurves
from irt_core.calibration.marginal import Counts, MarginalLikelihood, Point


def observed_information(likelihood: MarginalLikelihood, point: Point) -> FloatArray:
    """Minus the second derivative of the objective in the order of `Point.flat`, shape (n_free, n_free)."""
    curves = ItemCurves(point.items, likelihood.quadrature.points)
    counts = likelihood.expect(curves, point)
    n_items, k = point.items.shape
    information = -_score_variance(likelihood, point, curves)
    places = np.arange(n_items * k).reshape(n_items, k)
    blocks = _complete_information(curves, counts) + likelihood.priors.pull(point.items).information
    information[places[:, :, None], places[:, None, :]] += blocks
    if point.has_free_variance:
        score = likelihood.latent_score(point)
        weights = np.exp(likelihood.log_node_weights(point))
        information[-1, -1] += counts.persons @ score + likelihood.table.n_persons * (weights @ score**2)
    return information


def _complete_information(curves: ItemCurves, counts: Counts) -> FloatArray:
    """Minus the second derivative of each item's expected complete log-likelihood, (n_items, k, k)."""
    by_right = counts.right / curves.right
    by_wrong = (counts.given - counts.right) / curves.wrong
    bends = np.einsum("jq,prjq->jpr", by_right - by_wrong, curves.bends)
    squares = curves.slopes * (by_right / curves.right + by_wrong / curves.wrong)
    information: FloatArray = np.einsum("pjq,rjq->jpr", squares, curves.slopes) - bends
    return information


def _score_variance(likelihood: MarginalLikelihood, point: Point, curves: ItemCurves) -> FloatArray:
    """Σ_i Var(∂ℓ | x_i) over the posterior of each person."""
    n_items, n_points = curves.right.shape
    k = curves.n_free
    ratios = curves.slopes / (curves.right * curves.wrong)
    latent = likelihood.latent_score(point) if point.has_free_variance else None
    grams = np.zeros((n_points, n_items + 1, n_items + 1))
    outer = np.zeros((point.flat().size,) * 2)
    for rows, posterior, _ in likelihood.posteriors(curves, point):
        weights = likelihood.table.weights[rows]
        scores = likelihood.table.scores[rows].astype(np.float64)
        observed = 1.0 if likelihood.table.observed is None else likelihood.table.observed[rows].astype(np.float64)
        for node in range(n_points):
            residual = np.column_stack([observed * (scores - curves.right[:, node]), np.ones(len(scores))])
            residual *= np.sqrt(weights * posterior[:, node])[:, None]
            grams[node] += residual.T @ residual
        means = [observed * (scores * (posterior @ ratio.T) - posterior @ (ratio * curves.right).T) for ratio in ratios]
        mean = np.stack(means, axis=2).reshape(len(scores), n_items * k)
        if latent is not None:
            mean = np.column_stack([mean, posterior @ latent])
        outer += (mean * weights[:, None]).T @ mean
    return _second_moment(grams, ratios, latent) - outer


def _second_moment(grams: FloatArray, ratios: FloatArray, latent: FloatArray | None) -> FloatArray:
    """Σ_i E(∂ℓ ∂ℓ' | x_i) from the Gram matrices (n_points, n_items + 1, n_items + 1) of residuals and ones."""
    k, n_items, _ = ratios.shape
    of_items = np.einsum("pjq,rlq,qjl->jplr", ratios, ratios, grams[:, :-1, :-1], optimize=True)
    moment: FloatArray = of_items.reshape(n_items * k, n_items * k)
    if latent is None:
        return moment
    with_latent = np.einsum("pjq,qj,q->jp", ratios, grams[:, :-1, -1], latent).ravel()
    corner = float(grams[:, -1, -1] @ latent**2)
    return np.block([[moment, with_latent[:, None]], [with_latent[None, :], np.array([[corner]])]])
