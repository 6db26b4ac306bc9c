"""The posterior of many abilities at once, by expectation propagation.

Where the dimensions cannot be taken apart a grid has too many points. But each answer sees θ through one number, its
predictor t = a·θ. So the likelihood of every answer is stood in for by a normal *site* of that number,
exp(−τ t² / 2 + ν t), which makes the posterior normal:

    W = Λ + Σ τ_j a_j a_j',    W μ = Λ μ_0 + Σ ν_j a_j.

A site is right when, put back in place of the exact likelihood beside all other sites, it leaves the mean and the
variance of t as they are. All sites are set so in turn until nothing changes (Minka 2001, UAI 17, 362-369; Rasmussen &
Williams 2006, *Gaussian Processes for Machine Learning*, 3.6). That takes integrals of one variable only, however many
dimensions there are.

Beside exact posteriors of four to nine abilities the means are off by 0.1 to 0.3 % of a standard error, root mean
square, and the standard errors by 0.2 to 0.5 %, when items draw on one ability each, and by 0.2 to 2 % and 0.6 to 3 %
when they draw on many. The mode and its curvature are off by 6 to 36 % and 2 to 9 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional.prior import MultivariateNormal
from irt_core.responses import Responses

_NODES = np.linspace(-6.0, 6.0, 31)  # standard deviations: the trapezoidal rule is right to 1e-7 even for t with sd 3
_LOG_WEIGHTS = -0.5 * _NODES * _NODES
_TOLERANCE = 1e-8  # change of the means in standard errors, and of the variances
_MOST_ROUNDS = 200
_LEAST_DAMPING = 0.05


class Sites(NamedTuple):
    """The sites of some persons' answers, 0 where there is none, each (n_persons, n_given)."""

    precision: FloatArray
    """τ."""
    shift: FloatArray
    """ν."""


class NormalPosterior(NamedTuple):
    """Mean (n_persons, D), covariance (n_persons, D, D), the sites, and whether they came to rest (n_persons,)."""

    mean: FloatArray
    covariance: FloatArray
    sites: Sites
    has_converged: BoolArray


