"""How much two curves of one item differ.

With the expected scores E_R and E_F of the reference and the focal group at the same θ:

    signed area        ∫ (E_F − E_R) dθ,  unsigned area ∫ |E_F − E_R| dθ
    mean difference    Ē_F − Ē_R over the focal group's abilities, unsigned likewise
    standardised       (Ē_F − Ē_R) / √((s²(E_F) + s²(E_R)) / 2)

The areas are Raju's (1988, Psychometrika 53(4), 495-502), the means Meade's (2010, Journal of Applied Psychology 95(4),
728-743). The areas are taken from −6 to 6 (Kim & Cohen 1991, APM 15(3), 269-278): over the whole line they are infinite
as soon as guessing differs. Raju's signed area has the groups the other way round; here all signs say the same,
negative where the item is harder for the focal group. Meade averages over the estimated abilities of the focal persons,
this over their estimated distribution.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.models.bank import ItemBank
from irt_core.priors import Normal, Quadrature, normalised

_RANGE = Quadrature(-6.0, 6.0, 601)
_POPULATION = Quadrature(-6.0, 6.0, 121)  # in standard deviations of the focal group


class CurveEffects(NamedTuple):
    """The sizes for each item, shape (n_items,) each."""

    signed_area: FloatArray
    unsigned_area: FloatArray
    mean_difference: FloatArray
    unsigned_difference: FloatArray
    standardised_difference: FloatArray


def curve_effects(reference: ItemBank, focal: ItemBank, population: Normal) -> CurveEffects:
    """The sizes for the items of two banks on one scale; `population` is the focal group's distribution of ability."""
    away = _expected(focal, _RANGE.points) - _expected(reference, _RANGE.points)
    measure = _RANGE.step * _RANGE.weights
    theta = population.mean + population.sd * _POPULATION.points
    weights = normalised(-0.5 * _POPULATION.points**2, _POPULATION)
    theirs, ours = _expected(focal, theta), _expected(reference, theta)
    pooled = np.sqrt(0.5 * (_variance(theirs, weights) + _variance(ours, weights)))
    mean = weights @ (theirs - ours)
    return CurveEffects(
        signed_area=measure @ away,
        unsigned_area=measure @ np.abs(away),
        mean_difference=mean,
        unsigned_difference=weights @ np.abs(theirs - ours),
        standardised_difference=mean / pooled,
    )


def _expected(bank: ItemBank, theta: FloatArray) -> FloatArray:
    """The expected score of each item, shape (n_theta, n_items)."""
    probability = bank.probability(theta)
    expected: FloatArray = probability if probability.ndim == 2 else probability @ np.arange(probability.shape[2])
    return expected


def _variance(expected: FloatArray, weights: FloatArray) -> FloatArray:
    variance: FloatArray = weights @ (expected - weights @ expected) ** 2
    return variance
