"""`calibrate_times`: from seconds to a time model, by marginal maximum likelihood.

EM with the speeds as missing data. Both steps are closed: the posterior of a speed is Normal(m_i, v_i) (`marginal`),
and with o_ij = 1 where there is a time

    μ = mean of m_i        σ² = mean of (m_i − μ)² + v_i        β_j = Σ_i o_ij (log T_ij + m_i) / n_j − μ
    1/α_j² = Σ_i o_ij ((log T_ij + m_i − β_j − μ)² + v_i) / n_j

Letting the mean μ of speed go free within a step, and giving it to the intensities after it, takes out the slow
direction of plain EM (parameter expansion; Liu, Rubin & Wu 1998, Biometrika 85(4), 755-770).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray, IntArray
from irt_core.errors import CalibrationError
from irt_core.times.log_times import LogTimes
from irt_core.times.lognormal import TimeModel
from irt_core.times.marginal import TimePoint, TimePosterior, log_likelihood, observed_information

FEWEST_TIMES = 10
"""An item with fewer times than this is left out: its parameters would be anything."""

_MOST_STEPS = 2000
_TOLERANCE = 1e-8  # of β in log seconds, of log 1/α² and log σ²
_LEAST_VARIANCE = 1e-8


@dataclass(frozen=True, eq=False)
class TimeCalibration:
    """A time model with all that says how far to trust it.

    `items` are the columns of the caller's seconds that were calibrated, in the order of the model; `warnings` say why
    others were not. `log_likelihood` is the marginal one of the log seconds.
    """

    model: TimeModel
    items: IntArray
    log_likelihood: float
    converged: bool
    iterations: int
    warnings: tuple[str, ...]
    _point: TimePoint = field(repr=False)
    _times: LogTimes = field(repr=False)

    @property
    def n_parameters(self) -> int:
        """How many free parameters the model has."""
        return 2 * self.model.n_items + 1

    @property
    def aic(self) -> float:
        """Akaike's criterion, −2 log L + 2 p."""
        return -2.0 * self.log_likelihood + 2.0 * self.n_parameters

    @property
    def bic(self) -> float:
        """Schwarz's criterion, −2 log L + p log N."""
        return -2.0 * self.log_likelihood + self.n_parameters * float(np.log(len(self._times.values)))

    @cached_property
    def standard_errors(self) -> dict[str, FloatArray]:
        """Those of `intensity` and `discrimination`, (n_items,), and of `speed_sd`, (1,); NaN where not identified."""
        information = observed_information(self._point, self._times)
        try:
            np.linalg.cholesky(information)
            errors = np.sqrt(np.diagonal(np.linalg.inv(information)))
        except np.linalg.LinAlgError:
            errors = np.full(len(information), np.nan)
        n = self.model.n_items
        return {
            "intensity": errors[:n],
            "discrimination": self.model.discrimination * errors[n : 2 * n],
            "speed_sd": self.model.speed_sd * errors[2 * n :],
        }


def calibrate_times(seconds: ArrayLike, progress: Callable[[int, float], None] | None = None) -> TimeCalibration:
    """Estimate a time model from the seconds (n_persons, n_items) of answers, NaN or −1 where there is none.

    Missing times are missing at random. `progress` hears of every step and the largest change that it made. Raises
    ResponseError, CalibrationError.
    """
    times, items, warnings = _that_tell(LogTimes.of(seconds))
    origin = times.values.sum(axis=0) / times.given.sum(axis=0)
    centred = LogTimes(times.slowness(origin), times.given)  # for sums of squares of small numbers
    point, steps, change = _climb(centred, progress)
    model = TimeModel.of(origin + point.intensity, point.noise**-0.5, point.speed_variance**0.5)
    warnings += _doubts(point, change, items)
    return TimeCalibration(
        model, items, log_likelihood(point, centred), change < _TOLERANCE, steps, warnings, point, centred
    )


def _that_tell(times: LogTimes) -> tuple[LogTimes, IntArray, tuple[str, ...]]:
    """The items that have enough times, the persons who have any on them, and what was left out."""
    n_given = times.given.sum(axis=0)
    few = n_given < FEWEST_TIMES
    warnings = [
        f"item {item} has {n_given[item]:g} times, fewer than {FEWEST_TIMES}, and is left out"
        for item in np.flatnonzero(few)
    ]
    items = np.flatnonzero(~few)
    if items.size < 2:
        raise CalibrationError("; ".join(["a time model needs at least two items with times", *warnings]))
    persons = np.flatnonzero(times.given[:, items].any(axis=1))
    if persons.size < len(times.given):
        warnings.append(f"{len(times.given) - persons.size} persons without a time are left out")
    kept = np.ix_(persons, items)
    return LogTimes(times.values[kept], times.given[kept]), items, tuple(warnings)


def _climb(times: LogTimes, progress: Callable[[int, float], None] | None) -> tuple[TimePoint, int, float]:
    """The top of the likelihood, the steps it took and the change that the last one made."""
    n_given, squares = times.given.sum(axis=0), np.square(times.values).sum(axis=0)
    spread = np.maximum(squares / n_given, _LEAST_VARIANCE)
    point = TimePoint(np.zeros_like(spread), 0.75 * spread, 0.25 * float(spread.mean()))
    for step in range(1, _MOST_STEPS + 1):
        there = _step(point, times, n_given, squares)
        change = _distance(point, there)
        point = there
        if progress is not None:
            progress(step, change)
        if change < _TOLERANCE:
            break
    return point, step, change


def _step(point: TimePoint, times: LogTimes, n_given: FloatArray, squares: FloatArray) -> TimePoint:
    """One step of the expanded EM algorithm."""
    posterior = TimePosterior.at(point, times)
    mean, variance = posterior.mean, posterior.variance
    shift = float(mean.mean())
    intensity = (times.values.sum(axis=0) + mean @ times.given) / n_given
    about_zero = squares + 2.0 * (mean @ times.values) + (mean**2 + variance) @ times.given
    noise = about_zero / n_given - intensity**2
    speed_variance = float(np.mean((mean - shift) ** 2 + variance))
    return TimePoint(intensity - shift, np.maximum(noise, _LEAST_VARIANCE), max(speed_variance, _LEAST_VARIANCE))


def _distance(here: TimePoint, there: TimePoint) -> float:
    """The largest change of a parameter."""
    return max(
        float(np.abs(there.intensity - here.intensity).max()),
        float(np.abs(np.log(there.noise / here.noise)).max()),
        abs(float(np.log(there.speed_variance / here.speed_variance))),
    )


def _doubts(point: TimePoint, change: float, items: IntArray) -> tuple[str, ...]:
    """What a reader must know before using the parameters."""
    doubts = [] if change < _TOLERANCE else ["the likelihood could not be climbed to its top"]
    exact = items[point.noise <= 1e-4]
    doubts += [f"the times of item {item} all but follow from speed: its discrimination has no end" for item in exact]
    if point.speed_variance <= 1e-4:
        doubts.append("persons do not differ in speed")
    return tuple(doubts)
