"""Prior distributions of item parameters: what keeps a 3PL from running away where the data say little.

A prior is on the parameter that people read (a, b, c, d). Its density is maximised together with the likelihood as it
stands, without a Jacobian, so that the estimate does not depend on how the engine writes the parameter inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.calibration.curves import GUESSING, INTERCEPT, SLOPE, UPPER, sigmoid
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
    """The prior of each parameter, None being flat. Those of parameters that the model has not are not used."""

    discrimination: LogNormal | None = None
    difficulty: Normal | None = None
    guessing: Beta | None = None
    upper: Beta | None = None

    def pull(self, parameters: FloatArray) -> Pull:
        """What the priors add at parameters (n_items, k)."""
        n_items, k = parameters.shape
        pull = Pull(np.zeros(n_items), np.zeros((n_items, k)), np.zeros((n_items, k, k)))
        if self.discrimination is not None and k > SLOPE:
            _pull_slopes(self.discrimination, parameters, pull)
        if self.difficulty is not None:
            _pull_difficulties(self.difficulty, parameters, pull)
        for column, beta in ((GUESSING, self.guessing), (UPPER, self.upper)):
            if beta is not None and k > column:
                _pull_proportions(beta, parameters[:, column], column, pull)
        return pull


DEFAULT_PRIORS = {
    "3pl": ItemPriors(discrimination=LogNormal(0.0, 0.5), guessing=Beta(5.0, 17.0)),
    "4pl": ItemPriors(discrimination=LogNormal(0.0, 0.5), guessing=Beta(5.0, 17.0), upper=Beta(17.0, 2.0)),
}
"""Those of BILOG-MG for slope and guessing (Zimowski et al. 2003); the upper asymptote has its mode at 0.94."""


def _pull_slopes(prior: LogNormal, parameters: FloatArray, pull: Pull) -> None:
    slope = np.maximum(parameters[:, SLOPE], np.finfo(float).tiny)
    z = (np.log(slope) - prior.mean) / prior.sd**2
    pull.log_density[...] += np.where(parameters[:, SLOPE] > 0, -0.5 * (z * prior.sd) ** 2 - np.log(slope), -np.inf)
    pull.gradient[:, SLOPE] -= (z + 1.0) / slope
    pull.information[:, SLOPE, SLOPE] += np.maximum(1.0 / prior.sd**2 - z - 1.0, 0.0) / slope**2


def _pull_difficulties(prior: Normal, parameters: FloatArray, pull: Pull) -> None:
    slope = parameters[:, SLOPE] if parameters.shape[1] > SLOPE else np.ones(len(parameters))
    difficulty = -parameters[:, INTERCEPT] / slope
    by_parameter = np.zeros_like(parameters)
    by_parameter[:, INTERCEPT] = -1.0 / slope
    if parameters.shape[1] > SLOPE:
        by_parameter[:, SLOPE] = -difficulty / slope
    away = (difficulty - prior.mean) / prior.sd
    pull.log_density[...] -= 0.5 * away**2
    pull.gradient[...] -= (away / prior.sd)[:, None] * by_parameter
    pull.information[...] += by_parameter[:, :, None] * by_parameter[:, None, :] / prior.sd**2


def _pull_proportions(prior: Beta, logits: FloatArray, column: int, pull: Pull) -> None:
    proportion, rest = sigmoid(logits), sigmoid(-logits)
    a, b = prior.alpha - 1.0, prior.beta - 1.0
    pull.log_density[...] += a * np.log(proportion) + b * np.log(rest)
    pull.gradient[:, column] += a * rest - b * proportion
    pull.information[:, column, column] += (a + b) * proportion * rest
