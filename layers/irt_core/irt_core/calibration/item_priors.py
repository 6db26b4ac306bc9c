"""Prior distributions of item parameters: what keeps a 3PL from running away where the data say little.

A prior is on the parameter that people read (a, b, c, d). Its density is maximised together with the likelihood as it
stands, without a Jacobian, so that the estimate does not depend on how the engine writes the parameter inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from irt_core.arrays import BoolArray, FloatArray
from irt_core.calibration.families import sigmoids
from irt_core.calibration.structure import ItemStructure
from irt_core.errors import PriorError
from irt_core.priors import Normal


class Pull(NamedTuple):
    """What priors add: log density (n_items,), its gradient (n_items, k) and information (n_items, k, k)."""

    log_density: FloatArray
    gradient: FloatArray
    information: FloatArray


@dataclass(frozen=True)
class LogNormal:
    """A positive parameter whose logarithm is Normal(mean, sd)."""

    mean: float = 0.0
    sd: float = 0.5

    def __post_init__(self) -> None:
        Normal(self.mean, self.sd)


@dataclass(frozen=True)
class Beta:
    """A proportion with the density x^(α − 1) (1 − x)^(β − 1), mode (α − 1) / (α + β − 2)."""

    alpha: float
    beta: float

    def __post_init__(self) -> None:
        if not (1.0 <= self.alpha < np.inf and 1.0 <= self.beta < np.inf):
            raise PriorError(f"a beta prior needs alpha and beta of at least 1, not ({self.alpha}, {self.beta})")


@dataclass(frozen=True)
class ItemPriors:
    """The prior of each parameter, None being flat. Those of parameters that the model has not are not used.

    `discrimination` is for the slope a and `difficulty` for −d / a, or each −d_k / a, of items with one slope; slopes
    on several dimensions and those of nominal items may be negative and have no such prior. `intercept` is for every d.
    """

    discrimination: LogNormal | None = None
    difficulty: Normal | None = None
    guessing: Beta | None = None
    upper: Beta | None = None
    intercept: Normal | None = None

    def pull(self, structure: ItemStructure, parameters: FloatArray) -> Pull:
        """What the priors add at parameters (n_items, k)."""
        n_items, k = parameters.shape
        pull = Pull(np.zeros(n_items), np.zeros((n_items, k)), np.zeros((n_items, k, k)))
        slopes, intercepts = range(k)[structure.slopes], range(k)[structure.intercepts]
        has_one_slope = len(slopes) == 1
        if self.discrimination is not None and has_one_slope:
            _pull_slope(self.discrimination, parameters, slopes[0], structure.free, pull)
        if self.difficulty is not None and has_one_slope:
            for column in intercepts:
                _pull_difficulty(self.difficulty, parameters, (column, slopes[0]), structure.free, pull)
        if self.intercept is not None:
            for column in intercepts:
                _pull_intercept(self.intercept, parameters, column, structure.free, pull)
        for column, beta in zip(range(k)[structure.asymptotes], (self.guessing, self.upper), strict=False):
            if beta is not None:
                _pull_proportion(beta, parameters, column, structure.free, pull)
        return pull


DEFAULT_PRIORS = {
    "3pl": ItemPriors(discrimination=LogNormal(0.0, 0.5), guessing=Beta(5.0, 17.0)),
    "4pl": ItemPriors(discrimination=LogNormal(0.0, 0.5), guessing=Beta(5.0, 17.0), upper=Beta(17.0, 2.0)),
    "m3pl": ItemPriors(guessing=Beta(5.0, 17.0)),
}
"""Those of BILOG-MG for slope and guessing (Zimowski et al. 2003); the upper asymptote has its mode at 0.94."""


def _pull_slope(prior: LogNormal, parameters: FloatArray, column: int, free: BoolArray, pull: Pull) -> None:
    is_free = free[:, column]
    slope = np.where(is_free, np.maximum(parameters[:, column], 1e-100), 1.0)  # whose square has an inverse
    z = (np.log(slope) - prior.mean) / prior.sd**2
    density = np.where(parameters[:, column] > 0, -0.5 * (z * prior.sd) ** 2 - np.log(slope), -np.inf)
    pull.log_density[...] += np.where(is_free, density, 0.0)
    pull.gradient[:, column] -= np.where(is_free, (z + 1.0) / slope, 0.0)
    bend = np.maximum(1.0 / prior.sd**2 - z - 1.0, 0.0) / slope**2
    pull.information[:, column, column] += np.where(is_free, bend, 0.0)


def _pull_difficulty(
    prior: Normal, parameters: FloatArray, columns: tuple[int, int], free: BoolArray, pull: Pull
) -> None:
    """`columns` are those of the intercept and of the slope."""
    (own, slopes), is_free = columns, free[:, columns[0]]
    slope = parameters[:, slopes]
    difficulty = -parameters[:, own] / slope
    by_parameter = np.zeros_like(parameters)
    by_parameter[:, own] = np.where(is_free, -1.0 / slope, 0.0)
    by_parameter[:, slopes] = np.where(is_free & free[:, slopes], -difficulty / slope, 0.0)
    away = np.where(is_free, (difficulty - prior.mean) / prior.sd, 0.0)
    pull.log_density[...] -= 0.5 * away**2
    pull.gradient[...] -= (away / prior.sd)[:, None] * by_parameter
    pull.information[...] += by_parameter[:, :, None] * by_parameter[:, None, :] / prior.sd**2


def _pull_intercept(prior: Normal, parameters: FloatArray, column: int, free: BoolArray, pull: Pull) -> None:
    away = np.where(free[:, column], (parameters[:, column] - prior.mean) / prior.sd, 0.0)
    pull.log_density[...] -= 0.5 * away**2
    pull.gradient[:, column] -= away / prior.sd
    pull.information[:, column, column] += np.where(free[:, column], 1.0 / prior.sd**2, 0.0)


def _pull_proportion(prior: Beta, parameters: FloatArray, column: int, free: BoolArray, pull: Pull) -> None:
    proportion, rest = sigmoids(parameters[:, column])
    a, b = prior.alpha - 1.0, prior.beta - 1.0
    pull.log_density[...] += np.where(free[:, column], a * np.log(proportion) + b * np.log(rest), 0.0)
    pull.gradient[:, column] += np.where(free[:, column], a * rest - b * proportion, 0.0)
    pull.information[:, column, column] += np.where(free[:, column], (a + b) * proportion * rest, 0.0)
