"""Posterior means and covariances of many persons' abilities.

They are sums over a grid where the dimensions can be taken apart (`structure`) and the grid that resolves the sharpest
posterior is not too large, and those of `propagation` otherwise. How sharp a posterior can be follows from the items
that were given: no item tells more about its predictor than at its best place.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irt_core.arrays import BoolArray, FloatArray
from irt_core.models.dichotomous import DichotomousBank
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional.blocks import BlockLikelihood
from irt_core.multidimensional.grid import (
    MOST_POINTS,
    Grid,
    coarsest_steps,
    conditional_sds,
    posterior_moments,
    prior_on,
    reach,
    summarise,
)
from irt_core.multidimensional.prior import MultivariateNormal
from irt_core.multidimensional.propagation import Answers, propagate
from irt_core.multidimensional.structure import Structure
from irt_core.responses import Responses

_PERSON_ITEMS_AT_ONCE = 20_000
_AROUND_LOCATION = np.linspace(-2.0, 2.0, 65)  # where a curve of slope 1 tells most about its predictor
_MOST_OF_GRADED = 1.0 / 3.0  # the information of a logistic variable about its location, seen in ever finer categories


class PosteriorMeans(NamedTuple):
    """Means (n_persons, D), covariances (n_persons, D, D), and whether they are what they should be (n_persons,)."""

    mean: FloatArray
    covariance: FloatArray
    has_converged: BoolArray


def posterior_means(
    bank: MultidimensionalBank, responses: Responses, prior: MultivariateNormal, bounds: tuple[float, float]
) -> PosteriorMeans:
    """The means of the posteriors within `bounds` of every dimension. Raises PriorError."""
    low, high = reach(prior, bounds)
    structure = Structure.of(bank, prior)
    if structure is not None:
        grid = Grid.spanning(structure, low, high, _steps(bank, responses, prior, structure))
        if grid.n_points <= MOST_POINTS:
            return _on_grid(bank, responses, prior, grid)
    return _propagated(bank, responses, prior)


def _on_grid(bank: MultidimensionalBank, responses: Responses, prior: MultivariateNormal, grid: Grid) -> PosteriorMeans:
    n, d = responses.n_persons, bank.n_dimensions
    mean, covariance = np.empty((n, d)), np.empty((n, d, d))
    likelihood, on_grid = BlockLikelihood(bank, grid), prior_on(grid, prior)
    for chunk in likelihood.chunks(n):
        densities = likelihood.of(responses[chunk], on_grid)
        blocks = zip(densities.blocks, grid.structure.specific, strict=True)
        summaries = [summarise(block, grid, dimension) for block, dimension in blocks]
        mean[chunk], covariance[chunk] = posterior_moments(grid, densities.primary, summaries)
    return PosteriorMeans(mean, covariance, np.ones(n, dtype=bool))


def _propagated(bank: MultidimensionalBank, responses: Responses, prior: MultivariateNormal) -> PosteriorMeans:
    n, d = responses.n_persons, bank.n_dimensions
    means = PosteriorMeans(np.empty((n, d)), np.empty((n, d, d)), np.empty(n, dtype=bool))
    at_once = max(1, _PERSON_ITEMS_AT_ONCE // bank.n_items)
    for start in range(0, n, at_once):
        chunk = slice(start, start + at_once)
        found = propagate(Answers.of(bank, responses[chunk]), prior)
        means.mean[chunk], means.covariance[chunk] = found.mean, found.covariance
        means.has_converged[chunk] = found.has_converged
    return means


def _steps(
    bank: MultidimensionalBank, responses: Responses, prior: MultivariateNormal, structure: Structure
) -> FloatArray:
    """The spacings that resolve everybody's posterior, (D,)."""
    of_items = _most_information(bank)[:, None] * bank.outer_slopes
    observed = np.ones((1, bank.n_items)) if responses.observed is None else responses.observed
    precision = prior.precision + (observed @ of_items).reshape(-1, *prior.matrix.shape)
    sds = conditional_sds(np.asarray(np.linalg.inv(precision)), structure)
    return np.asarray(np.minimum(coarsest_steps(bank, prior, structure), sds.min(axis=0, initial=np.inf)))


def _most_information(bank: MultidimensionalBank) -> FloatArray:
    """No less than any information of each item about its predictor, (n_items,)."""
    if not isinstance(bank.curves, DichotomousBank):
        return np.full(bank.n_items, _MOST_OF_GRADED)
    items = np.arange(bank.n_items)[:, None]
    reached: FloatArray = bank.curves.information_at(bank.curves.locations[:, None] + _AROUND_LOCATION, items).max(
        axis=1
    )
    return reached
