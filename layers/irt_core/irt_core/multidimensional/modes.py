"""The mode of each person's likelihood, posterior or weighted likelihood in several dimensions.

All three are roots of a gradient that points uphill,

    likelihood           g = l'                    M = I
    posterior            g = l' − Λ (θ − μ_0)      M = I + Λ
    weighted likelihood  g = l' + ½ T:I⁻¹          M = I        element r of T:I⁻¹ is Σ_st T_rst (I⁻¹)_st

and are approached by steps K⁻¹ g, where K = −∂g/∂θ (by differences) if that is positive definite, else the expected
M: Newton's method, or Fisher's where Newton's would go astray. θ stays in a box: a dimension at its bound with the
gradient pointing outwards is held there (Bertsekas 1982, SIAM J. Control and Optimization 20(2), 221-246). A step that
does not gain is halved. What must gain is the function itself; the weighted likelihood has none when there is guessing,
and there a step must not lead to where the gradient points back by more than half as much as it pointed ahead.

T = Σ_j J_j a_j ⊗ a_j ⊗ a_j with Warm's J of each item by its predictor turns the first-order bias of the maximum
likelihood estimate into a term of its equation: Firth (1993, Biometrika 80(1), 27-38), for these models Wang (2015,
Psychometrika 80(2), 428-449). With one dimension it is Warm's J / (2 I).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional.prior import MultivariateNormal
from irt_core.responses import Responses

_TOLERANCE = 1e-8  # of a step; the error after it is about its square
_FLAT = 1e-12  # a gradient like this is none
_MOST_ROUNDS = 100
_PERSON_ITEMS_AT_ONCE = 1 << 17
_MOST_HALVINGS = 30
_LONGEST_STEP = 2.0
_DIFFERENCE = 1e-6
_ROUNDING = 1e-13
_SINGULAR = 1e-10  # of the largest element of a matrix: added to its diagonal, so that nothing is no information
_LEAST_CURVATURE = 0.01  # of the expected one


class Modes(NamedTuple):
    """θ (n_persons, D), the matrix M there (n_persons, D, D), and two claims about each person, (n_persons,)."""

    theta: FloatArray
    matrix: FloatArray
    is_bounded: BoolArray
    has_converged: BoolArray


class _Slope(NamedTuple):
    """g (n_persons, D) and M (n_persons, D, D)."""

    gradient: FloatArray
    matrix: FloatArray


@dataclass(frozen=True)
class ModeSearch:
    """What to climb: the likelihood, the posterior if there is a `prior`, the weighted likelihood if `is_weighted`.

    θ stays in the box from `low` (D,) to `high` (D,).
    """

    bank: MultidimensionalBank
    low: FloatArray
    high: FloatArray
    prior: MultivariateNormal | None = None
    is_weighted: bool = False

    def run(self, responses: Responses, start: FloatArray) -> Modes:
        """The modes reached from `start` (n_persons, D)."""
        at_once = max(1, _PERSON_ITEMS_AT_ONCE // self.bank.n_items)
        chunks = [slice(first, first + at_once) for first in range(0, max(len(start), 1), at_once)]
        parts = [self._run(responses[chunk], start[chunk]) for chunk in chunks]
        return Modes(*(np.concatenate(pieces) for pieces in zip(*parts, strict=True)))

    def _run(self, responses: Responses, start: FloatArray) -> Modes:
        theta = np.clip(start, self.low, self.high)
        has_converged = np.zeros(len(theta), dtype=bool)
        for _ in range(_MOST_ROUNDS):
            active = np.flatnonzero(~has_converged)
            if not active.size:
                break
            theta[active], has_converged[active] = self._stepped(theta[active], responses[active])
        slope = self._slope(theta, responses)
        is_bounded = np.any(self._is_held(theta, slope.gradient), axis=1)
        return Modes(theta, slope.matrix, is_bounded, has_converged)

    def _stepped(self, theta: FloatArray, responses: Responses) -> tuple[FloatArray, BoolArray]:
        """A step for each person, halved until it gains, and whether that was the last that is needed."""
        slope = self._slope(theta, responses)
        held = self._is_held(theta, slope.gradient)
        step = _solved(_Slope(slope.gradient, self._curvature(theta, slope, responses)), held)
        longest = np.abs(step).max(axis=1, keepdims=True)
        step *= np.minimum(1.0, _LONGEST_STEP / np.maximum(longest, _LONGEST_STEP))
        new, pending = theta.copy(), np.arange(len(theta))
        gains = self._gains(theta, slope, responses)
        for _ in range(_MOST_HALVINGS):
            tried = np.clip(theta[pending] + step[pending], self.low, self.high)
            has_gained = gains(pending, tried)
            new[pending[has_gained]] = tried[has_gained]
            pending = pending[~has_gained]
            if not pending.size:
                break
            step[pending] *= 0.5
        is_flat = np.abs(np.where(held, 0.0, slope.gradient)).max(axis=1) <= _FLAT
        return new, is_flat | (np.abs(new - theta).max(axis=1) <= _TOLERANCE)

    def _slope(self, theta: FloatArray, responses: Responses) -> _Slope:
        if not self.is_weighted:
            gradient, matrix = self.bank.gradient_and_information(theta, responses)
            if self.prior is not None:
                gradient, matrix = gradient + self.prior.gradient(theta), matrix + self.prior.precision
            return _Slope(gradient, matrix)
        gradient, matrix, warm = self.bank.likelihood_equation(theta, responses)
        correction = np.einsum("nrst,nst->nr", warm, np.linalg.inv(invertible(matrix)))
        return _Slope(gradient + 0.5 * correction, matrix)

    def _curvature(self, theta: FloatArray, slope: _Slope, responses: Responses) -> FloatArray:
        """K where it is safe to divide by, else M, (n_persons, D, D)."""
        observed = np.empty_like(slope.matrix)
        for dimension in range(theta.shape[1]):
            ahead = theta.copy()
            ahead[:, dimension] += _DIFFERENCE
            observed[:, dimension] = (slope.gradient - self._slope(ahead, responses).gradient) / _DIFFERENCE
        observed = 0.5 * (observed + observed.swapaxes(1, 2))
        least = _LEAST_CURVATURE * np.linalg.eigvalsh(slope.matrix)[:, 0]
        is_safe = np.linalg.eigvalsh(observed)[:, 0] > np.maximum(least, 0.0)
        return np.where(is_safe[:, None, None], observed, slope.matrix)

    def _gains(
        self, theta: FloatArray, slope: _Slope, responses: Responses
    ) -> Callable[[IntArray, FloatArray], BoolArray]:
        """What says whether steps from `theta` gain: of some persons, to where they would lead."""
        if self.is_weighted:

            def turns_back_little(persons: IntArray, tried: FloatArray) -> BoolArray:
                step, there = tried - theta[persons], self._slope(tried, responses[persons]).gradient
                ahead, back = np.vecdot(slope.gradient[persons], step), np.vecdot(there, step)
                return np.asarray(back >= -0.5 * ahead)

            return turns_back_little
        height = self._height(theta, responses)

        def rises(persons: IntArray, tried: FloatArray) -> BoolArray:
            allowance = _ROUNDING * np.abs(height[persons])
            return np.asarray(self._height(tried, responses[persons]) >= height[persons] - allowance)

        return rises

    def _height(self, theta: FloatArray, responses: Responses) -> FloatArray:
        height = self.bank.total_log_likelihood(theta, responses)
        return height if self.prior is None else height + self.prior.log_density(theta)

    def _is_held(self, theta: FloatArray, gradient: FloatArray) -> BoolArray:
        """Which dimensions are at a bound that they would leave the box by, (n_persons, D)."""
        return np.asarray(((theta <= self.low) & (gradient < 0)) | ((theta >= self.high) & (gradient > 0)))


def _solved(slope: _Slope, held: BoolArray) -> FloatArray:
    """Matrix⁻¹ gradient over the dimensions that are not held, 0 for those that are, (n_persons, D)."""
    free = ~held
    matrix = np.where(free[:, :, None] & free[:, None, :], invertible(slope.matrix), np.eye(held.shape[1]))
    return np.asarray(np.linalg.solve(matrix, np.where(free, slope.gradient, 0.0)[..., None])[..., 0])


def invertible(matrix: FloatArray) -> FloatArray:
    """Matrices (n_persons, D, D) with so little added that they can be inverted."""
    largest = np.abs(matrix).max(axis=(1, 2), initial=0.0)
    added: FloatArray = matrix + (_SINGULAR * largest + 1e-300)[:, None, None] * np.eye(matrix.shape[-1])
    return added
