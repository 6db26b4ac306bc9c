"""The marginal likelihood of the responses, and everything a maximiser wants to know about it at one point.

For responses x of a person and nodes θ_q with prior weights w_q

    log L = log Σ_q w_q Π_j P_j(θ_q)^x_j Q_j(θ_q)^(1 − x_j)

is summed in log space; the posterior weights of the nodes give the expected counts n_jq and r_jq of Bock & Aitkin
(1981, Psychometrika 46(4), 443-459). By Fisher's identity the gradient of the marginal likelihood is that of the
expected complete likelihood, and its information matrix, one small block for each item, is the EM algorithm's own
metric. The work is two matrix products for each chunk of persons, so memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.calibration.curves import ItemCurves
from irt_core.calibration.data import ResponseTable
from irt_core.calibration.item_priors import ItemPriors
from irt_core.priors import Quadrature

_ROWS_AT_ONCE = 2048
_LEAST_INFORMATION = 1e-6


@dataclass(frozen=True, eq=False)
class Point:
    """Where the likelihood is asked for: item parameters (n_items, k) and the log variance of ability."""

    items: FloatArray
    log_variance: float = 0.0
    has_free_variance: bool = False

    def flat(self) -> FloatArray:
        """All free parameters in one vector."""
        return np.append(self.items.ravel(), self.log_variance) if self.has_free_variance else self.items.ravel()

    def moved(self, step: FloatArray) -> Point:
        """The point after a step in all free parameters."""
        items = self.items + step[: self.items.size].reshape(self.items.shape)
        return Point(items, self.log_variance + (step[-1] if self.has_free_variance else 0.0), self.has_free_variance)


class Counts(NamedTuple):
    """Expected complete data: persons and right answers by item and node, persons by node, and log L of everybody."""

    given: FloatArray
    right: FloatArray
    persons: FloatArray
    log_likelihood: float


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The objective (log-likelihood with the log priors), its gradient, and the information blocks of the EM metric."""

    objective: float
    log_likelihood: float
    gradient: FloatArray
    item_information: FloatArray
    latent_information: float

    def in_metric(self, gradient: FloatArray) -> FloatArray:
        """The EM step for a gradient: block by block the information's inverse times the gradient."""
        n_items, k, _ = self.item_information.shape
        blocks = gradient[: n_items * k].reshape(n_items, k, 1)
        step: FloatArray = np.linalg.solve(self.item_information, blocks).ravel().astype(np.float64)
        if gradient.size > step.size:
            step = np.append(step, gradient[-1] / self.latent_information)
        return step

    def shortened(self, step: FloatArray, largest: float) -> FloatArray:
        """The step, that of each item scaled down so that no parameter of it moves by more than `largest`."""
        n_items, k, _ = self.item_information.shape
        short = step.copy()
        blocks = short[: n_items * k].reshape(n_items, k)
        blocks *= np.minimum(1.0, largest / np.maximum(np.abs(blocks).max(axis=1, keepdims=True), largest))
        short[n_items * k :] = np.clip(short[n_items * k :], -largest, largest)
        return short


@dataclass(frozen=True, eq=False)
class MarginalLikelihood:
    """The marginal likelihood of one response table on one grid, with priors."""

    table: ResponseTable
    quadrature: Quadrature
    priors: ItemPriors

    def at(self, point: Point) -> Evaluation:
        """Evaluate everything at a point: the E-step, and the gradient and metric of the M-step."""
        curves = ItemCurves(point.items, self.quadrature.points)
        counts = self.expect(curves, point)
        pull = self.priors.pull(point.items)
        gradient, information = _item_terms(curves, counts)
        gradient, information = gradient + pull.gradient, information + pull.information
        k = curves.n_free
        information[:, range(k), range(k)] += _LEAST_INFORMATION
        flat, latent = gradient.ravel(), 1.0
        if point.has_free_variance:
            latent_gradient, latent = self._latent_terms(counts, point)
            flat = np.append(flat, latent_gradient)
        objective = counts.log_likelihood + float(pull.log_density.sum())
        return Evaluation(objective, counts.log_likelihood, flat, information, latent)

    def expect(self, curves: ItemCurves, point: Point) -> Counts:
        """The expected counts under the posterior of every person."""
        n_items, n_points = curves.right.shape
        right, persons = np.zeros((n_items, n_points)), np.zeros(n_points)
        given = None if self.table.observed is None else np.zeros((n_items, n_points))
        total = 0.0
        for rows, posterior, log_likelihood in self.posteriors(curves, point):
            weights = self.table.weights[rows]
            total += float(weights @ log_likelihood)
            posterior *= weights[:, None]
            persons += posterior.sum(axis=0)
            right += self.table.scores[rows].T.astype(np.float64) @ posterior
            if given is not None and self.table.observed is not None:
                given += self.table.observed[rows].T.astype(np.float64) @ posterior
        return Counts(np.broadcast_to(persons, right.shape) if given is None else given, right, persons, total)

    def posteriors(self, curves: ItemCurves, point: Point) -> Iterator[tuple[slice, FloatArray, FloatArray]]:
        """For chunks of rows: which rows, the posterior weights of the nodes for each, and log L of each."""
        log_wrong = np.log(curves.wrong)
        log_odds = np.log(curves.right) - log_wrong
        log_weights = self.log_node_weights(point)
        for start in range(0, len(self.table.scores), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            joint = self.table.scores[rows].astype(np.float64) @ log_odds
            joint += log_weights
            if self.table.observed is None:
                joint += log_wrong.sum(axis=0)
            else:
                joint += self.table.observed[rows].astype(np.float64) @ log_wrong
            highest = joint.max(axis=1, keepdims=True)
            joint -= highest
            np.exp(joint, out=joint)
            total = joint.sum(axis=1, keepdims=True)
            joint /= total
            yield rows, joint, (highest + np.log(total))[:, 0]

    def log_node_weights(self, point: Point) -> FloatArray:
        """Log of the nodes' prior weights, which sum to one, shape (n_points,)."""
        log_density = -0.5 * self.quadrature.points**2 * np.exp(-point.log_variance)
        weights: FloatArray = log_density - np.log(np.exp(log_density).sum())
        return weights

    def _latent_terms(self, counts: Counts, point: Point) -> tuple[float, float]:
        """Gradient and information of the log variance."""
        score = self.latent_score(point)
        spread = float(np.exp(self.log_node_weights(point)) @ score**2)
        return float(counts.persons @ score), self.table.n_persons * spread

    def latent_score(self, point: Point) -> FloatArray:
        """Derivative of the log node weights by the log variance, shape (n_points,); its mean over the nodes is 0."""
        half_squares = 0.5 * self.quadrature.points**2 * np.exp(-point.log_variance)
        score: FloatArray = half_squares - np.exp(self.log_node_weights(point)) @ half_squares
        return score


def _item_terms(curves: ItemCurves, counts: Counts) -> tuple[FloatArray, FloatArray]:
    """Gradient (n_items, k) and information (n_items, k, k) of the expected complete log-likelihood."""
    variance = curves.right * curves.wrong
    residual = (counts.right - counts.given * curves.right) / variance
    gradient = np.einsum("jq,pjq->jp", residual, curves.slopes)
    weighted = curves.slopes * (counts.given / variance)
    return gradient, np.einsum("pjq,rjq->jpr", weighted, curves.slopes)
