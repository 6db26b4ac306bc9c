"""Times that the model does not expect: of single answers, and of whole persons.

*An answer* is judged by what the person's other answers predict for it (van der Linden & Guo 2008, Psychometrika 73(3),
365-384). With the posterior Normal(m, v) of speed from the others,

    z_ij = (log T_ij − β_j + m) / √(1/α_j² + v),

which is standard normal under the model, exactly, for any number of answers: a flag at z beyond its normal quantile has
the error rate that it says.

*A person* is judged by how far the times scatter around one speed,

    l_t = Σ_j α_j² (log T_ij − β_j + τ̂_i)²,    τ̂ the weighted mean of β_j − log T_ij,

which has a chi-square distribution with n_i − 1 degrees of freedom, exactly, whatever the speed (the statistic of
Marianti, Fox, Avetisyan, Veldkamp & Tijmstra 2014, Journal of Educational and Behavioral Statistics 39(6), 426-451,
given the maximum-likelihood speed; one degree goes to the estimate). Both hold for known item parameters; thousands of
persons in the calibration are as good.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import BoolArray, FloatArray
from irt_core.errors import ResponseError
from irt_core.priors import Normal
from irt_core.times.log_times import LogTimes
from irt_core.times.lognormal import TimeModel
from irt_core.times.speed import speed_posterior


@dataclass(frozen=True, eq=False)
class TimeFit:
    """How well each person's times fit one speed, (n_persons,) each; NaN for persons with fewer than two times.

    `chi_square` is l_t with its degrees of freedom `df`; `p` is the probability of one as large or larger.
    `standardised` is (l_t − df) / √(2 df): negative for times that are too regular to be true.
    """

    chi_square: FloatArray
    df: FloatArray
    p: FloatArray
    standardised: FloatArray


@dataclass(frozen=True, eq=False)
class TimeFlags:
    """What does not look right: answers (n_persons, n_items), and persons (n_persons,).

    `residual` is NaN where there is no time.
    """

    residual: FloatArray
    too_fast: BoolArray
    too_slow: BoolArray
    person_fit: TimeFit
    aberrant: BoolArray


def time_residuals(model: TimeModel, seconds: ArrayLike, prior: Normal | None = None) -> FloatArray:
    """z of each answer given the person's other answers, (n_persons, n_items); NaN where there is no time.

    `prior` of speed is that of the model's population unless given. Raises ResponseError.
    """
    times = LogTimes.of(seconds, model.n_items)
    precision, mean = speed_posterior(model, times, prior or model.speed_prior)
    slowness = times.slowness(model.intensity)
    precision_without = precision[:, None] - times.given * model.weights
    mean_without = (precision * mean)[:, None] + slowness * model.weights
    mean_without /= precision_without
    z = (slowness + mean_without) / np.sqrt(1.0 / model.weights + 1.0 / precision_without)
    return np.where(times.is_given, z, np.nan)


def time_fit(model: TimeModel, seconds: ArrayLike) -> TimeFit:
    """Whether each person's times scatter around one speed as the model says. Raises ResponseError."""
    from scipy.special import chdtrc

    times = LogTimes.of(seconds, model.n_items)
    weighted, slowness = times.given * model.weights, times.slowness(model.intensity)
    total = weighted.sum(axis=1)
    mean = np.divide((weighted * slowness).sum(axis=1), total, out=np.zeros_like(total), where=total > 0)
    chi_square = (weighted * (slowness - mean[:, None]) ** 2).sum(axis=1)
    df = times.given.sum(axis=1) - 1.0
    chi_square, df = (np.where(df >= 1.0, values, np.nan) for values in (chi_square, df))
    return TimeFit(chi_square, df, chdtrc(df, chi_square), (chi_square - df) / np.sqrt(2.0 * df))


def flag_times(
    model: TimeModel, seconds: ArrayLike, answer_level: float = 0.001, person_level: float = 0.01
) -> TimeFlags:
    """Flag answers that are too fast or too slow, and persons whose times do not fit one speed.

    Under the model each of the two flags of an answer goes up with probability `answer_level`, that of a person with
    probability `person_level`. Raises ResponseError.
    """
    from statistics import NormalDist

    if not (0.0 < answer_level < 0.5 and 0.0 < person_level < 0.5):
        raise ResponseError("an error rate is between 0 and 0.5")
    z = time_residuals(model, seconds)
    limit = NormalDist().inv_cdf(1.0 - answer_level)
    fit = time_fit(model, seconds)
    return TimeFlags(z, z < -limit, z > limit, fit, fit.p < person_level)
