"""Responses as the estimators want them: checked scores, and which of them are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.errors import ResponseError


@dataclass(frozen=True, eq=False)
class Responses:
    """Scores of shape (n_persons, n_items), 0 where there is none. `observed` is None when every score is there."""

    scores: FloatArray
    observed: FloatArray | None

    @classmethod
    def of(cls, responses: ArrayLike, n_items: int, n_categories: int | IntArray) -> Self:
        """Read the responses of one person (n_items,) or many (n_persons, n_items). Raises ResponseError.

        `n_categories` is one number for all items or one for each, (n_items,); a score is a whole number below it. NaN
        and −1 mean that the item was not given.
        """
        try:
            scores = np.asarray(responses, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise ResponseError("responses must be numbers, with NaN or -1 for an item not given") from error
        if scores.ndim not in (1, 2) or scores.shape[-1] != n_items:
            raise ResponseError(f"responses must have the shape (n_persons, {n_items}), not {scores.shape}")
        scores, limits = np.atleast_2d(scores), np.broadcast_to(n_categories, (n_items,))
        if _are_scores(scores, limits).all():
            return cls(scores, None)
        given = ~(np.isnan(scores) | (scores == -1.0))
        scores = np.where(given, scores, 0.0)
        is_score = _are_scores(scores, limits)
        if not is_score.all():
            person, item = np.argwhere(~is_score)[0]
            raise ResponseError(f"{scores[person, item]:g} is not a score from 0 to {limits[item] - 1} of item {item}")
        return cls(scores, given.astype(np.float64))

    @property
    def n_persons(self) -> int:
        """How many persons there are."""
        return int(self.scores.shape[0])

    @property
    def n_observed(self) -> IntArray:
        """How many items each person was given, shape (n_persons,)."""
        if self.observed is None:
            return np.full(self.n_persons, self.scores.shape[1], dtype=np.int64)
        return np.asarray(np.count_nonzero(self.observed, axis=1), dtype=np.int64)

    def __getitem__(self, persons: slice | BoolArray | IntArray) -> Responses:
        """The responses of some persons."""
        return Responses(self.scores[persons], None if self.observed is None else self.observed[persons])

    def of_items(self, items: IntArray) -> Responses:
        """The responses to some items."""
        return Responses(self.scores[:, items], None if self.observed is None else self.observed[:, items])


def _are_scores(scores: FloatArray, limits: IntArray) -> BoolArray:
    """Whether each value is a whole score below the limit of its item; NaN and −1 are not."""
    if (limits == 2).all():
        return np.asarray((scores == 0.0) | (scores == 1.0))
    return np.asarray((scores >= 0) & (scores < limits) & (scores == np.floor(scores)))
