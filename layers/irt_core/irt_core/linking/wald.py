"""Wald's test that the parameters of an anchor are the same in both calibrations.

With τ = (A, B) the link, p the parameters of an item in the source and q in the target, the difference δ = p*(p, τ) − q
has the derivatives E = ∂p*/∂p and −1 by its own parameters, and T = ∂p*/∂τ by the link, which depends on the parameters
of all anchors through G = ∂τ/∂(all). With C the covariance of all parameters of the source (of the target likewise, −1
for E) δ has the covariance

    E C_jj E' + E C_j· G' T' + (E C_j· G' T')' + T G C G' T',   the sum over both calibrations.

Neglecting the link, as Lord (1980) did, leaves the first term only: too large for an item that is itself one of few
anchors.
"""

from __future__ import annotations

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.linking.anchors import Anchors
from irt_core.linking.moments import Constants

_NO_VARIANCE = 1e-9  # of a parameter's own variance: what is less has been used up by the link


def wald(pairs: Anchors, constants: Constants, is_anchor: BoolArray) -> tuple[FloatArray, IntArray]:
    """χ² and its degrees of freedom for every anchor, shape (n_anchors,) each; `is_anchor` says which ones link.

    Parameters that neither calibration estimated are not tested. NaN and 0 without covariances.
    """
    n = len(pairs)
    if pairs.covariances is None:
        return np.full(n, np.nan), np.zeros(n, dtype=np.int64)
    moved = pairs.source.moved(constants.slope, constants.shift)
    by_link = np.stack([moved.by_slope, moved.by_shift], axis=2)
    minus_one = np.broadcast_to(-np.eye(moved.values.shape[1]), moved.by_value.shape)
    variance = np.zeros(moved.by_value.shape)
    own = np.zeros(moved.values.shape)
    for covariance, by_own, by_all in zip(
        pairs.covariances, (moved.by_value, minus_one), (constants.by_source, constants.by_target), strict=True
    ):
        link = np.zeros((2, *moved.values.shape))
        link[:, is_anchor, : by_all.shape[2]] = by_all
        blocks = covariance[np.arange(n), :, np.arange(n)]
        with_link = np.einsum("jpkq,xkq->jpx", covariance, link, optimize=True)
        cross = by_own @ with_link @ by_link.transpose(0, 2, 1)
        of_link = np.einsum("xjp,jpy->xy", link, with_link)
        variance += by_own @ blocks @ by_own.transpose(0, 2, 1) + cross + cross.transpose(0, 2, 1)
        variance += by_link @ of_link @ by_link.transpose(0, 2, 1)
        own += np.diagonal(by_own @ blocks @ by_own.transpose(0, 2, 1), axis1=1, axis2=2)
    tests = [_quadratic_form(*each) for each in zip(moved.values - pairs.target.values, variance, own, strict=True)]
    chi_square, degrees = np.array(tests).T
    return np.where(degrees > 0, chi_square, np.nan), degrees.astype(np.int64)


def _quadratic_form(difference: FloatArray, variance: FloatArray, own: FloatArray) -> tuple[float, int]:
    """δ' V⁻¹ δ over the directions in which V does not vanish, and how many these are."""
    tested = own > 0
    if not tested.any():
        return 0.0, 0
    units = np.sqrt(own[tested])
    spread, directions = np.linalg.eigh(variance[np.ix_(tested, tested)] / np.outer(units, units))
    kept = spread > _NO_VARIANCE
    along = directions[:, kept].T @ (difference[tested] / units)
    return float((along**2 / spread[kept]).sum()), int(np.count_nonzero(kept))