@dataclass(frozen=True, eq=False)
class Answers:
    """The `items` that each person was given and their `scores`, (n_persons, n_given).

    Where `is_there` says no, the person has fewer items than others.
    """

    bank: MultidimensionalBank
    items: IntArray
    scores: IntArray
    is_there: BoolArray

    @classmethod
    def of(cls, bank: MultidimensionalBank, responses: Responses) -> Answers:
        """The responses that are there."""
        scores = responses.scores.astype(np.int64)
        if responses.observed is None:
            every = np.broadcast_to(np.arange(bank.n_items), scores.shape)
            return cls(bank, every, scores, np.ones(scores.shape, dtype=bool))
        is_given, most = responses.observed != 0, int(responses.n_observed.max(initial=0))
        items = np.argsort(~is_given, axis=1, kind="stable")[:, :most]
        there = np.take_along_axis(is_given, items, axis=1)
        return cls(bank, items, np.take_along_axis(scores, items, axis=1), there)

    @cached_property
    def slopes(self) -> FloatArray:
        """a of each item given, (n_persons, n_given, D)."""
        return self.bank.slopes[self.items]

    @cached_property
    def outer_slopes(self) -> FloatArray:
        """a a' of each item given, (n_persons, n_given, D²)."""
        return self.bank.outer_slopes[self.items]

    def of_some(self, persons: IntArray) -> Answers:
        """The answers of some of the persons."""
        return Answers(self.bank, self.items[persons], self.scores[persons], self.is_there[persons])

    def tilted_moments(self, mean: FloatArray, variance: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean and variance of each t, (n_persons, n_given), when its exact likelihood meets a normal density of it."""
        shape = (*mean.shape, _NODES.size)
        t = mean[..., None] + np.sqrt(variance)[..., None] * _NODES
        rows = t.reshape(-1, _NODES.size)
        log_likelihood = self.bank.curves.log_likelihood(self.items.ravel(), self.scores.ravel(), rows)
        log_density = log_likelihood.reshape(shape) + _LOG_WEIGHTS
        density = np.exp(log_density - log_density.max(axis=-1, keepdims=True))
        density /= density.sum(axis=-1, keepdims=True)
        tilted_mean = np.vecdot(density, t)
        return tilted_mean, np.vecdot(density, (t - tilted_mean[..., None]) ** 2)


def propagate(answers: Answers, prior: MultivariateNormal, sites: Sites | None = None) -> NormalPosterior:
    """The posteriors, starting from `sites` where there are some to start from."""
    shape = answers.scores.shape
    tau, nu = (np.zeros(shape), np.zeros(shape)) if sites is None else (sites.precision.copy(), sites.shift.copy())
    mean, covariance = _moments(answers, prior, tau, nu)
    damping, last_change = np.ones(shape[0]), np.full(shape[0], np.inf)
    active = np.arange(shape[0])
    for _ in range(_MOST_ROUNDS):
        if not active.size:
            break
        part = answers.of_some(active)
        new_tau, new_nu = _matched(part, Sites(tau[active], nu[active]), mean[active], covariance[active])
        step = damping[active, None]
        new_tau, new_nu = tau[active] + step * (new_tau - tau[active]), nu[active] + step * (new_nu - nu[active])
        new_mean, new_covariance = _moments(part, prior, new_tau, new_nu)
        variance = np.diagonal(new_covariance, axis1=1, axis2=2)
        is_proper = (variance > 0).all(axis=1)
        change = _change(mean[active], covariance[active], new_mean, variance) / damping[active]
        damping[active] *= np.where(is_proper & (change < last_change[active]), 1.0, 0.7)
        last_change[active] = np.where(is_proper, change, np.inf)
        accepted = active[is_proper]
        tau[accepted], nu[accepted] = new_tau[is_proper], new_nu[is_proper]
        mean[accepted], covariance[accepted] = new_mean[is_proper], new_covariance[is_proper]
        active = active[~is_proper | (change > _TOLERANCE)]
        damping = np.maximum(damping, _LEAST_DAMPING)
    has_converged = np.ones(shape[0], dtype=bool)
    has_converged[active] = False
    return NormalPosterior(mean, covariance, Sites(tau, nu), has_converged)


def _matched(answers: Answers, sites: Sites, mean: FloatArray, covariance: FloatArray) -> Sites:
    """The sites that leave the moments of each predictor as its exact likelihood makes them."""
    m = np.vecdot(answers.slopes, mean[:, None])
    v = np.vecdot(answers.outer_slopes, covariance.reshape(len(mean), 1, -1))
    left_over = 1.0 / v - sites.precision  # the precision of t without the site
    has_cavity = answers.is_there & (left_over > 1e-6 / v)
    cavity_variance = np.where(has_cavity, 1.0 / np.where(has_cavity, left_over, 1.0), 1.0)
    cavity_mean = np.where(has_cavity, cavity_variance * (m / v - sites.shift), 0.0)
    tilted_mean, tilted_variance = answers.tilted_moments(cavity_mean, cavity_variance)
    precision = 1.0 / tilted_variance - 1.0 / cavity_variance
    shift = tilted_mean / tilted_variance - cavity_mean / cavity_variance
    return Sites(np.where(has_cavity, precision, sites.precision), np.where(has_cavity, shift, sites.shift))


def _moments(
    answers: Answers, prior: MultivariateNormal, tau: FloatArray, nu: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Mean and covariance of the normal posteriors with these sites; a negative variance where there is none."""
    gained = np.vecmat(tau, answers.outer_slopes)
    precision = gained.reshape(len(tau), *prior.matrix.shape) + prior.precision
    is_proper = np.linalg.eigvalsh(precision)[:, 0] > 1e-9 * np.diagonal(prior.precision).min()
    precision[~is_proper] = -np.eye(prior.n_dimensions)
    covariance = np.asarray(np.linalg.inv(precision))
    shift = prior.precision @ prior.centre + np.vecmat(nu, answers.slopes)
    return np.asarray(np.matvec(covariance, shift)), covariance


def _change(mean: FloatArray, covariance: FloatArray, new_mean: FloatArray, new_variance: FloatArray) -> FloatArray:
    """The largest change of a mean in standard errors and of a variance relative to itself, (n_persons,)."""
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    by_mean = np.abs(new_mean - mean) / np.sqrt(variance)
    by_variance = np.abs(new_variance / variance - 1.0)
    return np.asarray(np.maximum(by_mean, by_variance).max(axis=1))
