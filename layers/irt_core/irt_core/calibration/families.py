"""How the probabilities of an item's categories follow from its linear predictors.

An item has predictors ψ_m, each linear in its parameters and in θ (`structure`). A family turns them into category
probabilities P_c and into ∂ log P_c / ∂ψ_m, which is all that a maximiser wants to know of it:

    dichotomous    P_1 = g + (u − g) σ(ψ_0), g = σ(ψ_1), u = σ(ψ_2), as many predictors as parameters are free
    graded         P_c = σ(ψ_c) − σ(ψ_{c+1}), σ(ψ_0) = 1, σ(ψ_K) = 0       (Samejima 1969, Psychometrika Monograph 17)
    softmax        P_c = exp ψ_c / Σ_k exp ψ_k, ψ_0 = 0: partial credit (Muraki 1992, APM 16(2), 159-176) and nominal
                   (Bock 1972, Psychometrika 37(1), 29-51)

Arrays: predictors (n_items, M, n_nodes), probabilities (n_items, K, n_nodes), log slopes (n_items, K, M, n_nodes).
With K categories the last two families have M = K − 1 predictors, numbered from category 1 on. An item with fewer
categories has the predictor −∞ for the rest, whose probability is 0.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from irt_core.arrays import FloatArray

LARGEST_EXPONENT = 300.0


class CategoryCurves(NamedTuple):
    """P_c, log P_c and ∂ log P_c / ∂ψ_m; of categories that an item has not, all zero."""

    probability: FloatArray
    log_probability: FloatArray
    log_slopes: FloatArray


class Family(Protocol):
    """A kind of item."""

    def curves(self, predictors: FloatArray) -> CategoryCurves:
        """The curves at predictors (n_items, M, n_nodes)."""


class Dichotomous:
    """Items scored 0 or 1, with a lower and an upper asymptote where there are predictors for them."""

    def curves(self, predictors: FloatArray) -> CategoryCurves:
        """The curves at predictors (n_items, M, n_nodes), M from 1 to 3."""
        n_items, n_predictors, n_nodes = predictors.shape
        rising, falling = sigmoids(predictors[:, 0])
        guessing = missing = np.zeros((n_items, 1))
        if n_predictors > 1:
            guessing, not_guessing = sigmoids(predictors[:, 1])
        if n_predictors > 2:
            upper, missing = sigmoids(predictors[:, 2])
        span = 1.0 - guessing - missing
        right, wrong = guessing + span * rising, missing + span * falling
        by = [span * rising * falling]
        if n_predictors > 1:
            by.append(guessing * not_guessing * falling)
        if n_predictors > 2:
            by.append(upper * missing * rising)
        log_slopes = np.empty((n_items, 2, n_predictors, n_nodes))
        for place, slope in enumerate(by):
            np.divide(slope, -wrong, out=log_slopes[:, 0, place])
            np.divide(slope, right, out=log_slopes[:, 1, place])
        probability = np.stack([wrong, right], axis=1)
        return CategoryCurves(probability, np.log(probability), log_slopes)


class Graded:
    """Ordered categories: ψ_c is the log odds of category c or a higher one."""

    def curves(self, predictors: FloatArray) -> CategoryCurves:
        """The curves at predictors (n_items, K − 1, n_nodes); NaN where the predictors do not fall with c."""
        n_items, n_predictors, n_nodes = predictors.shape
        edge = np.full((n_items, 1, n_nodes), np.inf)
        bounds = np.concatenate([edge, predictors, -edge], axis=1)
        above, below = bounds[:, :-1], bounds[:, 1:]
        exists = above > -np.inf
        log_gap = _log_of_gap(above, below)
        log_probability = np.where(exists, _log_sigma(above) + _log_sigma(-below) + log_gap, 0.0)
        with np.errstate(over="ignore", invalid="ignore"):  # of categories that do not exist
            up = np.where(exists, np.exp(_log_sigma(-above) - _log_sigma(-below) - log_gap), 0.0)
            down = np.where(exists, np.exp(_log_sigma(below) - _log_sigma(above) - log_gap), 0.0)
        log_slopes = np.zeros((n_items, n_predictors + 1, n_predictors, n_nodes))
        places = np.arange(n_predictors)
        log_slopes[:, places + 1, places] = up[:, 1:]
        log_slopes[:, places, places] = -down[:, :-1]
        return CategoryCurves(np.where(exists, np.exp(log_probability), 0.0), log_probability, log_slopes)


class Softmax:
    """Categories whose log odds against the first are the predictors."""

    def curves(self, predictors: FloatArray) -> CategoryCurves:
        """The curves at predictors (n_items, K − 1, n_nodes)."""
        n_items, n_predictors, n_nodes = predictors.shape
        logits = np.concatenate([np.zeros((n_items, 1, n_nodes)), predictors], axis=1)
        highest = logits.max(axis=1, keepdims=True)
        log_total = highest + np.log(np.exp(logits - highest).sum(axis=1, keepdims=True))
        exists = logits > -np.inf
        log_probability = np.where(exists, logits - log_total, 0.0)
        probability = np.where(exists, np.exp(log_probability), 0.0)
        log_slopes = np.repeat(-probability[:, None, 1:], n_predictors + 1, axis=1)
        places = np.arange(n_predictors)
        log_slopes[:, places + 1, places] += 1.0
        log_slopes *= exists[:, :, None]
        return CategoryCurves(probability, log_probability, log_slopes)


def sigmoids(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """σ(x) and σ(−x), each with full relative accuracy."""
    falling = np.exp(-np.clip(x, -LARGEST_EXPONENT, LARGEST_EXPONENT))
    rising = 1.0 / (1.0 + falling)
    return rising, falling * rising


def _log_sigma(x: FloatArray) -> FloatArray:
    """log σ(x), at ±∞ too."""
    smaller: FloatArray = np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))
    return smaller


def _log_of_gap(above: FloatArray, below: FloatArray) -> FloatArray:
    """log(1 − e^(below − above)); NaN where below is not the smaller one, 0 where both are −∞."""
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = np.where(np.isneginf(above), -np.inf, below - above)
        return np.log(-np.expm1(difference))
