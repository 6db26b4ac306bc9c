"""How far the anchors have moved apart.

Robust z (Huynh & Meyer 2010, Practical Assessment, Research & Evaluation 15(2)) puts the differences of all anchors in
units that outliers cannot stretch, z = (d − median) / (0.74 × interquartile range): first the differences of the log
discriminations; then, with the slope that the anchors without outliers give, the differences of the locations.

D² is the weighted mean squared difference of the expected scores, its root the WRMSD (Wells, Hambleton, Kirkpatrick &
Meng 2014, Applied Measurement in Education 27(3), 214-231), here in parts of the highest score so that all items
compare.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irt_core.arrays import BoolArray, FloatArray
from irt_core.linking.item_curves import ItemCurves
from irt_core.priors import Normal, Quadrature, normalised

_GRID = Quadrature(-6.0, 6.0, 121)  # in standard deviations of ability
_QUARTILES_OF_NORMAL = 0.74  # of the interquartile range of a normal distribution is its standard deviation
_NO_DIFFERENCE = 1e-9


class RobustZ(NamedTuple):
    """z of each anchor, shape (n_anchors,): how much it has become sharper, and how much harder."""

    discrimination: FloatArray
    location: FloatArray

    def is_beyond(self, limit: float) -> BoolArray:
        """Whether either is beyond ± limit."""
        beyond: BoolArray = np.maximum(np.abs(self.discrimination), np.abs(self.location)) > limit
        return beyond


class CurveDifferences(NamedTuple):
    """Of the expected scores of anchors on one scale, in parts of the highest score, shape (n_anchors,) each."""

    wrmsd: FloatArray
    """√D²"""
    signed: FloatArray
    """The mean of the second less the first: positive where the item has become easier."""


def robust_z(source: ItemCurves, target: ItemCurves, limit: float) -> RobustZ:
    """z of the anchors; those beyond `limit` in discrimination do not count for the slope."""
    theirs, ours = source.bank, target.bank
    change = np.log(ours.discriminations) - np.log(theirs.discriminations)
    sharper = _z(change)
    steady = np.abs(sharper) <= limit
    slope = float(np.exp(-change[steady].mean()))
    return RobustZ(sharper, _z(ours.locations - slope * theirs.locations))


def curve_differences(first: ItemCurves, second: ItemCurves, population: Normal) -> CurveDifferences:
    """How different the curves of the same items are, weighted by the distribution of ability on their common scale."""
    theta = population.mean + population.sd * _GRID.points
    weights = normalised(-0.5 * _GRID.points**2, _GRID)
    top = first.bank.category_counts - 1
    scores = np.arange(top.max() + 1)
    away = (second.probability(theta) - first.probability(theta)) @ scores / top
    return CurveDifferences(np.sqrt(weights @ away**2), weights @ away)


def _z(differences: FloatArray) -> FloatArray:
    """Robust z; 0 where nothing differs, ∞ for what differs while half of the anchors do not."""
    away = differences - np.median(differences)
    away[np.abs(away) < _NO_DIFFERENCE] = 0.0
    low, high = np.quantile(differences, [0.25, 0.75])
    spread = _QUARTILES_OF_NORMAL * (high - low)
    if spread < _NO_DIFFERENCE:
        return np.where(away == 0.0, 0.0, np.copysign(np.inf, away))
    z: FloatArray = away / spread
    return z
