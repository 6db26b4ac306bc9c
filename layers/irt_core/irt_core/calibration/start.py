"""Where the climb begins: parameters that give each item about the responses that it has.

Intercepts come from the proportions of the categories, slopes from the items' correlations with the sum of all scores,
in several dimensions from the principal components of the items' correlations.
"""

from __future__ import annotations

import numpy as np

from irt_core.arrays import BoolArray, FloatArray
from irt_core.calibration.data import ResponseTable
from irt_core.calibration.structure import SHARED_SLOPE, ItemStructure

_GUESSING, _UPPER = 0.15, 0.97
_LEAST_SLOPE, _GREATEST_SLOPE = 0.4, 2.5
_SOME_ROWS = 4000


def starting_parameters(table: ResponseTable, structure: ItemStructure) -> FloatArray:
    """Parameters (n_items, k) to begin with; those that are not free have the value that they keep."""
    counts = table.category_counts() + 0.5 * (np.arange(int(table.n_categories.max())) < table.n_categories[:, None])
    parameters = np.zeros((structure.n_items, structure.n_parameters))
    if structure.model == "nrm":
        return _nominal(table, counts, parameters)
    slopes = _slopes(table, structure)
    stretch = np.sqrt(1.0 + 0.35 * (slopes**2).sum(axis=1))
    n_asymptotes = structure.asymptotes.stop - structure.asymptotes.start
    floor, ceiling = (_GUESSING if n_asymptotes else 0.0), (_UPPER if n_asymptotes > 1 else 1.0)
    with np.errstate(divide="ignore"):
        if structure.model in ("gpcm", "pcm"):
            steps = np.log(counts[:, 1:]) - np.log(counts[:, :1])
        else:
            above = counts[:, ::-1].cumsum(axis=1)[:, ::-1]
            proportion = above[:, 1:] / above[:, :1]
            if n_asymptotes:
                proportion = np.clip((proportion - floor) / (ceiling - floor), 0.02, 0.98)
            steps = (np.log(proportion) - np.log1p(-proportion)) * stretch[:, None]
    has = structure.free[:, structure.intercepts]
    parameters[:, structure.intercepts] = np.where(has, steps, 0.0)
    parameters[:, structure.slopes] = slopes
    for column, start in zip(range(structure.n_parameters)[structure.asymptotes], (_GUESSING, _UPPER), strict=False):
        parameters[:, column] = np.log(start) - np.log1p(-start)
    return parameters


def _slopes(table: ResponseTable, structure: ItemStructure) -> FloatArray:
    """Slopes (n_items, D), 0 where the model has none."""
    free = structure.free[:, structure.slopes]
    n_items, n_dimensions = free.shape
    if structure.model in SHARED_SLOPE:
        return np.ones((n_items, 1))
    if structure.model in ("bifactor", "testlet"):
        return np.column_stack([np.ones(n_items), np.where(free[:, 1] | (structure.model == "testlet"), 0.6, 0.0)])
    if n_dimensions == 1:
        top = np.maximum(table.n_categories - 1, 1) if structure.model == "gpcm" else 1
        return (_first_slopes(_correlations(table)) / top)[:, None]
    if free[:, 1:].all() or np.array_equal(free, exploratory_pattern(n_items, n_dimensions)):
        return np.where(free, _echelon(_components(_correlations(table), n_dimensions)), 0.0)
    return np.where(free, 1.0, 0.0)


def exploratory_pattern(n_items: int, n_dimensions: int) -> BoolArray:
    """Which slopes are free when nothing is known: all but those above the diagonal, which fix the rotation."""
    return np.tril(np.ones((n_items, n_dimensions), dtype=bool))


def _correlations(table: ResponseTable) -> FloatArray:
    """Correlations of the items' scores, (n_items, n_items), over some of the rows; missing scores count as average."""
    rows = table.thinned(max(1, table.n_rows // _SOME_ROWS))
    scores, weights = rows.scores.astype(np.float64), rows.weights[:, None]
    given = np.ones_like(scores) if rows.observed is None else rows.observed.astype(np.float64)
    centred = (scores - (scores * weights).sum(axis=0) / np.maximum((given * weights).sum(axis=0), 1.0)) * given
    covariance = centred.T @ (centred * weights)
    sd = np.sqrt(np.maximum(np.diagonal(covariance), 1e-12))
    counts = (given * weights).T @ given
    share = counts / np.sqrt(np.outer(np.diagonal(counts), np.diagonal(counts)))
    correlations: FloatArray = covariance / np.outer(sd, sd) / np.maximum(share, 0.05)
    return correlations


def _first_slopes(correlations: FloatArray) -> FloatArray:
    """Slopes from the loadings on the first principal component."""
    loading = _components(correlations, 1)[:, 0]
    return np.clip(loading, _LEAST_SLOPE, _GREATEST_SLOPE)


def _components(correlations: FloatArray, n: int) -> FloatArray:
    """The first n principal axes as slopes, (n_items, n), mostly positive ones first."""
    inner = correlations.copy()
    np.fill_diagonal(inner, np.minimum(np.abs(inner - np.eye(len(inner))).max(axis=1), 0.9))
    values, vectors = np.linalg.eigh(inner)
    loadings = vectors[:, ::-1][:, :n] * np.sqrt(np.maximum(values[::-1][:n], 0.01))
    loadings *= np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    communality = np.minimum((loadings**2).sum(axis=1, keepdims=True), 0.7)
    # A loading on the phi metric understates the latent one; 1.3 is about the factor at middling difficulties.
    slopes: FloatArray = 1.702 * 1.3 * loadings / np.sqrt(1.0 - communality)
    return slopes


def _echelon(slopes: FloatArray) -> FloatArray:
    """The same slopes turned so that those above the diagonal are 0."""
    turn, _ = np.linalg.qr(slopes[: slopes.shape[1]].T)
    turned: FloatArray = slopes @ turn
    turned *= np.where(turned.sum(axis=0) < 0, -1.0, 1.0)
    return turned


def _nominal(table: ResponseTable, counts: FloatArray, parameters: FloatArray) -> FloatArray:
    """Intercepts from the proportions, slopes from the mean standardised sum score of those in each category."""
    weights = table.weights
    share = table.scores / np.maximum(table.n_categories - 1, 1)
    given = np.ones_like(share) if table.observed is None else table.observed
    total = (share * given).sum(axis=1) / given.sum(axis=1)
    mean = weights @ total / weights.sum()
    z = (total - mean) / np.sqrt(weights @ (total - mean) ** 2 / weights.sum())
    n_steps = counts.shape[1] - 1
    sums = np.zeros_like(counts)
    for category in range(n_steps + 1):
        sums[:, category] = (weights * z) @ ((table.scores == category) * given)
    means = sums / np.maximum(counts, 1.0)
    has = counts[:, 1:] > 0
    parameters[:, :n_steps] = np.where(has, np.log(np.maximum(counts[:, 1:], 0.5) / counts[:, :1]), 0.0)
    parameters[:, n_steps:] = np.where(has, means[:, 1:] - means[:, :1], 0.0)
    return parameters
