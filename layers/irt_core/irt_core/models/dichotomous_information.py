"""The information of items scored 0 or 1, written for speed: no quantity of an adaptive test is asked for as often.

With E = exp(−a (θ − b)) and every term positive, so that nothing cancels:

    P = (c E + d) / (1 + E)        Q = ((1 − c) E + (1 − d)) / (1 + E)        P' = a (d − c) E / (1 + E)²

    I = P'² / (P Q) = (a (d − c))² · E / ((c E + d) (1 + E)) · E / (((1 − c) E + (1 − d)) (1 + E))

and for c = 0 and d = 1 it is a² E / (1 + E)².
"""

from __future__ import annotations

import numpy as np

from irt_core.arrays import FloatArray, IntArray, frozen

_LARGEST_EXPONENT = 300.0  # the square of e^300 is finite; the information beyond is below e^-300
_CELLS_AT_ONCE = 8192  # examinees times items: their working arrays stay in the processor's cache


class InformationCurves:
    """What information needs of each item, in one array (7, n_items): a, b, (a (d − c))², c, 1 − c, d, 1 − d."""

    def __init__(self, a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> None:
        height = (a * (d - c)) ** 2
        self._is_logistic = bool((c == 0).all() and (d == 1).all())
        rows = [a, b, height] if self._is_logistic else [a, b, height, c, 1.0 - c, d, 1.0 - d]
        self._packed = frozen(rows)
        self._reach = _LARGEST_EXPONENT / float(a.max()) - float(np.abs(b).max())

    def at(self, theta: FloatArray, items: IntArray) -> FloatArray:
        """Information of item `items[k]` at `theta[k]`; the two broadcast against each other."""
        packed = self._packed.take(items, axis=1)
        if theta.ndim > items.ndim:
            packed = packed.reshape(len(packed), *(1,) * (theta.ndim - items.ndim), *items.shape)
        return self._information(packed, theta)

    def of_all(self, theta: FloatArray) -> FloatArray:
        """Information of every item, shape (n_theta, n_items), at θ of the shape (n_theta, 1)."""
        n_items = self._packed.shape[1]
        information = np.empty((theta.size, n_items))
        n_thetas = max(1, _CELLS_AT_ONCE // n_items)
        for first in range(0, theta.size, n_thetas):
            for start in range(0, n_items, _CELLS_AT_ONCE):
                here, some = slice(first, first + n_thetas), slice(start, start + _CELLS_AT_ONCE)
                information[here, some] = self._information(self._packed[:, None, some], theta[here])
        return information

    def _information(self, packed: FloatArray, theta: FloatArray) -> FloatArray:
        exponential: FloatArray = packed[1] - theta
        exponential *= packed[0]
        if theta.ndim or not abs(theta) < self._reach:  # one θ is soon seen to be near enough to every item
            np.maximum(exponential, -_LARGEST_EXPONENT, out=exponential)
            np.minimum(exponential, _LARGEST_EXPONENT, out=exponential)
        np.exp(exponential, out=exponential)
        both = 1.0 + exponential
        if self._is_logistic:
            exponential /= both
            exponential /= both
            exponential *= packed[2]
            return exponential
        right_and_wrong = packed[3:5] * exponential
        right_and_wrong += packed[5:7]
        right_and_wrong *= both
        np.divide(exponential, right_and_wrong, out=right_and_wrong)
        information: FloatArray = right_and_wrong[0]
        information *= right_and_wrong[1]
        information *= packed[2]
        return information
