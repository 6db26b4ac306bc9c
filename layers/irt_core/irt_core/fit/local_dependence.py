"""Local dependence: pairs of items that go together more, or less, than ability explains.

Q₃ (Yen 1984, APM 8(2), 125-145) is the correlation over persons of the residuals x_j − E(X_j), the expected score
being averaged over the posterior of the person's ability. Without dependence it is a little below 0, about −1 / (n − 1)
on average; a pair is judged by how far it lies from the average (Christensen, Makransky & Horton 2017, APM 41(3),
178-194).

LD-X² (Chen & Thissen 1997, JEBS 22(3), 265-289) is Pearson's X² of a pair's table of observed counts against those that
the model expects,

    E_ab = Σ_g N_gij Σ_q w_gq P_ia(θ_q) P_jb(θ_q),    df = (K_i − 1)(K_j − 1)

with the sign of the difference between the observed and the expected covariance of the scores. These are the degrees of
freedom when the margins are fitted; an item with fewer free parameters than K − 1, such as an anchor, adds what it
lacks. Standardised it is (X² − df) / √(2 df). Persons without a response to either item say nothing about the pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.calibration.fitted import FittedModel
from irt_core.fit.chi_square import upper_tail
from irt_core.fit.posteriors import chunks, expected_scores
from irt_core.fit.text import text_table


@dataclass(frozen=True, eq=False)
class LocalDependence:
    """Symmetric matrices (n_items, n_items), NaN on the diagonal and for pairs that nobody answered both of.

    `q3`; `ld_x2` carries the sign, `df` and `p` are those of its size, `standardised` is (|LD-X²| − df) / √(2 df).
    """

    q3: FloatArray
    ld_x2: FloatArray
    df: FloatArray

    @cached_property
    def p(self) -> FloatArray:
        """P(χ² > |LD-X²|)."""
        return upper_tail(np.abs(self.ld_x2), self.df)

    @property
    def standardised(self) -> FloatArray:
        """(|LD-X²| − df) / √(2 df)."""
        scaled: FloatArray = (np.abs(self.ld_x2) - self.df) / np.sqrt(2.0 * self.df)
        return scaled

    @property
    def mean_q3(self) -> float:
        """The average of Q₃ over the pairs."""
        return float(np.nanmean(self.q3)) if np.isfinite(self.q3).any() else np.nan

    def flagged(self, q3: float = 0.2, standardised: float = 10.0) -> IntArray:
        """Pairs (n_pairs, 2) whose Q₃ is off its average by more than `q3` or whose LD-X² is above the limit.

        The pair with the most deviant Q₃ comes first. The limits are the customary ones: Christensen et al. (2017) for
        Q₃, and for LD-X² Cai, du Toit & Thissen (2011, *IRTPRO*).
        """
        first, second = np.triu_indices(len(self.q3), 1)
        away = np.abs(self.q3 - self.mean_q3)[first, second]
        is_flagged = (away > q3) | (self.standardised[first, second] > standardised)
        order = np.argsort(-away[is_flagged], kind="stable")
        return np.column_stack([first, second])[is_flagged][order]

    def __str__(self) -> str:
        pairs = self.flagged()
        if not len(pairs):
            return f"no pair of items is flagged; mean Q3 = {self.mean_q3:.3f}"
        first, second = pairs.T
        columns = {"item": first, "with": second}
        columns |= {name: getattr(self, name)[first, second] for name in ("q3", "ld_x2", "df", "p")}
        return f"{text_table(columns)}\nmean Q3 = {self.mean_q3:.3f}"


def local_dependence(model: FittedModel) -> LocalDependence:
    """Q₃ and LD-X² of every pair of items."""
    n_items, n_categories, _ = model.probability.shape
    expected_score = expected_scores(model)
    residual_sums = np.zeros((4, n_items, n_items))
    counts = np.zeros((n_items * n_categories,) * 2)
    n_both = np.zeros((len(model.node_weights), n_items, n_items))
    scores = np.arange(n_categories, dtype=float)
    for chunk in chunks(model):
        observed = chunk.observed
        weights = chunk.weights[:, None]
        residual = observed * (chunk.indicators @ scores - chunk.posterior @ expected_score.T)
        residual_sums += _cross_products(residual, observed, weights)
        indicators = chunk.indicators.reshape(len(observed), -1)
        counts += indicators.T @ (indicators * weights)
        n_both[chunk.group] += observed.T @ (observed * weights)
    df = _degrees_of_freedom(model, n_both.sum(axis=0))
    observed_tables = counts.reshape(n_items, n_categories, n_items, n_categories)
    ld_x2 = _signed_chi_square(observed_tables, _expected_tables(model, n_both))
    return LocalDependence(_correlations(residual_sums), np.where(np.isnan(df), np.nan, ld_x2), df)


def _cross_products(residual: FloatArray, observed: FloatArray, weights: FloatArray) -> FloatArray:
    """For pairs (i, j): Σ over persons with both of 1, r_i, r_i² and r_i r_j, (4, n_items, n_items)."""
    weighted, given = residual * weights, observed * weights
    return np.stack([observed.T @ given, residual.T @ given, (residual**2).T @ given, residual.T @ weighted])


def _correlations(sums: FloatArray) -> FloatArray:
    """Pearson's correlation of each pair over the persons who have both."""
    with np.errstate(divide="ignore", invalid="ignore"):
        n, mean, square, product = sums[0], sums[1] / sums[0], sums[2] / sums[0], sums[3] / sums[0]
        variance = np.where(n > 0, square - mean**2, np.nan)
        correlation: FloatArray = (product - mean * mean.T) / np.sqrt(variance * variance.T)
    correlation[~np.isfinite(correlation)] = np.nan
    np.fill_diagonal(correlation, np.nan)
    return correlation


