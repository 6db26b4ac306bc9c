"""Which score on one form is worth which score on another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Concordance:
    """`equivalent` (n_scores,) on form Y of every whole `score` 0, 1, … on form X; `top_scores` are the highest.

    `theta` (n_scores,) is the ability that goes with both in true-score equating, infinite at scores that no ability
    expects; `frequency` (n_scores,) the part of the population that earns the score in observed-score equating. What a
    method does not know is NaN.
    """

    score: IntArray
    equivalent: FloatArray
    theta: FloatArray
    frequency: FloatArray
    top_scores: tuple[int, int]
    method: str

    @property
    def rounded(self) -> IntArray:
        """The equivalents as scores that form Y has: the nearest whole ones."""
        whole = np.floor(np.clip(self.equivalent, 0, self.top_scores[1]) + 0.5)
        return whole.astype(np.int64)

    def convert(self, scores: ArrayLike) -> FloatArray:
        """The equivalents of any scores on form X, interpolated between whole ones; NaN outside of the form."""
        wanted = np.asarray(scores, dtype=np.float64)
        inside = (wanted >= 0) & (wanted <= self.top_scores[0])
        return np.where(inside, np.interp(wanted, self.score, self.equivalent), np.nan)
