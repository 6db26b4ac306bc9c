"""Published response data: two sections of the Law School Admission Test, as counts of response patterns.

R. D. Bock & M. Lieberman (1970), Fitting a response model for n dichotomously scored items, Psychometrika 35(2),
179-197: five items each of sections 6 and 7, answered by 1,000 persons. Both tables are printed again in many papers
and books on item response theory.
"""

from __future__ import annotations

from itertools import product

import numpy as np

LSAT6_COUNTS = (
    *(3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15),
    *(10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298),
)
LSAT7_COUNTS = (
    *(12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28),
    *(7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35, 18, 136, 32, 308),
)
"""How many persons gave each of the 32 patterns, in binary order: 00000, 00001, …; the last digit is item 5."""


def lsat6() -> tuple[np.ndarray, np.ndarray]:
    """Section 6: the 30 patterns that were given (30, 5), and how many of 1,000 persons gave each (30,)."""
    return _given(LSAT6_COUNTS)


def lsat7() -> tuple[np.ndarray, np.ndarray]:
    """Section 7: the 32 patterns (32, 5), and how many of 1,000 persons gave each (32,)."""
    return _given(LSAT7_COUNTS)


def _given(counts: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    patterns, weights = np.array(list(product((0, 1), repeat=5))), np.array(counts, dtype=float)
    return patterns[weights > 0], weights[weights > 0]
