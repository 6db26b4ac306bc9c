"""Linking by the curves of the anchors.

The constants A and B of θ_target = A θ_source + B make the anchors' curves meet. On the target's scale the source's
curve at θ is P_source((θ − B) / A); on the source's scale the target's curve is P_target(A θ + B). Either minimises

    Haebara         Σ_θ w(θ) Σ_anchors Σ_categories (P_target − P_source)²
    Stocking–Lord   Σ_θ w(θ) (Σ_anchors E_target − Σ_anchors E_source)²

with expected scores E = Σ c P_c (Haebara 1980, Japanese Psychological Research 22(3), 144-149; Stocking & Lord 1983,
APM 7(2), 201-210); for items of several categories Baker (1992, 1993, APM 16(1), 87-96 and 17(3), 239-251) and Kim &
Lee (2006, Journal of Educational Measurement 43(1), 53-76). w is the density of ability on the scale of the sum. The
symmetric criterion, Haebara's own, adds the sums on both scales, so that linking the other way round gives the inverse.

Both are sums of squares; Levenberg and Marquardt's damped Gauss–Newton steps in (log A, B) reach the least (Marquardt
1963, SIAM J. 11(2), 431-441). At the least, the constants follow the anchors' parameters p as (Ogasawara 2001, Journal
of Educational and Behavioral Statistics 26(1), 51-76)

    ∂(A, B)/∂p = −(J'J)⁻¹ J' ∂r/∂p,   r the weighted differences, J = ∂r/∂(A, B),

up to terms that vanish with the differences. APM is Applied Psychological Measurement.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.errors import LinkingError
from irt_core.linking.item_curves import ItemCurves
from irt_core.linking.moments import Constants
from irt_core.priors import Normal, Quadrature, normalised

_GRID = Quadrature(-6.0, 6.0, 61)  # in standard deviations of ability
_MOST_STEPS = 500
_SMALLEST_STEP = 1e-13
_SMALLEST_DAMPING = 1e-12
_WORST_CONDITION = 1e12


@dataclass(frozen=True, eq=False)
class Criterion:
    """What is to be small. `populations` are the distributions of ability on the source's and on the target's scale."""

    source: ItemCurves
    target: ItemCurves
    populations: tuple[Normal, Normal]
    is_of_sums: bool
    is_symmetric: bool

    @cached_property
    def _sides(self) -> list[_Side]:
        sides = [_Side(self.target, self.source, self.populations[1], self.is_of_sums, is_onto_source=False)]
        if self.is_symmetric:
            sides.append(_Side(self.source, self.target, self.populations[0], self.is_of_sums, is_onto_source=True))
        return sides

    def minimise(self, slope: float, shift: float) -> Constants:
        """The least near a start. Raises LinkingError when the anchors do not determine it."""
        here = np.array([np.log(slope), shift])
        differences, jacobian = self._differences(here)
        height, damping = float(differences @ differences), 1e-3
        for _ in range(_MOST_STEPS):
            bend = jacobian.T @ jacobian
            if np.linalg.cond(bend) > _WORST_CONDITION or not _is_sane(here):
                raise LinkingError("the anchors' curves do not determine a link")
            step = -np.linalg.solve(bend + damping * np.diag(np.diagonal(bend)), jacobian.T @ differences)
            moved_differences, moved_jacobian = self._differences(here + step)
            moved_height = float(moved_differences @ moved_differences)
            if moved_height <= height:
                here, differences, jacobian, height = here + step, moved_differences, moved_jacobian, moved_height
                damping *= 0.1
            else:
                damping = max(10.0 * damping, _SMALLEST_DAMPING)
            if np.abs(step).max() < _SMALLEST_STEP:
                break
        return self._constants(here, jacobian)

    def _differences(self, here: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The weighted differences r of all sides, shape (n,), and their derivatives by log A and B, (n, 2)."""
        parts = [side.differences(here) for side in self._sides]
        return np.concatenate([r.ravel() for r, _ in parts]), np.concatenate([j.reshape(-1, 2) for _, j in parts])

    def _constants(self, here: FloatArray, jacobian: FloatArray) -> Constants:
        by_source, by_target = np.zeros((2, *self.source.values.shape)), np.zeros((2, *self.target.values.shape))
        for side in self._sides:
            by_fixed, by_moving = side.pull(here)
            by_target += by_moving if side.is_onto_source else by_fixed
            by_source += by_fixed if side.is_onto_source else by_moving
        slope = float(np.exp(here[0]))
        turn = -np.diag([slope, 1.0]) @ np.linalg.inv(jacobian.T @ jacobian)
        by_source, by_target = (np.einsum("xy,yjp->xjp", turn, by) for by in (by_source, by_target))
        return Constants(slope, float(here[1]), by_source, by_target)


