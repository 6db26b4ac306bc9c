"""Speed and ability together: the second level of the hierarchical framework, and what times tell about ability.

    (θ, τ) ~ Normal(μ, Σ)        responses | θ  and  times | τ  independent

(van der Linden 2007, Psychometrika 72(3), 287-308.) With the item parameters known the population is estimated by
marginal maximum likelihood. Times make a normal likelihood of τ, so τ is integrated out in closed form for each θ of
the grid, and the correlation of speed and ability is free of the errors of both estimates. EM: both steps are closed,
and the M-step is the mean and covariance of the posterior moments. Standard errors come from the cross-products of the
persons' scores.

Once the population is known, times are collateral information about ability (van der Linden, Klein Entink & Fox 2010,
Applied Psychological Measurement 34(5), 327-347): with κ = Σ_θτ/Σ_ττ and speed known up to τ̂ ± s,

    θ | times ~ Normal(μ_θ + κ (τ̂ − μ_τ), Σ_θθ (1 − ρ²) + κ² s²).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray
from irt_core.errors import CalibrationError, ResponseError
from irt_core.estimation.likelihood import chunks, log_likelihood_on
from irt_core.models.bank import ItemBank
from irt_core.priors import Normal, Quadrature
from irt_core.responses import Responses
from irt_core.times.log_times import LogTimes
from irt_core.times.lognormal import TimeModel
from irt_core.times.speed import SpeedState

_MOST_STEPS = 1000
_TOLERANCE = 1e-7
_GRID_STEP = 0.1
_PERSONS_AT_ONCE = 512  # keeps the working arrays in the processor's cache


@dataclass(frozen=True, eq=False)
class JointPopulation:
    """Mean (2,) and covariance (2, 2) of ability and speed, in this order.

    `correlation` has the standard error `correlation_se`; `log_likelihood` is up to a constant of the times alone.
    """

    mean: FloatArray
    covariance: FloatArray
    correlation_se: float
    log_likelihood: float
    converged: bool
    iterations: int

    @property
    def correlation(self) -> float:
        """The correlation of ability and speed."""
        return float(self.covariance[0, 1] / np.sqrt(self.covariance[0, 0] * self.covariance[1, 1]))

    @property
    def speed_prior(self) -> Normal:
        """The distribution of speed: what `SpeedState.begin` takes."""
        return Normal(float(self.mean[1]), float(np.sqrt(self.covariance[1, 1])))

    def ability_prior(self, speed: SpeedState) -> Normal:
        """The distribution of ability given the times so far, whose state began with `speed_prior`."""
        slope = self.covariance[0, 1] / self.covariance[1, 1]
        left = self.covariance[0, 0] - slope * self.covariance[0, 1]
        mean = self.mean[0] + slope * (speed.tau - self.mean[1])
        return Normal(float(mean), float(np.sqrt(left + slope**2 * speed.se**2)))


@dataclass(frozen=True, eq=False)
class JointEstimates:
    """Posterior means and standard deviations of ability and speed given responses and times, (n_persons,) each."""

    theta: FloatArray
    theta_se: FloatArray
    tau: FloatArray
    tau_se: FloatArray


def joint_population(bank: ItemBank, responses: ArrayLike, model: TimeModel, seconds: ArrayLike) -> JointPopulation:
    """Estimate the joint distribution of ability and speed from responses and seconds, both (n_persons, n_items).

    NaN or −1 is a response or a time that is not there. Raises ResponseError, CalibrationError.
    """
    evidence = _Evidence.of(bank, responses, model, seconds)
    mean, covariance = np.zeros(2), np.diag([1.0, model.speed_sd**2])
    change, step = np.inf, 0
    while change >= _TOLERANCE and step < _MOST_STEPS:
        step += 1
        moments = evidence.moments(mean, covariance)
        new_mean = moments.first.mean(axis=0)
        new_covariance = moments.second.mean(axis=0) - np.outer(new_mean, new_mean)
        change = max(np.abs(new_mean - mean).max(), np.abs(new_covariance - covariance).max())
        mean, covariance = new_mean, new_covariance
    moments = evidence.moments(mean, covariance)
    error = _correlation_error(mean, covariance, moments)
    return JointPopulation(mean, covariance, error, moments.log_likelihood, bool(change < _TOLERANCE), step)


def joint_estimates(
    population: JointPopulation, bank: ItemBank, responses: ArrayLike, model: TimeModel, seconds: ArrayLike
) -> JointEstimates:
    """Ability and speed of each person from responses and times at once. Raises ResponseError."""
    moments = _Evidence.of(bank, responses, model, seconds).moments(population.mean, population.covariance)
    means = moments.first
    sds = np.sqrt(np.maximum(np.diagonal(moments.second, axis1=1, axis2=2) - means**2, 0.0))
    return JointEstimates(means[:, 0], sds[:, 0], means[:, 1], sds[:, 1])


class _Moments(NamedTuple):
    """Posterior moments about 0 of (θ, τ): first (n_persons, 2), second (n_persons, 2, 2); and the log-likelihood."""

    first: FloatArray
    second: FloatArray
    log_likelihood: float


@dataclass(frozen=True, eq=False)
class _Evidence:
    """What the data say: log P(responses | θ) on a grid; for τ the exponent −½ precision τ² + quickness τ."""

    quadrature: Quadrature
    of_responses: FloatArray
    precision: FloatArray
    quickness: FloatArray

    @classmethod
    def of(cls, bank: ItemBank, responses: ArrayLike, model: TimeModel, seconds: ArrayLike) -> _Evidence:
        read = Responses.of(responses, bank.n_items, bank.category_counts)
        times = LogTimes.of(seconds, model.n_items)
        if len(times.values) != read.n_persons:
            raise ResponseError(f"there are responses of {read.n_persons} persons and times of {len(times.values)}")
        if read.n_persons == 0:
            raise CalibrationError("nobody has answered")
        quadrature = Quadrature.resolving(_GRID_STEP)
        rows = np.empty((read.n_persons, quadrature.n_points))
        for part in chunks(bank, read.n_persons):
            rows[part] = log_likelihood_on(bank, read[part], quadrature).T
        quickness = -times.slowness(model.intensity) @ model.weights
        return cls(quadrature, rows, times.given @ model.weights, quickness)

    def moments(self, mean: FloatArray, covariance: FloatArray) -> _Moments:
        starts = range(0, len(self.precision), _PERSONS_AT_ONCE)
        parts = [self._moments_of(slice(start, start + _PERSONS_AT_ONCE), mean, covariance) for start in starts]
        return _Moments(
            np.concatenate([part.first for part in parts]),
            np.concatenate([part.second for part in parts]),
            sum(part.log_likelihood for part in parts),
        )

    def _moments_of(self, part: slice, mean: FloatArray, covariance: FloatArray) -> _Moments:
        theta = self.quadrature.points
        slope = covariance[0, 1] / covariance[0, 0]
        expected = mean[1] + slope * (theta - mean[0])  # of τ given θ, with this variance:
        left = covariance[1, 1] - slope * covariance[0, 1]
        variance = 1.0 / (self.precision[part] + 1.0 / left)[:, None]
        tau = (self.quickness[part][:, None] + expected / left) * variance
        log_density = Normal(float(mean[0]), float(np.sqrt(covariance[0, 0]))).log_density(theta)
        log_joint = self.of_responses[part] + log_density + 0.5 * (tau**2 / variance - expected**2 / left)
        log_joint += 0.5 * np.log(variance / left)
        highest = log_joint.max(axis=1, keepdims=True)
        density = np.exp(log_joint - highest) * self.quadrature.weights
        total = density.sum(axis=1, keepdims=True)
        density /= total
        first = np.stack([density @ theta, (density * tau).sum(axis=1)], axis=1)
        cross = (density * tau) @ theta
        squares = density @ theta**2, (density * tau**2).sum(axis=1) + variance[:, 0]
        second = np.stack([squares[0], cross, cross, squares[1]], axis=1).reshape(-1, 2, 2)
        return _Moments(first, second, float((highest + np.log(total * self.quadrature.step)).sum()))


def _correlation_error(mean: FloatArray, covariance: FloatArray, moments: _Moments) -> float:
    """The standard error of the correlation, from the persons' scores for μ_θ, μ_τ, Σ_θθ, Σ_θτ, Σ_ττ."""
    inverse = np.linalg.inv(covariance)
    centred = moments.second - moments.first[:, :, None] * mean - mean[:, None] * moments.first[:, None, :]
    by_covariance = 0.5 * (inverse @ (centred + np.outer(mean, mean)) @ inverse - inverse)
    scores = np.column_stack(
        [
            (moments.first - mean) @ inverse,
            by_covariance[:, 0, 0],
            2.0 * by_covariance[:, 0, 1],
            by_covariance[:, 1, 1],
        ]
    )
    scale = np.sqrt(covariance[0, 0] * covariance[1, 1])
    correlation = covariance[0, 1] / scale
    by_each = [-0.5 * correlation / covariance[0, 0], 1.0 / scale, -0.5 * correlation / covariance[1, 1]]
    gradient = np.array([0.0, 0.0, *by_each])
    return float(np.sqrt(gradient @ np.linalg.pinv(scores.T @ scores) @ gradient))
