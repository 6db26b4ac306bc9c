"""Mean and standard deviation of many posteriors between bounds.

The sums over the grid are trapezoidal inside, where that rule converges geometrically (`priors`). At a bound that cuts
a posterior off, under a wide prior or a flat likelihood, it has an error of h² / 12 times the slope there. Gregory's
weights for the five points at each end, which correct it by differences up to the fourth, leave one of the order h⁶
(Hildebrand 1974, *Introduction to Numerical Analysis*, 2nd ed., 5.8).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from irt_core.arrays import FloatArray, frozen
from irt_core.models.bank import ItemBank
from irt_core.priors import Normal, Quadrature

_END_WEIGHTS = np.array([95 / 288, 317 / 240, 23 / 30, 793 / 720, 157 / 160])
_FEWEST_STEPS = 20
_WIDEST_STEP = 0.25


def posterior_grid(bank: ItemBank, prior: Normal, bounds: tuple[float, float]) -> Quadrature:
    """The coarsest grid that resolves the posterior after all items where they tell most."""
    low, high = bounds
    sharpest = bank.tabulate(Quadrature(low, high, 61)).total_information.max() + prior.precision
    widest = min(_WIDEST_STEP, (high - low) / _FEWEST_STEPS)
    return Quadrature.resolving(1.0 / np.sqrt(sharpest), low, high, widest)


def posterior_moments(log_density: FloatArray, quadrature: Quadrature) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation, (n_persons,) each, of unnormalised log densities (n_points, n_persons).

    The memory of `log_density` is used up. The grid has at least ten points.
    """
    log_density -= log_density.max(axis=0)
    density = np.exp(log_density, out=log_density)
    mass, first, second = _weighted_powers(quadrature) @ density
    mean = first / mass
    return mean, np.sqrt(np.maximum(second / mass - mean * mean, 0.0))


@lru_cache(maxsize=64)
def _weighted_powers(quadrature: Quadrature) -> FloatArray:
    """1, θ and θ² of the points times their weights, shape (3, n_points)."""
    weights = np.ones(quadrature.n_points)
    weights[: _END_WEIGHTS.size] = _END_WEIGHTS
    weights[-_END_WEIGHTS.size :] = _END_WEIGHTS[::-1]
    return frozen(weights * quadrature.points ** np.arange(3)[:, None])