@dataclass(frozen=True, eq=False)
class _Side:
    """The sum on one scale, that of the `fixed` curves, to which the `moving` ones are brought."""

    fixed: ItemCurves
    moving: ItemCurves
    population: Normal
    is_of_sums: bool
    is_onto_source: bool

    @cached_property
    def _theta(self) -> FloatArray:
        return self.population.mean + self.population.sd * _GRID.points

    @cached_property
    def _root_weights(self) -> FloatArray:
        """√w, shape (n_theta, 1, 1)."""
        return np.sqrt(normalised(-0.5 * _GRID.points**2, _GRID))[:, None, None]

    @cached_property
    def _fixed_curves(self) -> FloatArray:
        return self.fixed.probability(self._theta)

    def _moved(self, here: FloatArray) -> tuple[FloatArray, FloatArray]:
        """θ on the scale of the moving curves, and its derivatives by log A and B, (n_theta, 2)."""
        slope, shift = np.exp(here[0]), here[1]
        if self.is_onto_source:
            theta = slope * self._theta + shift
            return theta, np.column_stack([slope * self._theta, np.ones(theta.size)])
        theta = (self._theta - shift) / slope
        return theta, np.column_stack([-theta, np.full(theta.size, -1.0 / slope)])

    def differences(self, here: FloatArray) -> tuple[FloatArray, FloatArray]:
        """r and ∂r / ∂(log A, B), the latter with one more axis."""
        theta, by_constants = self._moved(here)
        r = self._root_weights * (self._fixed_curves - self.moving.probability(theta))
        slope = -self._root_weights * self.moving.by_theta(theta)
        jacobian = slope[..., None] * by_constants[:, None, None, :]
        if not self.is_of_sums:
            return r, jacobian
        scores = np.arange(r.shape[2])
        return np.einsum("tjc,c->t", r, scores), np.einsum("tjcx,c->tx", jacobian, scores)

    def pull(self, here: FloatArray) -> tuple[FloatArray, FloatArray]:
        """J' ∂r / ∂p for the parameters of the fixed and of the moving curves, (2, n_anchors, m) each."""
        theta, _ = self._moved(here)
        _, jacobian = self.differences(here)
        if self.is_of_sums:
            n_categories = self._fixed_curves.shape[2]
            jacobian = jacobian[:, None, None, :] * np.arange(n_categories)[:, None]
        lever = self._root_weights[..., None] * jacobian
        by_fixed = np.einsum("tjcx,tjcp->xjp", *_aligned(lever, self.fixed.by_parameter(self._theta)), optimize=True)
        by_moving = np.einsum("tjcx,tjcp->xjp", *_aligned(lever, self.moving.by_parameter(theta)), optimize=True)
        return by_fixed, -by_moving


def _aligned(lever: FloatArray, by_parameter: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The lever of a sum over anchors is the same for all of them."""
    return np.broadcast_to(lever, (*by_parameter.shape[:3], 2)), by_parameter


def _is_sane(here: FloatArray) -> bool:
    """Whether the scales differ by less than a factor of 100 and a shift of 100."""
    return bool(abs(here[0]) < np.log(100.0) and abs(here[1]) < 100.0)
