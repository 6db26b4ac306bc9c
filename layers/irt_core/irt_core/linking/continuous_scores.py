"""Distributions of whole scores made continuous, so that every percentile has a score.

    uniform     a score's probability is spread evenly from half a point below to half a point above (percentile ranks;
    Kolen &
                Brennan 2014, ch. 2)
    gaussian    each score becomes a normal distribution of bandwidth h, all shrunk towards the mean μ by a so that mean
    and
                variance stay: F(x) = Σ f_j Φ((x − a j − (1 − a) μ) / (a h)), a² = σ² / (σ² + h²)
                (von Davier, Holland & Thayer 2004, *The Kernel Method of Test Equating*, ch. 4)

Percentiles near 1 are kept as distances from 1, or the highest scores would be lost in rounding.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.errors import LinkingError

_BANDWIDTHS = (0.1, 3.0)
_BISECTIONS = 60


class ContinuousScores(ABC):
    """A continuous distribution made of the probabilities of the scores 0, 1, …"""

    @abstractmethod
    def below(self, score: FloatArray) -> FloatArray:
        """P(X < score)."""

    @abstractmethod
    def above(self, score: FloatArray) -> FloatArray:
        """P(X > score)."""

    @abstractmethod
    def at(self, below: FloatArray, above: FloatArray) -> FloatArray:
        """The scores with these probabilities on either side, of which the smaller counts."""


@dataclass(frozen=True, eq=False)
class UniformScores(ContinuousScores):
    """`frequency` (n_scores,) sums to one."""

    frequency: FloatArray

    @cached_property
    def _edges(self) -> FloatArray:
        return np.arange(self.frequency.size + 1, dtype=np.float64) - 0.5

    @cached_property
    def _sums(self) -> tuple[FloatArray, FloatArray]:
        """P below and above each edge."""
        below = np.concatenate([[0.0], np.cumsum(self.frequency)])
        above = np.concatenate([[0.0], np.cumsum(self.frequency[::-1])])[::-1]
        return below, above

    def below(self, score: FloatArray) -> FloatArray:
        return np.interp(score, self._edges, self._sums[0])

    def above(self, score: FloatArray) -> FloatArray:
        return np.interp(score, self._edges, self._sums[1])

    def at(self, below: FloatArray, above: FloatArray) -> FloatArray:
        from_below = np.interp(below, self._sums[0], self._edges)
        from_above = np.interp(above, self._sums[1][::-1], self._edges[::-1])
        return np.where(below < above, from_below, from_above)


@dataclass(frozen=True, eq=False)
class GaussianScores(ContinuousScores):
    """`frequency` (n_scores,) sums to one; `bandwidth` is h in score points."""

    frequency: FloatArray
    bandwidth: float

    @classmethod
    def smoothest(cls, frequency: FloatArray) -> GaussianScores:
        """With the bandwidth whose density comes closest to the probabilities at the whole scores."""
        from scipy.optimize import minimize_scalar

        scores = np.arange(frequency.size, dtype=np.float64)

        def penalty(bandwidth: float) -> float:
            return float(((frequency - cls(frequency, bandwidth)._density(scores)) ** 2).sum())

        return cls(frequency, float(minimize_scalar(penalty, bounds=_BANDWIDTHS, method="bounded").x))

    @cached_property
    def _kernels(self) -> tuple[FloatArray, float]:
        """Their centres (n_scores,) and common standard deviation."""
        scores = np.arange(self.frequency.size)
        mean = self.frequency @ scores
        variance = self.frequency @ (scores - mean) ** 2
        shrinkage = np.sqrt(variance / (variance + self.bandwidth**2))
        return shrinkage * scores + (1.0 - shrinkage) * mean, float(shrinkage * self.bandwidth)

    def _z(self, score: FloatArray) -> FloatArray:
        centres, spread = self._kernels
        return np.asarray((score[:, None] - centres) / spread)

    def _density(self, score: FloatArray) -> FloatArray:
        heights: FloatArray = np.exp(-0.5 * self._z(score) ** 2) / (self._kernels[1] * np.sqrt(2.0 * np.pi))
        return np.asarray(heights @ self.frequency)

    def below(self, score: FloatArray) -> FloatArray:
        from scipy.special import ndtr

        return np.asarray(ndtr(self._z(score)) @ self.frequency)

    def above(self, score: FloatArray) -> FloatArray:
        from scipy.special import ndtr

        return np.asarray(ndtr(-self._z(score)) @ self.frequency)

    def at(self, below: FloatArray, above: FloatArray) -> FloatArray:
        low = np.full(below.shape, -10.0 - self.frequency.size)
        high = np.full(below.shape, 10.0 + 2.0 * self.frequency.size)
        for _ in range(_BISECTIONS):
            middle = 0.5 * (low + high)
            is_low = np.where(below < above, self.below(middle) < below, self.above(middle) > above)
            low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
        return np.asarray(0.5 * (low + high))


def continuous(frequency: FloatArray, kind: str) -> ContinuousScores:
    """A distribution of scores made continuous in one of the two ways. Raises LinkingError."""
    if kind == "uniform":
        return UniformScores(frequency)
    if kind == "gaussian":
        return GaussianScores.smoothest(frequency)
    raise LinkingError(f"no way to make scores continuous is called {kind!r}; there are: uniform, gaussian")
