"""Logistic regressions of many items at once, on counts; with more than two categories the proportional-odds model.

    P(X ≥ k | x) = σ(α_k + x'β),  k = 1 … K−1,  α_1 > … > α_K−1

(McCullagh 1980, JRSS B 42(2), 109-142); for K = 2 that is logistic regression. The log-likelihood is concave (Pratt
1981, JASA 76(373), 103-106), and Fisher's scoring climbs it: with p_k the probability of category k, d_k the density of
the logistic distribution at α_k + x'β and N the size of a cell, the gradient by α_k + x'β is d_k (n_k / p_k − n_k−1 /
p_k−1) and the information is tridiagonal, N d_k² (1 / p_k + 1 / p_k−1) beside −N d_k d_k+1 / p_k. For K = 2 these are
Newton's steps. A step that loses is halved, for that item alone.

Where a combination of predictors tells the categories apart entirely, or all but for ties, no finite β is best: the
log-likelihood still rises to a limit, which is reached to within rounding, and the item is reported as separated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from irt_core.arrays import BoolArray, FloatArray

_MOST_STEPS = 60
_GAIN = 1e-10  # of log-likelihood that the slope still promises
_MOST_HALVINGS = 40
_LARGEST_ERROR = 50.0  # logits per unit of a predictor; when categories separate, it grows without bound on the way up


@dataclass(frozen=True, eq=False)
class CumulativeLogit:
    """The regressions of n items.

    `log_likelihood` (n_items,); `coefficients` β and their `standard_errors` (n_items, n_predictors); `is_separated`
    (n_items,) says where no finite β is best: what is there means no more than its sign, and its error is NaN.
    """

    log_likelihood: FloatArray
    coefficients: FloatArray
    standard_errors: FloatArray
    is_separated: BoolArray


def fit_cumulative_logit(counts: FloatArray, predictors: FloatArray) -> CumulativeLogit:
    """Regress categories on predictors, given `counts` (n_items, n_cells, n_categories) of persons in cells.

    All persons of a cell share its `predictors` (n_items, n_cells, n_predictors), which should be of the order of 1.
    Every category of every item must have been used.
    """
    n_items, _, n_categories = counts.shape
    n_cuts = n_categories - 1
    reached = counts.sum(axis=1)[:, ::-1].cumsum(axis=1)[:, ::-1]
    share = reached[:, 1:] / reached[:, :1]
    cuts = np.broadcast_to(np.eye(n_cuts), (n_items, predictors.shape[1], n_cuts, n_cuts))
    by_cell = np.broadcast_to(predictors[:, :, None, :], (*cuts.shape[:3], predictors.shape[2]))
    climb = _Climb(counts, np.concatenate([cuts, by_cell], axis=3))
    start = np.concatenate([np.log(share / (1.0 - share)), np.zeros((n_items, predictors.shape[2]))], axis=1)
    parameters, height, information = climb.run(start)
    is_separated = np.linalg.eigvalsh(information)[:, 0] < _LARGEST_ERROR**-2
    regular = np.where(is_separated[:, None, None], np.eye(parameters.shape[1]), information)
    variances = np.diagonal(np.linalg.inv(regular), axis1=1, axis2=2)[:, n_cuts:]
    errors = np.where(is_separated[:, None], np.nan, np.sqrt(variances))
    return CumulativeLogit(height, parameters[:, n_cuts:], errors, is_separated)


@dataclass(frozen=True, eq=False)
class _Climb:
    """`design` (n_items, n_cells, n_cuts, n_parameters) makes the linear predictor of each cut."""

    counts: FloatArray
    design: FloatArray

    def run(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The highest parameters, their log-likelihood and information, from a start with a finite one."""
        height = self._height(parameters)
        for _ in range(_MOST_STEPS):
            gradient, information = self._slope(parameters)
            step = np.einsum("jpq,jq->jp", np.linalg.pinv(information, rcond=1e-13, hermitian=True), gradient)
            promised = np.einsum("jp,jp->j", step, gradient)
            if (promised < _GAIN).all():
                break
            parameters, height = self._accept(parameters, height, step)
        return parameters, height, self._slope(parameters)[1]

    def linear(self, parameters: FloatArray) -> FloatArray:
        """α_k + x'β, shape (n_items, n_cells, n_cuts)."""
        linear: FloatArray = np.einsum("jckp,jp->jck", self.design, parameters, optimize=True)
        return linear

    def _accept(self, parameters: FloatArray, height: FloatArray, step: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The longest halved step of each item that does not lose."""
        part = np.ones(len(step))
        for _ in range(_MOST_HALVINGS):
            moved = parameters + part[:, None] * step
            there = self._height(moved)
            is_lost = ~(there >= height)
            if not is_lost.any():
                return moved, there
            part = np.where(is_lost, 0.5 * part, part)
        kept = is_lost[:, None]
        return np.where(kept, parameters, moved), np.where(is_lost, height, there)

    def _height(self, parameters: FloatArray) -> FloatArray:
        probability, _ = self._curves(parameters)
        is_possible = (probability > 0).all(axis=(1, 2))
        logs = np.log(np.where(probability > 0, probability, 1.0))
        return np.where(is_possible, (self.counts * logs).sum(axis=(1, 2)), -np.inf)

    def _curves(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        """P(category), shape (n_items, n_cells, n_categories), and the densities at the n_categories − 1 cuts."""
        linear = np.clip(self.linear(parameters), -500.0, 500.0)
        falling = np.exp(-linear)
        above = 1.0 / (1.0 + falling)
        below = falling * above
        edge = np.ones((*linear.shape[:2], 1))
        inner = above[..., :-1] * below[..., 1:] * -np.expm1(linear[..., 1:] - linear[..., :-1])
        return np.concatenate([below[..., :1], inner, edge * above[..., -1:]], axis=2), above * below

    def _slope(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Gradient (n_items, n_parameters) and expected information (n_items, n_parameters, n_parameters)."""
        probability, density = self._curves(parameters)
        probability = np.maximum(probability, 1e-300)
        ratio = self.counts / probability
        gradient = density * (ratio[..., 1:] - ratio[..., :-1])
        size = self.counts.sum(axis=2, keepdims=True)
        diagonal = size * density**2 * (1.0 / probability[..., 1:] + 1.0 / probability[..., :-1])
        beside = -size * density[..., 1:] * density[..., :-1] / probability[..., 1:-1]
        weighted = diagonal[..., None] * self.design
        weighted[:, :, :-1] += beside[..., None] * self.design[:, :, 1:]
        weighted[:, :, 1:] += beside[..., None] * self.design[:, :, :-1]
        return (
            np.einsum("jck,jckp->jp", gradient, self.design, optimize=True),
            np.einsum("jckp,jckq->jpq", weighted, self.design, optimize=True),
        )
