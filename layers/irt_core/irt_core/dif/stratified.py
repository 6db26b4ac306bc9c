"""Comparing two groups within strata: odds ratios, tests and mean differences, for all items at once.

`counts` has the shape (n_items, n_strata, 2, n_categories), reference group first. With n_Rk and n_Fk members in
stratum k, T_k = n_Rk + n_Fk, and for items scored 0 or 1 A, B = right and wrong in the reference group, C, D = in the
focal group:

    α_MH  = Σ A_k D_k / T_k ÷ Σ B_k C_k / T_k           (Mantel & Haenszel 1959, JNCI 22(4), 719-748)
    F_k   = Σ_y y n_Fyk, the sum of the focal group's scores; given the margins of the table
    E F_k = n_Fk / T_k · Σ_y y n_+yk
    Var F_k = n_Rk n_Fk / (T_k² (T_k − 1)) · (T_k Σ_y y² n_+yk − (Σ_y y n_+yk)²)
    χ²    = (Σ F_k − Σ E F_k)² / Σ Var F_k, one degree of freedom   (Mantel 1963, JASA 58(303), 690-700)

With two categories and ½ taken off |Σ F_k − Σ E F_k| that is the Mantel–Haenszel χ². Strata that lack one of the
groups tell nothing and drop out of every sum.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray


class Estimate(NamedTuple):
    """A value and its standard error for each item, shape (n_items,) each."""

    value: FloatArray
    standard_error: FloatArray


def common_log_odds_ratio(counts: FloatArray) -> Estimate:
    """ln α_MH of items scored 0 or 1, positive where the item is easier for the reference group.

    The standard error is that of Robins, Breslow & Greenland (1986), Biometrics 42(2), 311-323, which is also that of
    Phillips & Holland (1987), Biometrics 43(2), 425-431. Infinite where one kind of answer is never found, with NaN for
    the standard error.
    """
    right, wrong = counts[..., 1], counts[..., 0]
    total = np.maximum(counts.sum(axis=(2, 3)), 1e-300)
    agree, disagree = (right[..., 0] + wrong[..., 1]) / total, (wrong[..., 0] + right[..., 1]) / total
    for_reference, for_focal = right[..., 0] * wrong[..., 1] / total, wrong[..., 0] * right[..., 1] / total
    sum_reference, sum_focal = for_reference.sum(axis=1), for_focal.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_ratio = np.log(sum_reference) - np.log(sum_focal)
        variance = (
            (agree * for_reference).sum(axis=1) / (2.0 * sum_reference**2)
            + (agree * for_focal + disagree * for_reference).sum(axis=1) / (2.0 * sum_reference * sum_focal)
            + (disagree * for_focal).sum(axis=1) / (2.0 * sum_focal**2)
        )
    return Estimate(log_ratio, np.where(np.isfinite(variance), np.sqrt(variance), np.nan))


def mantel_chi_square(counts: FloatArray, is_corrected: BoolArray) -> FloatArray:
    """Mantel's χ² of each item, corrected for continuity where `is_corrected` (n_items,); NaN without variance."""
    margins = _Margins(counts)
    departure = np.abs((margins.focal_sum - margins.expected_sum).sum(axis=1))
    variance = margins.variance.sum(axis=1)
    departure = np.maximum(departure - 0.5 * is_corrected, 0.0)
    chi_square: FloatArray = np.full(len(counts), np.nan)
    np.divide(departure**2, variance, out=chi_square, where=variance > 0)
    return chi_square


def general_chi_square(counts: FloatArray) -> tuple[FloatArray, IntArray]:
    """The generalised Mantel–Haenszel χ², which takes the categories as unordered, and its degrees of freedom.

    The vector of the focal group's frequencies against its expectation in the metric of its covariance given the
    margins (Somes 1986, The American Statistician 40(2), 106-108); the degrees are the rank of that matrix.
    """
    margins = _Margins(counts)
    categories = counts.sum(axis=2)[..., 1:]
    share = (margins.n_focal / margins.total)[..., None]
    departure = ((counts[:, :, 1, 1:] - share * categories) * margins.is_used[..., None]).sum(axis=1)
    factor = margins.factor
    covariance = -np.einsum("js,jsc,jsd->jcd", factor, categories, categories, optimize=True)
    diagonal = np.arange(categories.shape[2])
    covariance[:, diagonal, diagonal] += np.einsum("js,js,jsc->jc", factor, margins.total, categories)
    inverse = np.linalg.pinv(covariance, rcond=1e-10, hermitian=True)
    degrees = np.linalg.matrix_rank(covariance, hermitian=True, rtol=1e-10)
    return np.einsum("jc,jcd,jd->j", departure, inverse, departure), np.asarray(degrees, dtype=np.int64)


def standardised_difference(counts: FloatArray) -> Estimate:
    """Mean score of the focal group less that of the reference group, with the focal group's weights.

    Dorans & Kulick (1986), Journal of Educational Measurement 23(4), 355-368; Dorans & Schmitt (1991), ETS RR-91-47.
    The standard error holds the margins fixed (Zwick & Thayer 1996, Journal of Educational and Behavioral Statistics
    21(3), 187-201).
    """
    margins = _Margins(counts)
    n_focal = np.where(margins.is_used, margins.n_focal, 1.0)
    n_reference = np.where(margins.is_used, margins.n_reference, 1.0)
    used = margins.n_focal * margins.is_used
    weight = used / np.maximum(used.sum(axis=1, keepdims=True), 1e-300)
    means = margins.focal_sum / n_focal - margins.reference_sum / n_reference
    spread = weight * (1.0 / n_focal + 1.0 / n_reference)
    has_any = margins.is_used.any(axis=1)
    value = np.where(has_any, (weight * means).sum(axis=1), np.nan)
    return Estimate(value, np.where(has_any, np.sqrt((spread**2 * margins.variance).sum(axis=1)), np.nan))


def score_deviations(counts: FloatArray) -> FloatArray:
    """Standard deviation of each item's scores in both groups together, shape (n_items,)."""
    frequencies = counts.sum(axis=(1, 2))
    scores = np.arange(counts.shape[3])
    total = np.maximum(frequencies.sum(axis=1), 1e-300)
    mean = frequencies @ scores / total
    deviations: FloatArray = np.sqrt(np.maximum(frequencies @ scores**2 / total - mean**2, 0.0))
    return deviations


class _Margins:
    """What the sums are made of, each of shape (n_items, n_strata); 0 in strata that lack a group."""

    def __init__(self, counts: FloatArray) -> None:
        scores = np.arange(counts.shape[3])
        self.n_reference, self.n_focal = np.moveaxis(counts.sum(axis=3), 2, 0)
        total = self.n_reference + self.n_focal
        self.is_used = (self.n_reference > 0) & (self.n_focal > 0) & (total > 1)
        self.total = np.where(self.is_used, total, 2.0)
        self.reference_sum, self.focal_sum = np.moveaxis(counts @ scores, 2, 0) * self.is_used
        first, second = counts.sum(axis=2) @ scores, counts.sum(axis=2) @ scores**2
        self.expected_sum = self.is_used * self.n_focal * first / self.total
        self.factor = self.is_used * self.n_reference * self.n_focal / (self.total**2 * (self.total - 1.0))
        self.variance = self.factor * (self.total * second - first**2)
