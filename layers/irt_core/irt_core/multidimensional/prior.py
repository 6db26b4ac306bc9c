"""The distribution of several abilities in the population: a multivariate normal one.

What makes it more than D normal distributions are the correlations: they let answers about one ability tell something
about the others (Segall 1996, Psychometrika 61(2), 331-354).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray, frozen
from irt_core.errors import PriorError
from irt_core.priors import Normal

_LOG_SQRT_2_PI = 0.5 * math.log(2.0 * math.pi)


@dataclass(frozen=True, init=False)
class MultivariateNormal:
    """Normal(mean, covariance) on the logit scale, `mean` of D numbers and `covariance` (D, D) positive definite."""

    mean: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]

    def __init__(self, mean: ArrayLike, covariance: ArrayLike) -> None:
        """Raises PriorError for what is no mean or no covariance matrix."""
        try:
            centre, matrix = np.asarray(mean, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise PriorError("a multivariate normal prior needs a mean and a covariance of numbers") from error
        if centre.ndim != 1 or not centre.size or matrix.shape != (centre.size, centre.size):
            raise PriorError(
                f"a mean of D numbers goes with a covariance (D, D), not {centre.shape} with {matrix.shape}"
            )
        if not (np.isfinite(centre).all() and np.isfinite(matrix).all()):
            raise PriorError("the mean and the covariance of a prior must be finite")
        if not np.allclose(matrix, matrix.T, rtol=1e-12, atol=0.0):
            raise PriorError("the covariance of a prior must be symmetric")
        if np.linalg.eigvalsh(matrix)[0] <= 1e-12 * np.abs(matrix).max():
            raise PriorError("the covariance of a prior must be positive definite")
        object.__setattr__(self, "mean", tuple(centre.tolist()))
        object.__setattr__(self, "covariance", tuple(map(tuple, matrix.tolist())))

    @classmethod
    def standard(cls, n_dimensions: int) -> Self:
        """Independent abilities with mean 0 and variance 1."""
        return cls(np.zeros(n_dimensions), np.eye(n_dimensions))

    @classmethod
    def of(cls, prior: MultivariateNormal | Normal | None, n_dimensions: int) -> MultivariateNormal:
        """The prior of a bank with so many dimensions: standard if None; one dimension takes a `Normal` too.

        Raises PriorError when the dimensions do not agree.
        """
        if prior is None:
            return cls.standard(n_dimensions)
        if isinstance(prior, Normal):
            prior = MultivariateNormal([prior.mean], [[prior.sd**2]])
        if prior.n_dimensions != n_dimensions:
            raise PriorError(f"the bank has {n_dimensions} dimensions, the prior {prior.n_dimensions}")
        return prior

    @property
    def n_dimensions(self) -> int:
        """D."""
        return len(self.mean)

    @cached_property
    def centre(self) -> FloatArray:
        """The mean as an array (D,), read-only."""
        return frozen(self.mean)

    @cached_property
    def matrix(self) -> FloatArray:
        """The covariance as an array (D, D), read-only."""
        return frozen(self.covariance)

    @cached_property
    def sds(self) -> FloatArray:
        """The standard deviations, (D,), read-only."""
        return frozen(np.sqrt(np.diag(self.matrix)))

    @cached_property
    def precision(self) -> FloatArray:
        """The inverse of the covariance, (D, D), read-only: what the prior adds to the information."""
        inverse = np.linalg.inv(self.matrix)
        return frozen(0.5 * (inverse + inverse.T))

    def log_density(self, theta: FloatArray) -> FloatArray:
        """Log density at each θ (..., D), shape (...)."""
        from_mean = theta - self.centre
        distance = np.einsum("...d,de,...e->...", from_mean, self.precision, from_mean)
        norm = 0.5 * float(np.linalg.slogdet(self.matrix)[1]) + self.n_dimensions * _LOG_SQRT_2_PI
        return np.asarray(-0.5 * distance - norm)

    def gradient(self, theta: FloatArray) -> FloatArray:
        """Derivative of the log density by θ (..., D), the same shape."""
        return np.asarray((self.centre - theta) @ self.precision)

    def to_dict(self) -> dict[str, Any]:
        """The prior as plain JSON: what the constructor takes."""
        return {"mean": list(self.mean), "covariance": [list(row) for row in self.covariance]}
