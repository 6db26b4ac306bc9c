"""Linking by moments of the anchors' parameters.

    mean–mean    A = ā_source / ā_target,   B = b̄_target − A b̄_source      (Loyd & Hoover 1980, JEM 17(3), 179-193)
    mean–sigma   A = s(b_target) / s(b_source), B likewise                    (Marco 1977, JEM 14(2), 139-160)

The b are the difficulties of dichotomous items and all the thresholds of graded and partial credit items (Cohen & Kim
1998, Applied Psychological Measurement 22(2), 116-130). JEM is the Journal of Educational Measurement.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.errors import LinkingError
from irt_core.linking.item_curves import ItemCurves, Summary


class Constants(NamedTuple):
    """θ_target = slope θ_source + shift, and the derivatives of both constants by the anchors' parameters."""

    slope: float
    shift: float
    by_source: FloatArray
    """(2, n_anchors, m)"""
    by_target: FloatArray
    """(2, n_anchors, m)"""


def mean_mean(source: ItemCurves, target: ItemCurves) -> Constants:
    """From the means of discriminations and locations."""
    theirs, ours = source.discriminations, target.discriminations
    slope = float(theirs.values.mean() / ours.values.mean())
    slope_by_source = _spread(source, theirs, np.full(theirs.values.size, slope / theirs.values.sum()))
    slope_by_target = _spread(target, ours, np.full(ours.values.size, -slope / ours.values.sum()))
    return _with_shift(source, target, slope, slope_by_source, slope_by_target)


def mean_sigma(source: ItemCurves, target: ItemCurves) -> Constants:
    """From the means and standard deviations of locations. Raises LinkingError when those of either bank are equal."""
    theirs, ours = source.locations, target.locations
    spread, our_spread = float(theirs.values.std()), float(ours.values.std())
    if min(spread, our_spread) < 1e-10:
        raise LinkingError("mean-sigma needs anchors at different places of the scale")
    slope = our_spread / spread
    away, our_away = theirs.values - theirs.values.mean(), ours.values - ours.values.mean()
    slope_by_source = _spread(source, theirs, -slope * away / (away.size * spread**2))
    slope_by_target = _spread(target, ours, slope * our_away / (our_away.size * our_spread**2))
    return _with_shift(source, target, slope, slope_by_source, slope_by_target)


def _with_shift(
    source: ItemCurves, target: ItemCurves, slope: float, slope_by_source: FloatArray, slope_by_target: FloatArray
) -> Constants:
    """Add the shift that makes the mean locations meet."""
    theirs, ours = source.locations, target.locations
    mean, our_mean = float(theirs.values.mean()), float(ours.values.mean())
    by_source = (
        _spread(source, theirs, np.full(theirs.values.size, -slope / theirs.values.size)) - mean * slope_by_source
    )
    by_target = _spread(target, ours, np.full(ours.values.size, 1.0 / ours.values.size)) - mean * slope_by_target
    return Constants(
        slope, our_mean - slope * mean, np.stack([slope_by_source, by_source]), np.stack([slope_by_target, by_target])
    )


def _spread(curves: ItemCurves, summary: Summary, by_number: FloatArray) -> FloatArray:
    """Derivatives by the parameters (n_anchors, m), from those by the summary's numbers (n,)."""
    by_value = np.zeros(curves.values.shape)
    np.add.at(by_value, summary.items, by_number[:, None] * summary.by_value)
    return by_value
