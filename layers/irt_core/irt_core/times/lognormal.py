"""How long an answer takes: the lognormal model, with what follows from its parameters alone.

    log T_ij ~ Normal(β_j − τ_i, 1/α_j²)

(van der Linden 2006, Journal of Educational and Behavioral Statistics 31(2), 181-204.) β is the time intensity of an
item, in log seconds: an examinee of average speed has a median of exp(β) seconds. τ is the speed of an examinee, with
mean 0 and standard deviation σ in the population: one of speed τ takes exp(−τ) times as long as the average. α is the
time discrimination of an item: the larger, the less two answers at the same speed differ. With S ~ Normal(m, v) for
what is known of the speed,

    E T = exp(β − m + 1/(2α²) + v/2)            median = exp(β − m)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray, IntArray, parameter
from irt_core.errors import BankError, PriorError
from irt_core.priors import Normal


@dataclass(frozen=True, eq=False)
class TimeModel:
    """The times of a set of items: `intensity` β and `discrimination` α, (n_items,) each; `speed_sd` is σ."""

    intensity: FloatArray
    discrimination: FloatArray
    speed_sd: float

    @classmethod
    def of(cls, intensity: ArrayLike, discrimination: ArrayLike, speed_sd: float) -> Self:
        """The model with these parameters; one discrimination may serve all items. Raises BankError, PriorError."""
        beta = parameter("intensity", intensity)
        alpha = parameter("time discrimination", discrimination, beta.size)
        wrong = np.flatnonzero(alpha <= 0)
        if wrong.size:
            raise BankError(f"time discrimination of item {wrong[0]} is {alpha[wrong[0]]:g}, not above 0")
        if not 0.0 < speed_sd < float("inf"):
            raise PriorError(f"speed varies with a finite standard deviation above 0, not {speed_sd}")
        return cls(beta, alpha, float(speed_sd))

    @property
    def n_items(self) -> int:
        """How many items there are."""
        return int(self.intensity.size)

    @property
    def weights(self) -> FloatArray:
        """α², shape (n_items,): what an answer's time tells about speed."""
        return self.discrimination**2

    @property
    def speed_prior(self) -> Normal:
        """The distribution of speed in the population."""
        return Normal(0.0, self.speed_sd)

    def expected_seconds(
        self, items: ArrayLike | None = None, speed: ArrayLike = 0.0, speed_se: ArrayLike = 0.0
    ) -> FloatArray:
        """Mean seconds of each of `items` (all unless given) at a speed known up to `speed_se`.

        The shape is (n_items,) for one speed and (n_examinees, n_items) for many. Raises BankError.
        """
        chosen = self._indexes(items)
        spread = 0.5 / self.weights[chosen]
        shift = 0.5 * np.asarray(speed_se, dtype=np.float64) ** 2 - np.asarray(speed, dtype=np.float64)
        seconds: FloatArray = np.exp(shift[..., None] + self.intensity[chosen] + spread)
        return seconds

    def seconds_at(self, level: float, items: ArrayLike | None = None, speed: ArrayLike = 0.0) -> FloatArray:
        """The seconds that an answer stays below with probability `level`, shaped as in `expected_seconds`."""
        from statistics import NormalDist  # imports decimals and fractions, which no live session needs

        chosen = self._indexes(items)
        z = NormalDist().inv_cdf(level)
        logs = self.intensity[chosen] - np.asarray(speed, dtype=np.float64)[..., None]
        seconds: FloatArray = np.exp(logs + z / self.discrimination[chosen])
        return seconds

    def draw_seconds(self, speed: ArrayLike, rng: np.random.Generator, items: ArrayLike | None = None) -> FloatArray:
        """Random seconds of examinees with these speeds (n_examinees,) on `items`, shape (n_examinees, n_items)."""
        chosen = self._indexes(items)
        logs = self.intensity[chosen] - np.asarray(speed, dtype=np.float64)[:, None]
        seconds: FloatArray = np.exp(logs + rng.standard_normal(logs.shape) / self.discrimination[chosen])
        return seconds

    def subset(self, items: ArrayLike) -> TimeModel:
        """The model of the items that a mask or a list of indexes picks. Raises BankError."""
        chosen = self._indexes(items)
        return TimeModel.of(self.intensity[chosen], self.discrimination[chosen], self.speed_sd)

    def to_arrays(self) -> dict[str, Any]:
        """The model as plain JSON."""
        return {
            "intensity": self.intensity.tolist(),
            "discrimination": self.discrimination.tolist(),
            "speed_sd": self.speed_sd,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Self:
        """The model that `to_arrays` described. Raises BankError, PriorError."""
        missing = [name for name in ("intensity", "discrimination", "speed_sd") if name not in arrays]
        if missing:
            raise BankError(f"a time model has no {missing[0]}")
        return cls.of(arrays["intensity"], arrays["discrimination"], arrays["speed_sd"])

    def _indexes(self, items: ArrayLike | None) -> IntArray:
        if items is None:
            return np.arange(self.n_items)
        picked = np.asarray(items)
        if picked.dtype == np.bool_ and picked.shape == (self.n_items,):
            return np.flatnonzero(picked)
        is_list = picked.ndim == 1 and (np.issubdtype(picked.dtype, np.integer) or picked.size == 0)
        if not is_list or (picked.size and not (picked.min() >= 0 and picked.max() < self.n_items)):
            raise BankError(f"items are picked by {self.n_items} booleans or by indexes from 0 to {self.n_items - 1}")
        return picked.astype(np.int64)
