"""Where smooth curves peak that are known on a grid: by the polynomial through the points around the highest one."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from irt_core.arrays import FloatArray, IntArray, frozen
from irt_core.priors import Quadrature

HALF_WIDTH = 3
"""The polynomial runs through the point in its middle and so many on either side."""

_NEWTON_STEPS = 3


class Peaks(NamedTuple):
    """For each curve its highest grid point, where it peaks, and minus its second derivative there, (n_curves,)."""

    best: IntArray
    theta: FloatArray
    bend: FloatArray


def peaks_of(heights: FloatArray, quadrature: Quadrature) -> Peaks:
    """The peaks of curves with `heights` (n_points, n_curves) on a grid of at least seven points.

    A peak is no more than a step from the highest point. Where the polynomial does not bend down, the bend is 1.
    """
    best = heights.argmax(axis=0)
    middle = np.clip(best, HALF_WIDTH, quadrature.n_points - 1 - HALF_WIDTH)
    around = heights[middle + np.arange(-HALF_WIDTH, HALF_WIDTH + 1)[:, None], np.arange(best.size)]
    slope, bend = (coefficients @ around for coefficients in _derivatives())
    at_best = (best - middle).astype(np.float64)
    place = at_best
    for _ in range(_NEWTON_STEPS):
        curvature = _value(bend, place)
        is_peaked = curvature < 0
        shift = -_value(slope, place) / np.where(is_peaked, curvature, -np.inf)
        place = np.clip(place + shift, at_best - 1.0, at_best + 1.0)
    curvature = _value(bend, place) / quadrature.step**2
    theta = quadrature.points[best] + (place - at_best) * quadrature.step
    return Peaks(best, theta, np.where(curvature < 0, -curvature, 1.0))


def _value(coefficients: FloatArray, place: FloatArray) -> FloatArray:
    """Polynomials with coefficients (n_powers, n_curves), from the lowest power, at a place each."""
    value: FloatArray = coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        value = value * place + coefficient
    return value


@lru_cache(maxsize=1)
def _derivatives() -> tuple[FloatArray, FloatArray]:
    """Matrices that turn the heights at −3 … 3 into the coefficients of the polynomial's two derivatives."""
    places = np.arange(-HALF_WIDTH, HALF_WIDTH + 1, dtype=np.float64)
    powers = np.linalg.inv(np.vander(places, increasing=True))
    first = powers[1:] * np.arange(1, places.size)[:, None]
    second = first[1:] * np.arange(1, places.size - 1)[:, None]
    return frozen(first), frozen(second)
