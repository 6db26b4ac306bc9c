"""Standard errors from the observed information, by the missing-information principle.

The observed information is the expected complete information less the variance of the complete score given the
responses (Louis 1982, JRSS B 44(2), 226-233; for item models the same matrix as by Oakes 1999, JRSS B 61(2), 479-482):

    I = Σ_i E(−∂² ℓ | x_i) − Σ_i Var(∂ℓ | x_i)

The first part is one small block for each item. The second is computed in one of three ways, to the same result:

* `score_variance.of_linear_items`, with complete responses to items of an exponential family;
* `score_variance.of_residuals` for all others;
* `_of_differences`: where these matrices would be too large, and for bifactor models, the gradient is differentiated
  numerically.

With covariates the two former give the items' part, and differences of the gradient the coefficients' with everything.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.calibration.latent_regression import LatentRegression
from irt_core.calibration.marginal import MarginalLikelihood, Point
from irt_core.calibration.score_variance import of_linear_items, of_residuals

_STEP = 1e-4  # in logits; central differences of the gradient then have an error of about 1e-8
_MOST_GRAM_CELLS = 50_000_000


def observed_information(likelihood: MarginalLikelihood, point: Point) -> FloatArray:
    """Minus the second derivative of the objective by the free parameters, (n_free, n_free)."""
    n_steps, n_nodes = likelihood.expectation.table.steps.shape[1], likelihood.nodes.n_nodes
    is_linear = _is_linear(likelihood)
    is_too_large = not is_linear and n_nodes * n_steps**2 > _MOST_GRAM_CELLS
    if likelihood.ties is not None or likelihood.nodes.n_specific > 1 or is_too_large:
        return _of_differences(likelihood, point)
    if isinstance(likelihood.latent, LatentRegression) and not likelihood.latent.is_held:
        return _with_regression(likelihood, likelihood.latent, point)
    variance = of_linear_items(likelihood, point) if is_linear else of_residuals(likelihood, point)
    return _complete_information(likelihood, point) - variance


def _with_regression(likelihood: MarginalLikelihood, latent: LatentRegression, point: Point) -> FloatArray:
    """The items' part with the persons' distributions held, the rest from differences of the gradient (Oakes 1999)."""
    n_free, n_latent = likelihood.n_free, latent.n_free
    n_items = n_free - n_latent
    information = np.empty((n_free, n_free))
    information[:n_items, :n_items] = observed_information(replace(likelihood, latent=latent.held()), point)
    exact = likelihood.using(replace(likelihood.expectation, dtype=np.float64))
    rows = _rows_of_differences(exact, point, range(n_items, n_free))
    information[n_items:], information[:n_items, n_items:] = rows, rows[:, :n_items].T
    own = information[n_items:, n_items:]
    information[n_items:, n_items:] = 0.5 * (own + own.T)
    return information


def quick_inverse(likelihood: MarginalLikelihood, point: Point) -> FloatArray | None:
    """The inverse of the observed information where it takes no longer than some steps of a climb; else None.

    Also None when it is no inverse of a peak's.
    """
    if not _is_linear(likelihood) or likelihood.ties is not None or likelihood.nodes.n_specific > 1:
        return None
    information = observed_information(likelihood, point)
    if np.linalg.eigvalsh(information)[0] <= 0.0:
        return None
    inverse: FloatArray = np.linalg.inv(information).astype(np.float64, copy=False)
    return inverse


def _is_linear(likelihood: MarginalLikelihood) -> bool:
    return likelihood.structure.is_linear and likelihood.expectation.table.observed is None


def _of_differences(likelihood: MarginalLikelihood, point: Point) -> FloatArray:
    information = _rows_of_differences(likelihood, point, range(likelihood.n_free))
    return 0.5 * (information + information.T)


def _rows_of_differences(likelihood: MarginalLikelihood, point: Point, places: range) -> FloatArray:
    """Minus the derivatives of the gradient by some of the free parameters, (n, n_free)."""
    information = np.empty((len(places), likelihood.n_free))
    for row, place in enumerate(places):
        step = np.zeros(likelihood.n_free)
        step[place] = _STEP
        ahead = likelihood.at(likelihood.moved(point, step)).gradient
        behind = likelihood.at(likelihood.moved(point, -step)).gradient
        information[row] = (behind - ahead) / (2.0 * _STEP)
    return information


def _complete_information(likelihood: MarginalLikelihood, point: Point) -> FloatArray:
    """Minus the second derivative of the expected complete log-likelihood and of the log priors, (n_free, n_free)."""
    structure = likelihood.structure
    free = structure.free
    n_items, k = free.shape
    counts = likelihood.expectation.counts(likelihood.curves(point).log_probability, likelihood.log_weights(point))
    blocks = np.zeros((n_items, k, k))
    for column in range(k):
        step = np.zeros(k)
        step[column] = _STEP
        slopes = []
        for items in (point.items - step, point.items + step):
            curves = structure.curves(items, likelihood.nodes.basis)
            pull = likelihood.priors.pull(structure, items)
            slopes.append(likelihood.item_gradient(curves, counts) + pull.gradient)
        blocks[:, column] = (slopes[0] - slopes[1]) / (2.0 * _STEP)
    information = np.zeros((likelihood.n_free,) * 2)
    of, columns = np.nonzero(free)
    n_free_items = of.size
    information[:n_free_items, :n_free_items] = np.where(
        of[:, None] == of, blocks[of[:, None], columns[:, None], columns], 0.0
    )
    if likelihood.latent.n_free:
        information[n_free_items:, n_free_items:] = _latent_information(likelihood, point, counts.persons)
    return information


def _latent_information(likelihood: MarginalLikelihood, point: Point, persons: FloatArray) -> FloatArray:
    n_latent = likelihood.latent.n_free
    information = np.empty((n_latent, n_latent))
    for place in range(n_latent):
        step = np.zeros(n_latent)
        step[place] = _STEP
        ahead = likelihood.latent_score(replace(point, latent=point.latent + step))
        behind = likelihood.latent_score(replace(point, latent=point.latent - step))
        information[place] = np.einsum("glq,gq->l", behind - ahead, persons) / (2.0 * _STEP)
    return 0.5 * (information + information.T)
