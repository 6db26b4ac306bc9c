"""Who tried: rapid guesses by thresholds in seconds, and the share of answers that were none.

An answer faster than its item's threshold shows no solution behaviour: nobody can have read the item. The share of a
person's answers that do show it is the response time effort (Wise & Kong 2005, Applied Measurement in Education 18(2),
163-183). The normative threshold is a part of the item's mean time, 10 % as a rule, and at most 10 seconds (Wise & Ma
2012, annual meeting of the National Council on Measurement in Education).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import BoolArray, FloatArray, parameter
from irt_core.errors import ResponseError
from irt_core.times.log_times import LogTimes
from irt_core.times.lognormal import TimeModel


def normative_thresholds(model: TimeModel, fraction: float = 0.10, ceiling: float = 10.0) -> FloatArray:
    """The threshold of each item in seconds, (n_items,): a fraction of its mean time in the population, bounded.

    Raises ResponseError.
    """
    if not (0.0 < fraction < 1.0 and ceiling > 0.0):
        raise ResponseError("a threshold is a fraction between 0 and 1 of the mean time, and at most some seconds")
    return np.minimum(fraction * model.expected_seconds(speed_se=model.speed_sd), ceiling)


def rapid_guesses(seconds: ArrayLike, thresholds: ArrayLike) -> BoolArray:
    """Which answers were faster than their item's threshold, (n_persons, n_items). Raises ResponseError, BankError."""
    limits = parameter("threshold", thresholds)
    times = LogTimes.of(seconds, limits.size)
    if not (limits > 0).all():
        raise ResponseError("thresholds are seconds above 0")
    is_rapid: BoolArray = times.is_given & (times.values < np.log(limits))
    return is_rapid


def response_time_effort(seconds: ArrayLike, thresholds: ArrayLike) -> FloatArray:
    """The share of each person's answers that were no rapid guess, (n_persons,); NaN for one without any.

    Raises ResponseError, BankError.
    """
    is_rapid = rapid_guesses(seconds, thresholds)
    n_given = LogTimes.of(seconds).given.sum(axis=1)
    with_effort = n_given - is_rapid.sum(axis=1)
    effort: FloatArray = np.divide(with_effort, n_given, out=np.full(n_given.shape, np.nan), where=n_given > 0)
    return effort
