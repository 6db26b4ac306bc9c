"""Posteriors of several abilities on a grid, one specific dimension at a time.

Every dimension has an equally spaced axis. A posterior is held as the log density of the primary dimensions on the
product of their axes, and for each specific dimension as its log density given them, a *block* of n_primary × n_points
(`structure` says why that is all). Means and covariances are sums: a block gives the mass, the mean and the mean square
of its dimension at each primary point, and these are then averaged over the primary points.

The trapezoidal rule converges geometrically, as in `priors`: a normal density is integrated over an axis of spacing h
with a relative error of about 2 exp(−2 (πs/h)²), s being the standard deviation of its dimension given the dimensions
before it, primary ones first: the diagonal of the Cholesky factor of the covariance. An axis is made so that h ≤ s,
which is 5e-9. It is never coarser than 1.2 / a for the steepest slope a along it, as the poles ±iπ/a of the logistic
curve alone give an error of about exp(−2π²/(ah)) (Trefethen & Weideman 2014, SIAM Review 56(3), 385-458).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from irt_core.arrays import FloatArray, IntArray, frozen
from irt_core.errors import PriorError
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional.prior import MultivariateNormal
from irt_core.multidimensional.structure import Structure
from irt_core.priors import Quadrature

MOST_POINTS = 1 << 18
"""Of all blocks together; a finer grid costs more than it is worth."""

_REACH = 6.0  # standard deviations of the prior to each side of its mean
_COARSEST = 0.5  # of the prior's standard deviation
_COARSEST_BY_SLOPE = 1.2
_MOST_ON_AN_AXIS = 10_001


@dataclass(frozen=True)
class Grid:
    """An axis for each dimension, and which dimensions are primary and specific."""

    structure: Structure
    axes: tuple[Quadrature, ...]

    @classmethod
    def spanning(cls, structure: Structure, low: FloatArray, high: FloatArray, steps: FloatArray) -> Grid:
        """The grid from `low` to `high` with at most the spacings `steps`, each (D,)."""
        n_points = np.clip(np.ceil((high - low) / steps).astype(int) + 1, 5, _MOST_ON_AN_AXIS)
        axes = zip(low.tolist(), high.tolist(), n_points.tolist(), strict=True)
        return cls(structure, tuple(Quadrature(*axis) for axis in axes))

    @property
    def n_points(self) -> int:
        """The points of all blocks together."""
        return self.n_primary * sum(self.axes[dimension].n_points for dimension in self.structure.specific)

    @cached_property
    def n_primary(self) -> int:
        """How many points the primary dimensions have together, 1 when there are none."""
        return math.prod(self.axes[dimension].n_points for dimension in self.structure.primary)

    @cached_property
    def ends(self) -> FloatArray:
        """Where the axes begin and end, (2, D), read-only."""
        return frozen([[axis.low for axis in self.axes], [axis.high for axis in self.axes]])

    @cached_property
    def steps(self) -> FloatArray:
        """The spacing of each axis, (D,), read-only."""
        return frozen([axis.step for axis in self.axes])

    @cached_property
    def points(self) -> tuple[FloatArray, ...]:
        """θ along each axis."""
        return tuple(axis.points for axis in self.axes)

    @cached_property
    def weighted_powers(self) -> tuple[FloatArray, ...]:
        """1, θ and θ² along each axis times the trapezoidal weights."""
        return tuple(axis.weighted_powers for axis in self.axes)

    @cached_property
    def primary_points(self) -> FloatArray:
        """θ of the primary dimensions, (n_primary, number of primary dimensions), read-only."""
        axes = np.meshgrid(*(self.points[dimension] for dimension in self.structure.primary), indexing="ij")
        return frozen(np.reshape(axes, (len(axes), self.n_primary)).T)

    @cached_property
    def primary_log_weights(self) -> FloatArray:
        """The logs of the trapezoidal weights of the primary points, (n_primary,), read-only."""
        axes = np.meshgrid(*(self.axes[dimension].weights for dimension in self.structure.primary), indexing="ij")
        return frozen(np.log(np.reshape(axes, (len(axes), self.n_primary))).sum(axis=0))

    def predictors(self, slopes: FloatArray, specific: int | None) -> FloatArray:
        """a·θ of items with `slopes` (n, D) on the block of a specific dimension, (n, n_primary, n_points).

        Without one, of items that draw on primary dimensions alone, (n, n_primary). Each number has the same bits
        whatever the other items are.
        """
        general = np.zeros((len(slopes), self.n_primary))
        for place, dimension in enumerate(self.structure.primary):
            general += slopes[:, dimension, None] * self.primary_points[:, place]
        if specific is None:
            return general
        own = slopes[:, specific, None] * self.points[specific]
        return general[:, :, None] + own[:, None, :]


def reach(
    prior: MultivariateNormal, bounds: tuple[float, float] = (-math.inf, math.inf)
) -> tuple[FloatArray, FloatArray]:
    """From where to where a grid must go within `bounds` to hold what the prior leaves possible, (D,) each.

    Raises PriorError when that is nothing.
    """
    low = np.maximum(prior.centre - _REACH * prior.sds, bounds[0])
    high = np.minimum(prior.centre + _REACH * prior.sds, bounds[1])
    if (low >= high).any():
        raise PriorError(f"the prior lies beyond the bounds {bounds}")
    return low, high


class GridPrior(NamedTuple):
    """A prior on a grid: log densities of the primary dimensions (n_primary,), and of each specific one given them.

    The latter are (n_primary, n_points), or (1, n_points) where the specific dimension does not depend on the primary.
    """

    primary: FloatArray
    blocks: tuple[FloatArray, ...]


def prior_on(grid: Grid, prior: MultivariateNormal) -> GridPrior:
    """The log densities of a prior on a grid, up to a constant."""
    primary = list(grid.structure.primary)
    from_mean = grid.primary_points - prior.centre[primary]
    between = np.linalg.inv(prior.matrix[np.ix_(primary, primary)])
    log_primary = grid.primary_log_weights - 0.5 * np.einsum("pd,de,pe->p", from_mean, between, from_mean)
    blocks = []
    for dimension in grid.structure.specific:
        precision = prior.precision[dimension, dimension]
        pull = prior.precision[dimension, primary] / precision
        mean = prior.centre[dimension] - (from_mean @ pull if np.abs(pull).max(initial=0.0) > 1e-9 else np.zeros(1))
        block = -0.5 * precision * (grid.points[dimension] - mean[:, None]) ** 2
        blocks.append(frozen(block))
    return GridPrior(frozen(log_primary), tuple(blocks))


class Summary(NamedTuple):
    """Log mass, mean and variance of one specific dimension given each primary point, each (..., n_primary)."""

    log_mass: FloatArray
    mean: FloatArray
    variance: FloatArray


def summarise(block: FloatArray, grid: Grid, dimension: int) -> Summary:
    """The summary of log densities (..., n_primary, n_points) along a dimension."""
    top = block.max(axis=-1)
    sums = np.exp(block - top[..., None]) @ grid.weighted_powers[dimension]
    mass, mean = sums[..., 0], sums[..., 1] / sums[..., 0]
    return Summary(np.log(mass) + top, mean, sums[..., 2] / mass - mean * mean)


def posterior_moments(
    grid: Grid, log_primary: FloatArray, summaries: Sequence[Summary]
) -> tuple[FloatArray, FloatArray]:
    """Mean (..., D) and covariance (..., D, D) under `log_primary` (..., n_primary) and the blocks' summaries."""
    log_weights = log_primary
    for summary in summaries:
        log_weights = log_weights + summary.log_mass
    weights = np.exp(log_weights - log_weights.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    given = np.empty((*weights.shape, grid.structure.n_dimensions))
    given[..., list(grid.structure.primary)] = grid.primary_points
    for dimension, summary in zip(grid.structure.specific, summaries, strict=True):
        given[..., dimension] = summary.mean
    mean = (weights[..., None, :] @ given)[..., 0, :]
    given -= mean[..., None, :]
    covariance: FloatArray = (given * weights[..., None]).swapaxes(-1, -2) @ given
    for dimension, summary in zip(grid.structure.specific, summaries, strict=True):
        covariance[..., dimension, dimension] += (weights * summary.variance).sum(axis=-1)
    return mean, covariance


def conditional_sds(covariance: FloatArray, structure: Structure) -> FloatArray:
    """The standard deviation of each dimension given those before it, (..., D), from covariances (..., D, D)."""
    order = [*structure.primary, *structure.specific]
    factor = np.linalg.cholesky(covariance[..., order, :][..., order])
    sds = np.empty(covariance.shape[:-1])
    sds[..., order] = np.diagonal(factor, axis1=-2, axis2=-1)
    return sds


def coarsest_steps(bank: MultidimensionalBank, prior: MultivariateNormal, structure: Structure) -> FloatArray:
    """The widest spacings with which the prior and the items' curves are resolved, (D,)."""
    steepest = np.abs(bank.slopes).max(axis=0)
    by_slope = np.divide(_COARSEST_BY_SLOPE, steepest, out=np.full(steepest.shape, np.inf), where=steepest > 0)
    return np.asarray(np.minimum(_COARSEST * conditional_sds(prior.matrix, structure), by_slope))


def blocks_of(bank: MultidimensionalBank, structure: Structure) -> IntArray:
    """The place among the specific dimensions of the one that each item draws on, −1 for none, (n_items,)."""
    draws = bank.slopes[:, list(structure.specific)] != 0
    return np.where(draws.any(axis=1), draws.argmax(axis=1), -1)
