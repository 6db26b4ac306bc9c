"""Responses to a bank whose parameters are known, as a fitted model: does an operational bank still fit?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray
from irt_core.calibration.fitted import FittedModel
from irt_core.errors import ResponseError
from irt_core.models.bank import ItemBank
from irt_core.priors import Normal, Quadrature, normalised
from irt_core.responses import Responses


def known_model(
    bank: ItemBank, responses: ArrayLike, weights: ArrayLike | None = None, prior: Normal | None = None
) -> FittedModel:
    """A model without free parameters: responses (n_persons, n_items) to a bank of one dimension, and its prior.

    NaN and −1 are no response; `weights` (n_persons,) say how often a person counts; `prior` is Normal(0, 1) unless
    given. Raises ResponseError.
    """
    read = Responses.of(np.atleast_2d(np.asarray(responses, dtype=np.float64)), bank.n_items, bank.n_categories)
    scores = read.scores.astype(np.int64)
    if read.observed is not None:
        scores[read.observed == 0] = -1
    counts = np.ones(len(scores)) if weights is None else np.asarray(weights, dtype=np.float64)
    if counts.shape != (len(scores),) or not (np.isfinite(counts) & (counts >= 0)).all():
        raise ResponseError(f"weights must be {len(scores)} numbers, one for each person, 0 or more")
    grid, ability = _grid(bank, prior or Normal())
    probability = np.exp(np.moveaxis(bank.log_likelihood_table(grid.points), 0, 1))
    n_items, n_categories, n_nodes = probability.shape
    return FittedModel(
        scores=scores,
        weights=counts,
        group=np.zeros(len(scores), dtype=np.int64),
        row_of_person=np.arange(len(scores)),
        nodes=grid.points[:, None],
        node_weights=ability[None, :],
        probability=probability,
        derivative=np.zeros((n_items, 0, n_categories, n_nodes)),
        parameter=np.zeros((n_items, 0), dtype=np.int64),
        node_weight_derivative=np.zeros((1, 0, n_nodes)),
        latent_parameter=np.zeros(0, dtype=np.int64),
        covariance=np.zeros((0, 0)),
    )


def _grid(bank: ItemBank, prior: Normal) -> tuple[Quadrature, FloatArray]:
    """A grid that resolves the sharpest posterior of a whole row, and the prior on it."""
    ends = prior.mean - 6.0 * prior.sd, prior.mean + 6.0 * prior.sd
    sharpest = bank.information(np.linspace(*ends, 61)).sum(axis=1).max() + prior.precision
    grid = Quadrature.resolving(1.0 / float(np.sqrt(sharpest)), *ends, max_step=0.25 * prior.sd)
    return grid, normalised(prior.log_density(grid.points), grid)
