"""Posterior means and covariances of many persons' abilities.

Where the dimensions can be taken apart (`structure`) they are sums over a grid that resolves the sharpest posterior.
How sharp one can be follows from the items that were given: no item tells more about its predictor than at its best
place. When that grid would be too large, or its table of all items, everybody gets a grid of their own about the place
that `propagation` finds. Where the dimensions cannot be taken apart the means are those of `propagation`.
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
_LARGEST_TABLE = 1 << 24  # items times points
_NEAR = 8.0  # standard deviations to each side of the mean
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
    if structure is None:
        return _propagated(bank, responses, prior)
    grid = Grid.spanning(structure, low, high, _steps(bank, responses, prior, structure))
    if grid.n_points <= MOST_POINTS and bank.n_items * grid.n_points <= _LARGEST_TABLE:
        return _on_grid(bank, responses, prior, grid)
    return _on_own_grids(bank, responses, prior, grid)


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


def _on_own_grids(
    bank: MultidimensionalBank, responses: Responses, prior: MultivariateNormal, grid: Grid
) -> PosteriorMeans:
    """For each person a grid about where the posterior is, when the common `grid` or its table would be too large."""
    about, structure, (low, high) = _propagated(bank, responses, prior), grid.structure, grid.ends
    for person in range(responses.n_persons):
        one = responses[np.array([person])]
        items = np.arange(bank.n_items) if one.observed is None else np.flatnonzero(one.observed[0])
        if not items.size:
            continue
        given, answered = bank.subset(items), Responses(one.scores[:, items], None)
        mean, covariance = about.mean[person], about.covariance[person]
        reached = _NEAR * np.sqrt(np.diag(covariance))
        steps = np.minimum(coarsest_steps(given, prior, structure), 0.8 * conditional_sds(covariance, structure))
        own = Grid.spanning(structure, np.maximum(low, mean - reached), np.minimum(high, mean + reached), steps)
        if own.n_points <= MOST_POINTS:
            exact = _on_grid(given, answered, prior, own)
            about.mean[person], about.covariance[person] = exact.mean[0], exact.covariance[0]
            about.has_converged[person] = True
    return about


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
