"""Whether somebody works faster and faster: a trend of speed over the test.

    log T_ij = β_j − (τ_i + δ_i x_ij) + e_ij,    x from −½ at the first answer to ½ at the last,

fitted by weighted least squares with the known variances 1/α_j²: δ is what speed gains from the first answer to the
last, its standard error is exact, and z = δ/SE is standard normal for somebody of constant speed, whatever the speed
(the linear case of Fox & Marianti 2016, Multivariate Behavioral Research 51(4), 540-553). A rise at the end of a timed
test is a sign of too little time, or of no effort.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray
from irt_core.errors import ResponseError
from irt_core.times.log_times import LogTimes
from irt_core.times.lognormal import TimeModel


@dataclass(frozen=True, eq=False)
class SpeedDrift:
    """What each person's speed gains over the test, (n_persons,) each; NaN for persons with fewer than two times."""

    gain: FloatArray
    se: FloatArray

    @property
    def z(self) -> FloatArray:
        """The gain by its standard error."""
        return self.gain / self.se


def speed_drift(model: TimeModel, seconds: ArrayLike, positions: ArrayLike | None = None) -> SpeedDrift:
    """The trend of speed of each person, from seconds (n_persons, n_items).

    `positions` says at which place each person met each item, of the same shape or (n_items,); the items' own order
    unless given. Raises ResponseError.
    """
    times = LogTimes.of(seconds, model.n_items)
    place = np.arange(model.n_items) if positions is None else np.asarray(positions, dtype=np.float64)
    if place.shape not in (times.values.shape, (model.n_items,)):
        raise ResponseError(f"positions must have the shape {times.values.shape}, not {place.shape}")
    x = _from_first_to_last(np.broadcast_to(place, times.values.shape), times)
    weighted, quickness = times.given * model.weights, -times.slowness(model.intensity)
    total = np.maximum(weighted.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    x = x - (weighted * x).sum(axis=1, keepdims=True) / total
    precision = (weighted * x**2).sum(axis=1)
    precision = np.where(times.given.sum(axis=1) >= 2, precision, np.nan)
    return SpeedDrift((weighted * x * quickness).sum(axis=1) / precision, 1.0 / np.sqrt(precision))


def _from_first_to_last(place: FloatArray, times: LogTimes) -> FloatArray:
    """Places as numbers from −½ for a person's first answer to ½ for the last; 0 where there is no time."""
    first = np.where(times.is_given, place, np.inf).min(axis=1, keepdims=True)
    last = np.where(times.is_given, place, -np.inf).max(axis=1, keepdims=True)
    width = np.where(last > first, last - first, 1.0)
    return np.where(times.is_given, (place - np.where(np.isfinite(first), first, 0.0)) / width - 0.5, 0.0)
