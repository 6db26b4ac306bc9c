"""Reliability: which part of the variance of estimates is that of ability, and how precise a test is at each ability.

With ability of variance σ² and test information I(θ), averages over the distribution of ability:

    marginal     1 − ⟨1 / (I + 1/σ²)⟩ / σ²     of posterior means and modes (Thissen & Wainer 2001, *Test Scoring*)
    marginal_ml  1 − ⟨1 / I⟩ / σ²              of maximum likelihood estimates (Green, Bock, Humphreys, Linn & Reckase
                                               1984, JEM 21(4), 347-360); negative if the test tells little
                                               somewhere, NaN if it leaves a direction undetermined
    empirical    Var(θ̂) / (Var(θ̂) + ⟨SE²⟩)     of the posterior means of the calibration's persons

With several dimensions I and σ² are matrices, Σ in place of σ², and each dimension has its own: the inverse's diagonal
over that of Σ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray
from irt_core.calibration.fitted import FittedModel
from irt_core.fit.posteriors import GroupBank, posterior_moments
from irt_core.fit.text import text_table
from irt_core.fit.theta_curves import theta_curves
from irt_core.models.bank import ItemBank
from irt_core.priors import Normal, Quadrature, normalised

_NODES_AT_ONCE = 256
_WORST = -1e6  # below it the information is singular: no such estimates exist
_LEAST = 1e-9  # of ability's own precision, that the test's information may be inverted where there is none


class InformationCurve(NamedTuple):
    """Information of all items together at each θ, and the standard error 1 / √I, both (n_theta,)."""

    theta: FloatArray
    information: FloatArray
    standard_error: FloatArray


@dataclass(frozen=True, eq=False)
class Reliability:
    """Reliabilities by group and dimension, (n_groups, D) each; the module says what they are."""

    marginal: FloatArray
    marginal_ml: FloatArray
    empirical: FloatArray

    def __str__(self) -> str:
        n_groups, n_dimensions = self.marginal.shape
        columns = {"group": np.repeat(np.arange(n_groups), n_dimensions)}
        columns |= {"dimension": np.tile(np.arange(n_dimensions), n_groups)}
        columns |= {name: getattr(self, name).ravel() for name in ("marginal", "marginal_ml", "empirical")}
        return text_table(columns)


def information_curve(bank: ItemBank, theta: ArrayLike) -> InformationCurve:
    """How precisely all items of a bank together measure at each θ, (n_theta,)."""
    points = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    information: FloatArray = bank.information(points).sum(axis=1)
    with np.errstate(divide="ignore"):
        return InformationCurve(points, information, 1.0 / np.sqrt(information))


def marginal_reliability(bank: ItemBank, prior: Normal | None = None) -> float:
    """The marginal reliability of all items of a bank where ability is distributed as `prior`, Normal(0, 1) if None."""
    prior = prior or Normal()
    grid = Quadrature(prior.mean - 6.0 * prior.sd, prior.mean + 6.0 * prior.sd, 241)
    weights = normalised(prior.log_density(grid.points), grid)
    posterior_variance = 1.0 / (information_curve(bank, grid.points).information + prior.precision)
    return 1.0 - float(weights @ posterior_variance) / prior.sd**2


def reliability_of(model: FittedModel, banks: Sequence[GroupBank]) -> Reliability:
    """The reliabilities of a calibration's items in each of its groups, whose `banks` they are."""
    theta, se = posterior_moments(model)
    parts = []
    for group, (bank, _) in enumerate(banks):
        weights, rows = model.node_weights[group], model.group == group
        information = _information_at(bank, model.nodes)
        centred = model.nodes - weights @ model.nodes
        covariance = (centred * weights[:, None]).T @ centred
        variance, precision = np.diagonal(covariance), np.linalg.inv(covariance)
        posterior = np.diagonal(np.linalg.inv(information + precision), axis1=1, axis2=2)
        error = np.diagonal(np.linalg.inv(information + _LEAST * precision), axis1=1, axis2=2)
        empirical = _empirical(theta[rows], se[rows], model.weights[rows])
        of_scores = 1.0 - weights @ error / variance
        of_scores[of_scores < _WORST] = np.nan
        parts.append([1.0 - weights @ posterior / variance, of_scores, empirical])
    marginal, marginal_ml, empirical = np.stack(parts, axis=1)
    return Reliability(marginal, marginal_ml, empirical)


def _empirical(theta: FloatArray, se: FloatArray, weights: FloatArray) -> FloatArray:
    shares = weights / weights.sum()
    spread = shares @ (theta - shares @ theta) ** 2
    empirical: FloatArray = spread / (spread + shares @ se**2)
    return empirical


def _information_at(bank: ItemBank, nodes: FloatArray) -> FloatArray:
    """Test information, (n_nodes, D, D)."""
    n_nodes, n_dimensions = nodes.shape
    points = nodes[:, 0] if n_dimensions == 1 else nodes
    parts = [
        theta_curves(bank, points[start : start + _NODES_AT_ONCE]).information().sum(axis=1)
        for start in range(0, n_nodes, _NODES_AT_ONCE)
    ]
    return np.concatenate(parts)
