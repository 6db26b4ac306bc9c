"""The marginal likelihood of log times, speed integrated out, and its information matrix: all in closed form.

With slowness d_ij = log T_ij − β_j, w_j = α_j² and o_ij = 1 where there is a time, speed has the posterior
Normal(m_i, v_i) with 1/v_i = 1/σ² + Σ_j o_ij w_j and m_i = −v_i Σ_j o_ij w_j d_ij, and

    −2 log p_i = Σ_j o_ij (log 2π − log w_j + w_j d_ij²) + log(σ²/v_i) − m_i²/v_i

since the covariance of a person's log times is diag(1/w) + σ² 11' (Woodbury; Sylvester).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.times.log_times import LogTimes

_NUMBERS_AT_ONCE = 500_000  # of a working array: bounds the memory, and fits the processor's cache
_LOG_2_PI = float(np.log(2.0 * np.pi))


class TimePoint(NamedTuple):
    """Where the likelihood is looked at: `intensity` β and `noise` 1/α², (n_items,) each, and σ²."""

    intensity: FloatArray
    noise: FloatArray
    speed_variance: float


@dataclass(frozen=True, eq=False)
class TimePosterior:
    """Mean and variance of each person's speed, (n_persons,) each."""

    mean: FloatArray
    variance: FloatArray

    @classmethod
    def at(cls, point: TimePoint, times: LogTimes) -> TimePosterior:
        """The posteriors under the model at `point`."""
        weights = 1.0 / point.noise
        variance = 1.0 / (1.0 / point.speed_variance + times.given @ weights)
        mean = variance * (times.given @ (weights * point.intensity) - times.values @ weights)
        return cls(mean, variance)


def log_likelihood(point: TimePoint, times: LogTimes) -> float:
    """Log density of all log times."""
    posterior = TimePosterior.at(point, times)
    n_given = times.given.sum(axis=0)
    squares = np.zeros_like(n_given)
    for chunk in _chunks(times):
        squares += np.square(times.values[chunk] - times.given[chunk] * point.intensity).sum(axis=0)
    by_item = n_given @ (_LOG_2_PI + np.log(point.noise)) + squares @ (1.0 / point.noise)
    by_person = np.log(point.speed_variance / posterior.variance) - posterior.mean**2 / posterior.variance
    return float(-0.5 * (by_item + by_person.sum()))


def observed_information(point: TimePoint, times: LogTimes) -> FloatArray:
    """Minus the second derivative of the log-likelihood at its top, by (β, log α, log σ): 2 n_items + 1 parameters.

    What the log times and speeds together would tell, less what the unknown speeds take away (Louis 1982, JRSS B
    44(2), 226-233). A person's score for all parameters is c + a z + b z² in z = (τ − m)/√v, so its posterior
    covariance is aa' + 2bb'.
    """
    n_items, weights = point.intensity.size, 1.0 / point.noise
    posterior = TimePosterior.at(point, times)
    n_given = times.given.sum(axis=0)
    complete = np.concatenate([weights * n_given, 2.0 * n_given, [2.0 * len(times.values)]])
    information = np.diag(complete)
    for chunk in _chunks(times):
        given, mean, variance = times.given[chunk], posterior.mean[chunk], posterior.variance[chunk]
        weighted = given * weights
        residual = times.values[chunk] - given * (point.intensity - mean[:, None])
        linear = np.sqrt(variance)[:, None] * np.hstack(
            [weighted, -2.0 * weighted * residual, 2.0 * mean[:, None] / point.speed_variance]
        )
        square = variance[:, None] * np.hstack([-weighted, np.full((len(mean), 1), 1.0 / point.speed_variance)])
        information -= linear.T @ linear
        information[n_items:, n_items:] -= 2.0 * square.T @ square
    return information


def _chunks(times: LogTimes) -> Iterator[slice]:
    """The persons, as many at a time as a working array has room for."""
    n_persons, n_items = times.values.shape
    at_once = max(1, _NUMBERS_AT_ONCE // n_items)
    for start in range(0, n_persons, at_once):
        yield slice(start, start + at_once)
