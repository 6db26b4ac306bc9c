"""Two groups of persons who answered the same items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.errors import DifError, ResponseError
from irt_core.responses import Responses

REFERENCE, FOCAL = 0, 1


@dataclass(frozen=True, eq=False)
class Comparison:
    """The focal group is the one that items may treat differently from the reference group.

    `scores` (n_persons, n_items) are 0 where there is none, which `given` says; `group` (n_persons,) is 0 for the
    reference group and 1 for the focal one; `weights` (n_persons,) say how often each person counts. `rows`
    (n_persons,) are the caller's rows, of which there are `n_rows` and some may have been left out; `names` are the
    labels of the two groups.
    """

    scores: IntArray
    given: BoolArray
    group: IntArray
    weights: FloatArray
    rows: IntArray
    n_rows: int
    names: tuple[str, str]

    @classmethod
    def of(
        cls,
        responses: ArrayLike,
        groups: ArrayLike,
        focal: Any,
        reference: Any = None,
        weights: ArrayLike | None = None,
    ) -> Self:
        """Read responses (n_persons, n_items), NaN or −1 being none, and a group label for each person (n_persons,).

        Without `reference` everybody who is not in the focal group is; otherwise persons of other groups are left out.
        Raises ResponseError and DifError.
        """
        scores, given = read_scores(responses)
        labels = read_labels(groups, len(scores))
        counts = _read_weights(weights, len(scores))
        is_focal = labels == focal
        is_reference = ~is_focal if reference is None else labels == reference
        for label, members in ((focal, is_focal), (reference, is_reference)):
            if not (counts[members] > 0).any():
                where = "outside the focal group" if label is None else f"in group {label!r}"
                raise DifError(f"nobody is {where}")
        if (is_focal & is_reference).any():
            raise DifError("the focal group and the reference group must be different")
        kept = np.flatnonzero((is_focal | is_reference) & (counts > 0))
        group = np.where(is_focal, FOCAL, REFERENCE)
        names = ("all others" if reference is None else str(reference), str(focal))
        return cls(scores[kept], given[kept], group[kept], counts[kept], kept, len(scores), names)

    @property
    def n_persons(self) -> int:
        """How many rows of responses there are."""
        return int(self.scores.shape[0])

    @property
    def n_items(self) -> int:
        """How many items there are."""
        return int(self.scores.shape[1])

    @property
    def top_scores(self) -> IntArray:
        """The highest score that anybody reached on each item, shape (n_items,)."""
        top: IntArray = self.scores.max(axis=0)
        return top


def read_scores(responses: ArrayLike) -> tuple[IntArray, BoolArray]:
    """The scores (n_persons, n_items), 0 where there is none, and where there is one. Raises ResponseError."""
    values = np.asarray(responses)
    if values.ndim != 2 or not values.size or not (np.issubdtype(values.dtype, np.number) or values.dtype == np.bool_):
        raise ResponseError(f"responses must be numbers of the shape (n_persons, n_items), not {values.shape}")
    values = values.astype(np.float64)
    highest = np.nanmax(values, initial=1.0)
    n_categories = int(highest) + 1 if np.isfinite(highest) else 2
    read = Responses.of(values, values.shape[1], n_categories)
    given = np.ones(values.shape, dtype=bool) if read.observed is None else read.observed.astype(bool)
    return read.scores.astype(np.int64), given


def read_labels(groups: ArrayLike, n_persons: int) -> Any:
    """A group label for each person, an array of shape (n_persons,). Raises DifError."""
    labels = np.asarray(groups)
    if labels.shape != (n_persons,):
        raise DifError(f"groups must be {n_persons} labels, one for each person, not {labels.shape}")
    return labels


def _read_weights(weights: ArrayLike | None, n_persons: int) -> FloatArray:
    if weights is None:
        return np.ones(n_persons)
    counts = np.asarray(weights, dtype=np.float64)
    if counts.shape != (n_persons,) or not (np.isfinite(counts) & (counts >= 0)).all():
        raise ResponseError(f"weights must be {n_persons} numbers, one for each person, 0 or more")
    return counts
