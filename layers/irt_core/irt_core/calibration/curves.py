"""Item curves in the parameters that calibration works with, and their derivatives.

    P(θ) = g + (u − g) σ(z),  z = a θ + d,  g = σ(γ),  u = σ(υ)

The columns of `parameters` (n_items, k) are d, a, γ and υ, as many as the model has free: intercept, slope, guessing
and upper asymptote. A slope that is not free is 1, an asymptote that is not free 0 or 1. The logits keep the asymptotes
between 0 and 1 without bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from irt_core.arrays import FloatArray

INTERCEPT, SLOPE, GUESSING, UPPER = range(4)
_LARGEST_EXPONENT = 300.0


@dataclass(frozen=True, eq=False)
class ItemCurves:
    """The curves of n items on a grid: arrays of shape (n_items, n_points), derivatives (k, n_items, n_points)."""

    parameters: FloatArray
    theta: FloatArray

    @property
    def n_free(self) -> int:
        """How many parameters each item has."""
        return int(self.parameters.shape[1])

    @cached_property
    def _asymptotes(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """g, 1 − u and u − g as columns."""
        zero = np.zeros((len(self.parameters), 1))
        guessing = sigmoid(self.parameters[:, GUESSING, None]) if self.n_free > GUESSING else zero
        missing = sigmoid(-self.parameters[:, UPPER, None]) if self.n_free > UPPER else zero
        return guessing, missing, 1.0 - guessing - missing

    @cached_property
    def _sigmas(self) -> tuple[FloatArray, FloatArray]:
        """σ(z) and σ(−z)."""
        slope = self.parameters[:, SLOPE, None] if self.n_free > SLOPE else 1.0
        z = np.clip(slope * self.theta + self.parameters[:, INTERCEPT, None], -_LARGEST_EXPONENT, _LARGEST_EXPONENT)
        falling = np.exp(-z)
        rising = 1.0 / (1.0 + falling)
        return rising, falling * rising

    @cached_property
    def right(self) -> FloatArray:
        """P."""
        guessing, _, span = self._asymptotes
        return guessing + span * self._sigmas[0]

    @cached_property
    def wrong(self) -> FloatArray:
        """Q."""
        _, missing, span = self._asymptotes
        return missing + span * self._sigmas[1]

    @cached_property
    def slopes(self) -> FloatArray:
        """∂P / ∂ parameter."""
        guessing, missing, span = self._asymptotes
        rising, falling = self._sigmas
        by_z = span * rising * falling
        parts = [by_z, by_z * self.theta, guessing * (1.0 - guessing) * falling, missing * (1.0 - missing) * rising]
        return np.stack(parts[: self.n_free])

    @cached_property
    def bends(self) -> FloatArray:
        """∂²P / ∂ parameter ∂ parameter, shape (k, k, n_items, n_points)."""
        guessing, missing, span = self._asymptotes
        rising, falling = self._sigmas
        spread = rising * falling
        by_z_z = span * spread * (falling - rising)
        g_slope, u_slope = guessing * (1.0 - guessing), missing * (1.0 - missing)
        bends = np.zeros((4, 4, *rising.shape))
        bends[INTERCEPT, INTERCEPT] = by_z_z
        bends[INTERCEPT, SLOPE] = by_z_z * self.theta
        bends[SLOPE, SLOPE] = by_z_z * self.theta**2
        bends[INTERCEPT, GUESSING] = -g_slope * spread
        bends[SLOPE, GUESSING] = -g_slope * spread * self.theta
        bends[GUESSING, GUESSING] = g_slope * (1.0 - 2.0 * guessing) * falling
        bends[INTERCEPT, UPPER] = u_slope * spread
        bends[SLOPE, UPPER] = u_slope * spread * self.theta
        bends[UPPER, UPPER] = u_slope * (2.0 * missing - 1.0) * rising
        upper_triangle = np.triu_indices(4, 1)
        bends[upper_triangle[1], upper_triangle[0]] = bends[upper_triangle]
        return bends[: self.n_free, : self.n_free]


def sigmoid(x: FloatArray) -> FloatArray:
    """σ(x)."""
    return 1.0 / (1.0 + np.exp(-np.clip(x, -_LARGEST_EXPONENT, _LARGEST_EXPONENT)))
