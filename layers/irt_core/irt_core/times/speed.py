"""How fast somebody works: the posterior of speed, which is normal, and closed.

With w_j = α_j² and the prior Normal(m₀, s₀²) the times of a set of items give

    precision  P = 1/s₀² + Σ w_j        mean  τ̂ = (m₀/s₀² + Σ w_j (β_j − log T_j)) / P        SE = 1/√P

(van der Linden 2006). An answer adds to two sums, so a live session carries nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, log, sqrt
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray
from irt_core.errors import StateError
from irt_core.priors import Normal
from irt_core.times.log_times import LogTimes
from irt_core.times.lognormal import TimeModel


@dataclass(frozen=True, eq=False)
class Speed:
    """Posterior mean and standard deviation of each person's speed, and how many times it rests on: (n_persons,)."""

    tau: FloatArray
    se: FloatArray
    n_times: FloatArray


def estimate_speed(model: TimeModel, seconds: ArrayLike, prior: Normal | None = None) -> Speed:
    """The speed of persons from their seconds (n_persons, n_items), NaN or −1 where there is none.

    `prior` is that of the model's population unless given. Raises ResponseError.
    """
    times = LogTimes.of(seconds, model.n_items)
    precision, mean = speed_posterior(model, times, prior or model.speed_prior)
    return Speed(mean, 1.0 / np.sqrt(precision), times.given.sum(axis=1))


def speed_posterior(model: TimeModel, times: LogTimes, prior: Normal) -> tuple[FloatArray, FloatArray]:
    """Precision and mean of each person's speed, (n_persons,) each."""
    precision = prior.precision + times.given @ model.weights
    quickness = -times.slowness(model.intensity) @ model.weights
    return precision, (prior.precision * prior.mean + quickness) / precision


@dataclass(frozen=True)
class SpeedState:
    """What the answers so far tell about one examinee's speed: an immutable value, moved on by one answer at a time."""

    precision: float
    weighted_quickness: float
    n_times: int = 0

    @classmethod
    def begin(cls, prior: Normal) -> Self:
        """Before the first answer."""
        return cls(prior.precision, prior.precision * prior.mean)

    @property
    def tau(self) -> float:
        """The speed to be expected: the mean of the posterior."""
        return self.weighted_quickness / self.precision

    @property
    def se(self) -> float:
        """The standard deviation of the posterior."""
        return 1.0 / sqrt(self.precision)

    def after(self, model: TimeModel, item: int, seconds: float) -> Self:
        """The state after an answer to `item` that took `seconds`. Raises StateError."""
        if not 0 <= item < model.n_items:
            raise StateError(f"the time model has the items 0 to {model.n_items - 1}, not {item}")
        if not 0.0 < seconds < float("inf"):
            raise StateError(f"an answer cannot take {seconds} seconds")
        weight = float(model.discrimination[item]) ** 2
        quickness = float(model.intensity[item]) - log(seconds)
        return type(self)(self.precision + weight, self.weighted_quickness + weight * quickness, self.n_times + 1)

    def to_dict(self) -> dict[str, Any]:
        """The state as plain JSON."""
        return {
            "precision": self.precision,
            "weighted_quickness": self.weighted_quickness,
            "n_times": self.n_times,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The state that `to_dict` described. Raises StateError."""
        try:
            state = cls(float(stored["precision"]), float(stored["weighted_quickness"]), int(stored["n_times"]))
        except (KeyError, TypeError, ValueError) as error:
            raise StateError(f"a stored speed is not as this version writes it: {error!r}") from error
        if not (isfinite(state.weighted_quickness) and 0.0 < state.precision < float("inf") and state.n_times >= 0):
            raise StateError("a stored speed has a finite mean and a precision above 0")
        return state
