"""Outfit and infit: how far responses lie from their expectations, in units of what the model lets them.

With E and V the mean and variance of an item's score at θ, and ⟨ ⟩_i the average over the posterior of person i's θ,

    outfit_j = Σ_i ⟨(x_ij − E_j)² / V_j⟩_i / n_j           infit_j = Σ_i ⟨(x_ij − E_j)²⟩_i / Σ_i ⟨V_j⟩_i

These are the unweighted and the weighted mean square of Wright & Masters (1982, *Rating Scale Analysis*, ch. 5) in the
form for marginal estimation (Adams & Wu 2007, in *Multivariate and Mixture Distribution Rasch Models*): an estimate
put in the place of θ would make them depend on the length of the test, whereas the average over the posterior has
the expectation 1 under the model, for any test, missing responses and several dimensions.

They are standardised by the cube root of Wilson & Hilferty (1931, PNAS 17(12), 684-688),

    z = (m^⅓ − 1) 3 / q + q / 3

where q is the standard error of the mean square m under the model. Given a person's other responses, which have a
posterior of their own, the model says how likely each category is, and so what a person contributes to the variance.
Estimating an item's own parameters makes its residuals smaller: what goes along with the derivatives of the
log-likelihood by these parameters is therefore taken off, from the mean square that enters z and from its variance
(Pierce 1982, Annals of Statistics 10(2), 475-478). So z is standard normal with free slopes too, and with priors that
keep the derivatives from adding up to 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.calibration.fitted import FittedModel
from irt_core.fit.posteriors import chunks, expected_scores

_TINY = np.finfo(float).tiny
_ONE, _OUTFIT, _SQUARE, _VARIANCE = range(4)  # what is summed over persons; then come the scores of the parameters


class MeanSquares(NamedTuple):
    """Mean squares and their standardised values, (n_items,) each."""

    outfit: FloatArray
    outfit_z: FloatArray
    infit: FloatArray
    infit_z: FloatArray


def mean_squares(model: FittedModel) -> MeanSquares:
    """Outfit and infit of every item."""
    sums, products = _sums_over_persons(model)
    outfit, outfit_z = _ratio(sums, products, _OUTFIT, _ONE)
    infit, infit_z = _ratio(sums, products, _SQUARE, _VARIANCE)
    return MeanSquares(outfit, outfit_z, infit, infit_z)


def _sums_over_persons(model: FittedModel) -> tuple[FloatArray, FloatArray]:
    """Sums of all quantities at the observed categories, (n_items, 4 + k), and of the expectations of their products
    under the model given the person's other responses, (n_items, 4 + k, 4 + k)."""
    tables = _tables(model)
    n_items, n_quantities = tables.shape[:2]
    sums, products = np.zeros((n_items, n_quantities)), np.zeros((n_items, n_quantities, n_quantities))
    for chunk in chunks(model):
        for item, probability in enumerate(model.probability):
            there = np.flatnonzero(probability.any(axis=1))
            for category in there:
                rows = np.flatnonzero(chunk.indicators[:, item, category])
                given_rest = probability[there] / np.maximum(probability[category], _TINY)
                joint = np.einsum("cq,pcq->pcq", given_rest, tables[item][:, there])
                values = (chunk.posterior[rows] @ joint.reshape(-1, joint.shape[2]).T).reshape(
                    len(rows), *joint.shape[:2]
                )
                shares = values[:, _ONE].copy()
                values /= np.maximum(shares, _TINY)[:, None]
                sums[item] += chunk.weights[rows] @ values[:, :, category]
                shares *= (chunk.weights[rows] / shares.sum(axis=1))[:, None]
                flat = values.swapaxes(1, 2).reshape(-1, n_quantities)
                products[item] += flat.T @ (flat * shares.reshape(-1, 1))
    return sums, products


def _tables(model: FittedModel) -> FloatArray:
    """1, (c − E)² / V, (c − E)², V and ∂ log P_c by each parameter at every node, (n_items, 4 + k, K, n_nodes)."""
    mean = expected_scores(model)[:, None]
    scores = np.arange(model.probability.shape[1], dtype=float)[:, None]
    squares = (scores - mean) ** 2
    variance = np.broadcast_to((model.probability * squares).sum(axis=1, keepdims=True), squares.shape)
    by_parameter = model.derivative / np.maximum(model.probability, _TINY)[:, None]
    by_parameter[model.parameter < 0] = 0.0
    moments = np.stack([np.ones_like(squares), squares / np.maximum(variance, _TINY), squares, variance], axis=1)
    return np.concatenate([moments, by_parameter], axis=1)


def _ratio(sums: FloatArray, products: FloatArray, above: int, below: int) -> tuple[FloatArray, FloatArray]:
    """The ratio of two sums over persons, (n_items,), and its standardised value.

    A person contributes a_i − b_i to what it is off 1, to first order, less what goes along with the scores s_i.
    """
    ratio = sums[:, above] / sums[:, below]
    scores = slice(_VARIANCE + 1, None)
    along = products[:, above, scores] - products[:, below, scores]
    inverse = np.linalg.pinv(products[:, scores, scores], hermitian=True)
    slope = np.einsum("jrs,js->jr", inverse, along)
    variance = products[:, above, above] - 2.0 * products[:, above, below] + products[:, below, below]
    left = np.maximum(variance - (slope * along).sum(axis=1), 0.0)
    shift = (slope * sums[:, scores]).sum(axis=1)
    return ratio, _standardised(ratio - shift / sums[:, below], left / sums[:, below] ** 2)


def _standardised(mean_square: FloatArray, variance: FloatArray) -> FloatArray:
    """Wilson and Hilferty's cube root."""
    q = np.sqrt(variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        z: FloatArray = (np.cbrt(mean_square) - 1.0) * 3.0 / q + q / 3.0
    return z
