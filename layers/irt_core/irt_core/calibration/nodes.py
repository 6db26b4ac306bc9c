"""The points of ability over which the likelihood is integrated, and how the items share them.

One to three dimensions have a grid, of a spacing that the test's information asks for (`Quadrature`), without the
corners where nobody is. More have quasi-random points: those of Halton (1960, Numerische Mathematik 2, 84-90)
with permuted digits, mapped to the normal distribution. In a bifactor model each item depends on the general dimension
and one specific one; given the general one the specific ones are independent, so a grid of two dimensions serves all
of them (Gibbons & Hedeker 1992, Psychometrika 57(3), 423-436).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.priors import Quadrature

MOST_GRID_DIMENSIONS = 3
_MOST_NODES = 6000
_RADIUS = 6.0
_SPECIFIC_RADIUS = 5.0
_N_QUASI_RANDOM = 3000
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)
MOST_DIMENSIONS = len(_PRIMES)


@dataclass(frozen=True, eq=False)
class Nodes:
    """Points (n_nodes, D), the log of the volume that each stands for (n_nodes,), and the grid that they come from.

    `blocks` are the items that share a specific dimension; their nodes are the points of the general dimension, each
    with `n_specific` ones of the specific dimension. Otherwise there is one block and `n_specific` is 1.
    """

    points: FloatArray
    log_measure: FloatArray
    quadrature: Quadrature | None
    blocks: tuple[IntArray, ...]
    n_specific: int = 1

    @classmethod
    def grid(cls, n_items: int, n_dimensions: int, standard_error: float, radius: float = _RADIUS) -> Nodes:
        """A grid that resolves posteriors with the standard error, as far as so many dimensions let it.

        `radius` is how far it reaches in one dimension.
        """
        quadrature = _affordable(standard_error, n_dimensions, radius)
        axes = np.meshgrid(*[quadrature.points] * n_dimensions, indexing="ij")
        points = np.stack([axis.ravel() for axis in axes], axis=1)
        points = points[(points**2).sum(axis=1) <= quadrature.high**2 + 1e-9]
        return cls(points, np.zeros(len(points)), quadrature, (np.arange(n_items),))

    @classmethod
    def quasi_random(cls, n_items: int, n_dimensions: int) -> Nodes:
        """Equally weighted points of the standard normal distribution in many dimensions."""
        points = _normal_quantiles(halton(_N_QUASI_RANDOM, n_dimensions))
        return cls(points, 0.5 * (points**2).sum(axis=1), None, (np.arange(n_items),))

    @classmethod
    def bifactor(cls, specific: IntArray, standard_error: float) -> Nodes:
        """A grid of the general dimension and of a specific one; `specific` (n_items,) says which, −1 for none."""
        general = Quadrature.resolving(standard_error)
        own = Quadrature(-_SPECIFIC_RADIUS, _SPECIFIC_RADIUS, max(21, general.n_points // 3))
        points = np.stack([np.repeat(general.points, own.n_points), np.tile(own.points, general.n_points)], axis=1)
        blocks = tuple(np.flatnonzero(specific == one) for one in np.unique(specific))
        return cls(points, np.zeros(len(points)), general, blocks, own.n_points)

    @property
    def n_nodes(self) -> int:
        """How many nodes there are."""
        return len(self.points)

    @property
    def is_line(self) -> bool:
        """Whether they are a grid of one dimension."""
        return self.points.shape[1] == 1 and self.quadrature is not None

    @cached_property
    def basis(self) -> FloatArray:
        """1 and θ of the nodes, (n_nodes, 1 + D)."""
        return np.column_stack([np.ones(len(self.points)), self.points])

    def is_coarser_than(self, other: Nodes) -> bool:
        """Whether the other's grid is finer."""
        return self.n_nodes < other.n_nodes


def halton(n_points: int, n_dimensions: int) -> FloatArray:
    """Points in the unit cube, (n_points, n_dimensions): the radical inverses of 1, 2, … with their digits permuted.

    Without the permutations, which are always the same ones, dimensions of large bases go hand in hand.
    """
    return np.stack([_radical_inverses(n_points, base) for base in _PRIMES[:n_dimensions]], axis=1)


def _radical_inverses(n_points: int, base: int) -> FloatArray:
    digits = np.append(0, 1 + np.random.default_rng(base).permutation(base - 1))
    numbers, inverses, unit = np.arange(1, n_points + 1), np.zeros(n_points), 1.0 / base
    while numbers.any():
        inverses += unit * digits[numbers % base]
        numbers, unit = numbers // base, unit / base
    return inverses


def _normal_quantiles(proportions: FloatArray) -> FloatArray:
    quantile = NormalDist().inv_cdf
    return np.array([quantile(value) for value in proportions.ravel()]).reshape(proportions.shape)


def _affordable(standard_error: float, n_dimensions: int, of_line: float) -> Quadrature:
    """The grid of one dimension whose product is not too large."""
    if n_dimensions == 1:
        return Quadrature.resolving(standard_error, -of_line, of_line)
    radius = {2: 5.0, 3: 4.5}[n_dimensions]
    finest = int(_MOST_NODES ** (1.0 / n_dimensions))
    wanted = Quadrature.resolving(standard_error, -radius, radius, max_step=0.6)
    return Quadrature(-radius, radius, min(wanted.n_points, finest))
