"""Tail areas of the χ² distribution, and the root mean square error of approximation that follows from one.

    RMSEA = √( max(0, X² − df) / (df (N − 1)) )

(Steiger & Lind 1980; Browne & Cudeck 1993, in *Testing Structural Equation Models*). The ends of its interval come from
the noncentralities under which X² would be the 95th and the 5th percentile.
"""

from __future__ import annotations

import numpy as np

from irt_core.arrays import FloatArray


def upper_tail(statistic: FloatArray | float, df: FloatArray | float) -> FloatArray:
    """P(χ²_df > statistic); NaN where there are no degrees of freedom."""
    from scipy.special import chdtrc

    has_any = np.greater(df, 0)
    p = chdtrc(np.where(has_any, df, 1.0), np.maximum(statistic, 0.0))
    return np.where(has_any, p, np.nan)


def rmsea(statistic: FloatArray | float, df: FloatArray | float, n_persons: FloatArray | float) -> FloatArray:
    """The root mean square error of approximation; NaN where there are no degrees of freedom."""
    usable = np.greater(df, 0) & np.greater(n_persons, 1)
    scale = np.where(usable, np.multiply(df, np.subtract(n_persons, 1.0)), np.nan)
    root: FloatArray = np.sqrt(np.maximum(np.subtract(statistic, df), 0.0) / scale)
    return root


def rmsea_interval(statistic: float, df: float, n_persons: float, level: float = 0.9) -> tuple[float, float]:
    """The confidence interval of the RMSEA."""
    from scipy.special import chdtr, chndtrinc

    if not (df > 0 and n_persons > 1 and np.isfinite(statistic)):
        return np.nan, np.nan
    below, above = 0.5 + 0.5 * level, 0.5 - 0.5 * level
    ends = [float(chndtrinc(statistic, df, tail)) if chdtr(df, statistic) > tail else 0.0 for tail in (below, above)]
    low, high = (float(np.sqrt(end / (df * (n_persons - 1.0)))) for end in ends)
    return low, high