def _degrees_of_freedom(model: FittedModel, n_both: FloatArray) -> FloatArray:
    n_categories = np.count_nonzero(model.probability.any(axis=2), axis=1)
    n_fitted = np.minimum(np.count_nonzero(model.parameter >= 0, axis=1), n_categories - 1)
    df: FloatArray = np.outer(n_categories, n_categories) - 1.0 - np.add.outer(n_fitted, n_fitted)
    df[n_both <= 0] = np.nan
    np.fill_diagonal(df, np.nan)
    return df


def _expected_tables(model: FittedModel, n_both: FloatArray) -> FloatArray:
    """E_ab of every pair, (n_items, K, n_items, K)."""
    n_items, n_categories, n_nodes = model.probability.shape
    flat = model.probability.reshape(-1, n_nodes)
    tables = np.zeros((n_items, n_categories, n_items, n_categories))
    for weights, n_of_pair in zip(model.node_weights, n_both, strict=True):
        shares = ((flat * weights) @ flat.T).reshape(tables.shape)
        tables += shares * n_of_pair[:, None, :, None]
    return tables


def _signed_chi_square(observed: FloatArray, expected: FloatArray) -> FloatArray:
    """Pearson's X² of each pair's table, negative where the scores go together less than expected."""
    away = np.divide((observed - expected) ** 2, expected, out=np.zeros_like(expected), where=expected > 0)
    excess = _covariances(observed) - _covariances(expected)
    chi_square: FloatArray = away.sum(axis=(1, 3)) * np.where(excess < 0, -1.0, 1.0)
    return chi_square


def _covariances(tables: FloatArray) -> FloatArray:
    """Covariance of the scores in each pair's table."""
    scores = np.arange(tables.shape[1], dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = tables / tables.sum(axis=(1, 3), keepdims=True)
        product = np.einsum("iajb,a,b->ij", shares, scores, scores)
        mean = np.einsum("iajb,a->ij", shares, scores)
        covariance: FloatArray = product - mean * mean.T
    return covariance
