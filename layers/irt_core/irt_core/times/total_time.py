"""How long a whole test takes, and whether its time limit weighs alike on everybody.

Given the speed the times of the answers are independent and lognormal with means μ_j = exp(β_j − τ + 1/(2α_j²)) and
variances μ_j² (exp(1/α_j²) − 1), so the total has

    mean  M = Σ μ_j        variance  V = Σ μ_j² (exp(1/α_j²) − 1)

and where speed is known up to Normal(m, v), M and √(M² + V) are those at τ = 0 times exp(−m + v/2) and exp(−m + v). The
total is taken as lognormal with these moments (Fenton 1960, IRE Transactions on Communications Systems 8(1), 57-67).

An adaptive test gives abler examinees more difficult items, which often take more time: the same limit is then harder
on them than on others (differential speededness; van der Linden, Scrams & Schnipke 1999, Applied Psychological
Measurement 23(3), 195-210; van der Linden 2017, Journal of Educational Measurement 54(1), 1-20). The load of a test is
its mean time at average speed: it compares the tests that examinees got, not the examinees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.errors import ResponseError
from irt_core.times.lognormal import TimeModel


@dataclass(frozen=True, eq=False)
class TotalTime:
    """Mean and standard deviation of the seconds of whole tests, (n_examinees,) each."""

    mean: FloatArray
    sd: FloatArray

    def seconds_at(self, level: float) -> FloatArray:
        """The seconds that a test stays below with probability `level`, (n_examinees,)."""
        from scipy.special import ndtri

        location, scale = self._logs()
        seconds: FloatArray = np.exp(location + scale * ndtri(level))
        return seconds

    def out_of_time(self, limit_seconds: float) -> FloatArray:
        """The probability that the test takes longer than the limit, (n_examinees,)."""
        from scipy.special import ndtr

        location, scale = self._logs()
        risk: FloatArray = ndtr((location - np.log(limit_seconds)) / scale)
        return risk

    def _logs(self) -> tuple[FloatArray, FloatArray]:
        variance = np.log1p((self.sd / self.mean) ** 2)
        return np.log(self.mean) - 0.5 * variance, np.sqrt(variance)


def total_time(model: TimeModel, items: ArrayLike, speed: ArrayLike = 0.0, speed_se: ArrayLike = 0.0) -> TotalTime:
    """The time of tests made of `items` (n_examinees, n_given), −1 where a test is shorter, at a speed each.

    One test (n_given,) gives one row. Raises ResponseError.
    """
    given, chosen = _places(model, items)
    weights = model.weights[chosen]
    means = given * np.exp(model.intensity[chosen] + 0.5 / weights)
    mean, variance = means.sum(axis=1), (means**2 * np.expm1(1.0 / weights)).sum(axis=1)
    m, v = np.asarray(speed, dtype=np.float64), np.asarray(speed_se, dtype=np.float64) ** 2
    total = mean * np.exp(0.5 * v - m)
    second = (mean**2 + variance) * np.exp(2.0 * (v - m))
    return TotalTime(total, np.sqrt(np.maximum(second - total**2, 0.0)))


@dataclass(frozen=True, eq=False)
class Speededness:
    """What a time limit means to classes of examinees, (n_classes,) each.

    `load` is the mean load of their tests in seconds, `out_of_time` the mean probability of an examinee of speed drawn
    from the population to need longer than the limit.
    """

    classes: NDArray[np.generic]
    n: IntArray
    load: FloatArray
    out_of_time: FloatArray

    @property
    def spread(self) -> float:
        """The largest difference of `out_of_time` between two classes: 0 where the limit weighs alike on all."""
        return float(np.ptp(self.out_of_time))


def differential_speededness(
    model: TimeModel, items: ArrayLike, classes: ArrayLike, limit_seconds: float
) -> Speededness:
    """Compare the tests (n_examinees, n_given) of classes of examinees, say of rounded ability, under a time limit.

    `items` ends in −1 where a test is shorter, as in a simulation's result. Raises ResponseError.
    """
    labels = np.asarray(classes)
    given, _ = _places(model, items)
    if labels.shape != (len(given),):
        raise ResponseError(f"classes must have the shape ({len(given)},), not {labels.shape}")
    if not limit_seconds > 0.0:
        raise ResponseError("a time limit is above 0 seconds")
    load = total_time(model, items).mean
    risk = total_time(model, items, speed_se=model.speed_sd).out_of_time(limit_seconds)
    names, class_of, n = np.unique(labels, return_inverse=True, return_counts=True)
    means = [np.bincount(class_of, weights=values, minlength=names.size) / n for values in (load, risk)]
    return Speededness(names, n, means[0], means[1])


def _places(model: TimeModel, items: ArrayLike) -> tuple[BoolArray, IntArray]:
    """Which places hold an item, and the item, 0 where there is none; (n_examinees, n_given) each."""
    chosen = np.atleast_2d(np.asarray(items))
    is_whole = chosen.ndim == 2 and chosen.size > 0 and np.issubdtype(chosen.dtype, np.integer)
    if not is_whole or chosen.min() < -1 or chosen.max() >= model.n_items:
        raise ResponseError(f"tests are items from 0 to {model.n_items - 1}, and -1 where one is shorter")
    given = chosen >= 0
    if not given.any(axis=1).all():
        raise ResponseError("a test has at least one item")
    return given, np.where(given, chosen, 0)
