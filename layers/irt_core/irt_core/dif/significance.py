"""Tail probabilities, and their adjustment when many items are tested at once."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray
from irt_core.errors import IrtError

Adjustment = Literal["bh"]


def chi_square_tail(statistic: FloatArray, degrees_of_freedom: ArrayLike) -> FloatArray:
    """P(χ² > statistic), the shape of `statistic`; NaN where the statistic is NaN or has no degrees of freedom."""
    from scipy.special import chdtrc

    degrees = np.asarray(degrees_of_freedom, dtype=np.float64)
    tail: FloatArray = chdtrc(np.where(degrees > 0, degrees, np.nan), statistic)
    return tail


def adjusted(p_values: FloatArray, adjustment: Adjustment | None) -> FloatArray:
    """The p-values of all items, adjusted for there being many, shape (n_items,); NaN stays NaN and does not count.

    "bh" is the false discovery rate of Benjamini & Hochberg (1995), JRSS B 57(1), 289-300: min over j ≥ i of
    m p_(j) / j, of which comparing with α is their step-up rule. None leaves them as they are.
    """
    if adjustment is None:
        return p_values.copy()
    if adjustment != "bh":
        raise IrtError(f"no adjustment of p-values is called {adjustment!r}; there is: bh")
    result = np.full(p_values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    descending = tested[np.argsort(p_values[tested])[::-1]]
    scaled = p_values[descending] * tested.size / np.arange(tested.size, 0, -1)
    result[descending] = np.minimum.accumulate(np.minimum(scaled, 1.0))
    return result
