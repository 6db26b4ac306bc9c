"""The distribution of ability in the population, and the grid on which posteriors are held.

The grid is equally spaced. For a smooth density the trapezoidal rule on such a grid converges geometrically: a normal
posterior with standard deviation s on a spacing h is integrated with a relative error of about 2 exp(-2 (pi s / h)^2)
(Trefethen & Weideman 2014, SIAM Review 56(3), 385-458), 5e-9 at h = s. A grid is therefore chosen by the smallest
standard error that it must resolve, never by habit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from irt_core.arrays import FloatArray, frozen
from irt_core.errors import PriorError

_LOG_SQRT_2_PI = 0.5 * math.log(2.0 * math.pi)
_SMALLEST_TOTAL, _LARGEST_TOTAL = 1e-200, 1e200
"""Between these a sum of densities has lost nothing: what underflows is 10^-100 of it."""


@dataclass(frozen=True)
class Normal:
    """Normal(mean, sd) on the logit scale of ability."""

    mean: float = 0.0
    sd: float = 1.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and math.isfinite(self.sd) and self.sd > 0):
            raise PriorError(f"a normal prior needs a finite mean and a positive sd, not ({self.mean}, {self.sd})")

    def log_density(self, theta: FloatArray) -> FloatArray:
        """Log density at each θ, the shape of `theta`."""
        z = (theta - self.mean) / self.sd
        return -0.5 * z * z - (math.log(self.sd) + _LOG_SQRT_2_PI)

    def gradient(self, theta: FloatArray) -> FloatArray:
        """Derivative of the log density by θ."""
        return (self.mean - theta) / self.sd**2

    @property
    def precision(self) -> float:
        """Minus the second derivative of the log density: what the prior adds to the information."""
        return 1.0 / self.sd**2


@dataclass(frozen=True)
class Quadrature:
    """`n_points` equally spaced values of θ from `low` to `high`, ends included."""

    low: float = -6.0
    high: float = 6.0
    n_points: int = 121

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise PriorError(f"a quadrature needs finite ends with low < high, not ({self.low}, {self.high})")
        if not 5 <= self.n_points <= 10_001:
            raise PriorError(f"a quadrature needs 5 to 10,001 points, not {self.n_points}")

    @classmethod
    def resolving(
        cls, standard_error: float, low: float = -6.0, high: float = 6.0, max_step: float = 0.25
    ) -> Quadrature:
        """The coarsest grid whose spacing is at most `standard_error` and `max_step`."""
        step = min(max_step, max(standard_error, (high - low) / 10_000))
        return cls(low, high, max(5, math.ceil((high - low) / step) + 1))

    @property
    def step(self) -> float:
        """The spacing of the grid."""
        return (self.high - self.low) / (self.n_points - 1)

    @property
    def points(self) -> FloatArray:
        """The values of θ, shape (n_points,), read-only."""
        return _grid(self)[0]

    @property
    def weights(self) -> FloatArray:
        """The weights of the trapezoidal rule in units of the step: 1, at both ends ½; shape (n_points,), read-only."""
        return _grid(self)[1]

    @property
    def weighted_powers(self) -> FloatArray:
        """1, θ and θ² of the points times their weights, shape (n_points, 3), read-only."""
        return _grid(self)[2]


@lru_cache(maxsize=64)
def _grid(quadrature: Quadrature) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The arrays of a grid; grids are few, and equal ones share them however often they are read from storage."""
    points = np.linspace(quadrature.low, quadrature.high, quadrature.n_points)
    weights = np.ones(points.size)
    weights[[0, -1]] = 0.5
    return frozen(points), frozen(weights), frozen(weights[:, None] * points[:, None] ** np.arange(3))


def normalised(log_density: FloatArray, quadrature: Quadrature) -> FloatArray:
    """The probabilities of the grid points under unnormalised log densities (..., n_points); each row sums to one."""
    density: FloatArray = np.exp(log_density - log_density.max(axis=-1, keepdims=True)) * quadrature.weights
    density /= density.sum(axis=-1, keepdims=True)
    return density


def moments(log_density: FloatArray, quadrature: Quadrature) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of unnormalised log densities on the grid.

    `log_density` has the shape (..., n_points); both results have the shape (...). Each row is summed by itself
    (`vecmat`, not `@`), so one row alone gives the same bits as the same row in a batch. Only rows whose density comes
    near the ends of the floating-point range are scaled first.
    """
    sums = np.vecmat(np.exp(log_density), quadrature.weighted_powers)
    is_extreme = ~((sums[..., 0] > _SMALLEST_TOTAL) & (sums[..., 0] < _LARGEST_TOTAL))
    if is_extreme.any():
        extreme = log_density[is_extreme]
        density = np.exp(extreme - extreme.max(axis=-1, keepdims=True))
        sums[is_extreme] = np.vecmat(density, quadrature.weighted_powers)
    mean = sums[..., 1] / sums[..., 0]
    variance = sums[..., 2] / sums[..., 0] - mean * mean
    return mean, np.sqrt(np.maximum(variance, 0.0))
