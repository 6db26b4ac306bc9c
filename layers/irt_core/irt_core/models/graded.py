"""Graded items: the model of Samejima (1969, Psychometrika Monograph 17), in its logistic form.

With thresholds b_1 < … < b_{K−1}, z_k = a (θ − b_k), S_k = σ(z_k) = P(X ≥ k), S_0 = 1, S_K = 0 and R_k = 1 − S_k:

    P_c       = S_c − S_{c+1} = S_c R_{c+1} (1 − exp(−a (b_{c+1} − b_c)))
    P'_c/P_c  = a (R_c − S_{c+1})
    P''_c/P_c = (P'_c/P_c)² − a² (S_c R_c + S_{c+1} R_{c+1})

The product form of P_c has no difference of nearly equal numbers: its last factor does not depend on θ, and the
logarithms of the others are those of logistic functions, exact however far θ is from the item.
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, NamedTuple

import numpy as np

from irt_core.arrays import FloatArray, IntArray, frozen
from irt_core.models.category_rows import refuse_items
from irt_core.models.polytomous import CategoryCurves
from irt_core.models.thresholds import ThresholdBank

_LARGEST_EXPONENT = 500.0  # e^500 and its inverse are both finite; no probability that matters is smaller


class GradedBank(ThresholdBank):
    """Graded items: thresholds that rise."""

    kind: ClassVar[str] = "graded"

    @classmethod
    def _check_thresholds(cls, thresholds: FloatArray) -> None:
        refuse_items("thresholds of item {} must rise", np.any(np.diff(thresholds, axis=1) <= 0, axis=1))

    @cached_property
    def _kernel(self) -> _Kernel:
        b = np.where(np.isnan(self.thresholds), np.inf, self.thresholds).T
        edges = np.vstack([np.full(self.n_items, -np.inf), b, np.full(self.n_items, np.inf)])
        is_there = np.arange(len(edges) - 1)[:, None] < self.category_counts
        width = np.subtract(edges[1:], edges[:-1], out=np.zeros_like(edges[1:]), where=is_there)
        share = -np.expm1(-self.discrimination * width)
        with np.errstate(divide="ignore"):
            return _Kernel(frozen(b), frozen(share), frozen(np.log(share)))

    def _z(self, theta: FloatArray, items: IntArray) -> FloatArray:
        """a (θ − b_k), shape (n_categories − 1, ...)."""
        return np.asarray(self.discrimination[items] * (theta - self._kernel.threshold.take(items, axis=1)))

    def _log_probability(self, theta: FloatArray, items: IntArray) -> FloatArray:
        z = self._z(theta, items)
        log_below = -np.maximum(z, 0.0) - np.log1p(np.exp(-np.abs(z)))  # log(1 − S_k)
        log_probability = np.empty((len(z) + 1, *z.shape[1:]))
        log_probability[:] = self._kernel.log_share.take(items, axis=1)
        log_probability[1:] += log_below + z
        log_probability[:-1] += log_below
        return log_probability

    def _curves(self, theta: FloatArray, items: IntArray) -> CategoryCurves:
        z = self._z(theta, items)
        falling = np.exp(np.clip(-z, -_LARGEST_EXPONENT, _LARGEST_EXPONENT))
        at_least = 1.0 / (1.0 + falling)
        below = falling * at_least
        a = self.discrimination[items]
        probability, gradient, spread = (np.zeros((len(z) + 1, *z.shape[1:])) for _ in range(3))
        probability[:] = self._kernel.share.take(items, axis=1)
        probability[1:] *= at_least
        probability[:-1] *= below
        gradient[1:] += a * below
        gradient[:-1] -= a * at_least
        variance = a * a * at_least * below
        spread[1:] += variance
        spread[:-1] += variance
        return CategoryCurves(probability, gradient, gradient * gradient - spread)


class _Kernel(NamedTuple):
    """What the curves are computed from, categories or thresholds first; a threshold that an item has not is ∞."""

    threshold: FloatArray
    """b_k, shape (n_categories − 1, n_items)."""
    share: FloatArray
    """1 − exp(−a (b_{c+1} − b_c)), 0 for a category that an item has not, shape (n_categories, n_items)."""
    log_share: FloatArray
    """Its logarithm."""
