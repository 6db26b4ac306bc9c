"""Observed-score equating: scores are worth the same that the same part of a population reaches.

The distribution of the sum score on each form follows from the items and the distribution of ability: that given θ by
the recursion of Lord & Wingersky (1984), then averaged over the population. Made continuous, the two are matched by
their percentiles,

    e_Y(x) = G_Y⁻¹(G_X(x)),

the equipercentile function (Kolen & Brennan 2014, *Test Equating, Scaling, and Linking*, sect. 6.6). The population may
be a mixture of several: the synthetic population of a design with nonequivalent groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.errors import LinkingError
from irt_core.estimation.sum_scores import sum_score_likelihood
from irt_core.linking.concordance import Concordance
from irt_core.linking.continuous_scores import continuous
from irt_core.linking.true_scores import top_score
from irt_core.models.bank import ItemBank
from irt_core.priors import Normal, Quadrature, normalised

_REACH = 6.0  # standard deviations of ability that the population reaches to either side
_COARSEST_STEP = 0.1  # standard deviations


def observed_score_equating(
    form_x: ItemBank,
    form_y: ItemBank,
    populations: Sequence[Normal] = (Normal(),),
    weights: Sequence[float] | None = None,
    continuisation: Literal["uniform", "gaussian"] = "uniform",
) -> Concordance:
    """The equivalents on form Y of all scores on form X in a mixture of `populations`, of equal `weights` unless given.

    The banks and the populations are on one scale. Raises LinkingError.
    """
    of_x = score_distribution(form_x, populations, weights)
    of_y = score_distribution(form_y, populations, weights)
    here, there = continuous(of_x, continuisation), continuous(of_y, continuisation)
    score = np.arange(of_x.size, dtype=np.float64)
    equivalent = there.at(here.below(score), here.above(score))
    unknown = np.full(of_x.size, np.nan)
    top_scores = top_score(form_x), top_score(form_y)
    return Concordance(
        np.arange(of_x.size), equivalent, unknown, of_x, top_scores, f"observed scores, {continuisation}"
    )


def score_distribution(
    form: ItemBank, populations: Sequence[Normal] = (Normal(),), weights: Sequence[float] | None = None
) -> FloatArray:
    """P(sum score = 0, 1, …) in a mixture of normal populations, shape (n_scores,). Raises LinkingError."""
    if form.kind == "multidimensional":
        raise LinkingError("a form of several abilities has no one scale")
    parts = np.full(len(populations), 1.0) if weights is None else np.asarray(weights, dtype=np.float64)
    if not len(populations) or parts.shape != (len(populations),) or not (parts >= 0).all() or not parts.sum() > 0:
        raise LinkingError(f"{len(populations)} populations need as many weights, none of them below 0")
    low = min(each.mean - _REACH * each.sd for each in populations)
    high = max(each.mean + _REACH * each.sd for each in populations)
    coarse = np.linspace(low, high, 121)
    sharpest = 1.0 / np.sqrt(max(float(form.information(coarse).sum(axis=1).max()), 1e-12))
    step = min(sharpest, _COARSEST_STEP * min(each.sd for each in populations))
    quadrature = Quadrature.resolving(step, low, high)
    mixture = sum(
        part * normalised(each.log_density(quadrature.points), quadrature)
        for part, each in zip(parts / parts.sum(), populations, strict=True)
    )
    distribution: FloatArray = sum_score_likelihood(form, np.ones(form.n_items, dtype=bool), quadrature) @ mixture
    return distribution
