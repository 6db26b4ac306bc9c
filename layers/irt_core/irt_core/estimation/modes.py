"""The highest mode of each person's likelihood, posterior or weighted likelihood.

The function is evaluated on a grid first, by matrix products. Its highest point brackets the highest mode, and the
polynomial through the points around it says within about 1e-4 where that is; a root search of the derivative polishes
it. The derivative is l'(θ) + extra(θ), where extra is 0 for the likelihood, the derivative of the log prior for the
posterior, and J / (2 I) for Warm's weighted likelihood.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.estimation.likelihood import chunks, log_likelihood_on
from irt_core.estimation.peaks import HALF_WIDTH, peaks_of
from irt_core.estimation.roots import Brackets, root_in_bracket
from irt_core.models.bank import ItemBank
from irt_core.priors import Normal, Quadrature
from irt_core.responses import Responses

_SEARCH_STEP = 0.2
_BRACKET_CELLS = 2  # on each side of the best grid point: the weighted likelihood's heights are themselves approximate


@dataclass(frozen=True)
class ModeSearch:
    """What to climb: the likelihood, the posterior if there is a `prior`, the weighted likelihood if `is_weighted`."""

    bank: ItemBank
    bounds: tuple[float, float]
    prior: Normal | None = None
    is_weighted: bool = False

    def run(self, responses: Responses) -> tuple[FloatArray, FloatArray, BoolArray]:
        """The mode, the information there (with the prior's) and whether it is a bound, each of shape (n_persons,)."""
        low, high = self.bounds
        quadrature = Quadrature.resolving(min(_SEARCH_STEP, (high - low) / (2 * HALF_WIDTH)), low, high)
        theta, is_bounded = np.empty(responses.n_persons), np.empty(responses.n_persons, dtype=bool)
        information = np.empty(responses.n_persons)
        for chunk in chunks(self.bank, responses.n_persons):
            theta[chunk], information[chunk], is_bounded[chunk] = self._climb(responses[chunk], quadrature)
        return theta, information, is_bounded

    def _climb(self, responses: Responses, quadrature: Quadrature) -> tuple[FloatArray, FloatArray, BoolArray]:
        peaks = peaks_of(self._heights(responses, quadrature), quadrature)
        points, last = quadrature.points, quadrature.n_points - 1
        low = points[np.maximum(peaks.best - _BRACKET_CELLS, 0)]
        high = points[np.minimum(peaks.best + _BRACKET_CELLS, last)]
        is_bounded = self._rises_at_bound(responses, peaks.best, points)
        start = np.clip(peaks.theta, low, high)
        for edge in (start, low, high):
            edge[is_bounded] = points[peaks.best[is_bounded]]
        mode, information = root_in_bracket(
            lambda theta, persons: self._derivative(theta, responses[persons]),
            Brackets(start, peaks.bend, low, high),
        )
        return mode, information, is_bounded

    def _heights(self, responses: Responses, quadrature: Quadrature) -> FloatArray:
        """The function on the grid up to a constant, shape (n_points, n_persons)."""
        heights = log_likelihood_on(self.bank, responses, quadrature)
        if self.prior is not None:
            heights += self.prior.log_density(quadrature.points)[:, None]
        if self.is_weighted:
            table = self.bank.tabulate(quadrature)
            observed = np.ones((1, self.bank.n_items)) if responses.observed is None else responses.observed
            extra = _half_ratio(table.warm.T @ observed.T, table.information.T @ observed.T)
            steps = 0.5 * quadrature.step * (extra[1:] + extra[:-1])
            heights[1:] += np.cumsum(steps, axis=0)
        return heights

    def _derivative(self, theta: FloatArray, responses: Responses) -> tuple[FloatArray, FloatArray]:
        """The derivative at one θ for each person, and the information with the prior's."""
        equation = self.bank.likelihood_equation(theta, responses)
        gradient, information = equation.gradient, equation.information
        if self.prior is not None:
            gradient, information = gradient + self.prior.gradient(theta), information + self.prior.precision
        if self.is_weighted:
            gradient = gradient + _half_ratio(equation.warm, equation.information)
        return gradient, np.maximum(information, np.finfo(float).tiny)

    def _rises_at_bound(self, responses: Responses, best: IntArray, points: FloatArray) -> BoolArray:
        """Whose highest grid point is a bound towards which the function still rises."""
        is_bounded: BoolArray = (best == 0) | (best == points.size - 1)
        at_bound = np.flatnonzero(is_bounded)
        if at_bound.size:
            gradient, _ = self._derivative(points[best[at_bound]], responses[at_bound])
            is_bounded[at_bound] = np.where(best[at_bound] == 0, gradient <= 0, gradient >= 0)
        return is_bounded


def _half_ratio(warm: FloatArray, information: FloatArray) -> FloatArray:
    """J / (2 I), and 0 where there is no information."""
    return np.divide(warm, 2.0 * information, out=np.zeros_like(information), where=information > 0)
