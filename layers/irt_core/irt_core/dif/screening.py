"""How items are screened: the error rate, the anchors, and the purification of the items that others are compared by.

An item that functions differently also spoils the yardstick that it is part of. Purification takes the flagged items
out of the yardstick and examines all items again, until the flagged set stays as it is (Candell & Drasgow 1988, Applied
Psychological Measurement 12(3), 253-260; in two steps already Holland & Thayer 1988).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from irt_core.arrays import BoolArray
from irt_core.dif.significance import Adjustment
from irt_core.errors import DifError

Result = TypeVar("Result")


@dataclass(frozen=True)
class Screening:
    """`alpha` is the error rate of a test, `adjust` "bh" that of the whole list of flagged items instead.

    `anchors` are columns known to function alike: they stay the yardstick, and nothing is purified. Otherwise
    purification ends after `most_rounds`; 1 is none at all.
    """

    alpha: float = 0.05
    adjust: Adjustment | None = None
    anchors: Sequence[int] | None = None
    most_rounds: int = 10

    def __post_init__(self) -> None:
        if not 0.0 < self.alpha < 1.0:
            raise DifError(f"alpha must be between 0 and 1, not {self.alpha}")
        if self.most_rounds < 1:
            raise DifError(f"most_rounds must be at least 1, not {self.most_rounds}")

    def is_anchor(self, n_items: int) -> BoolArray:
        """Which of the items are the yardstick at first, shape (n_items,): all of them unless anchors are given."""
        if self.anchors is None:
            return np.ones(n_items, dtype=bool)
        anchors = np.asarray(self.anchors)
        if anchors.ndim != 1 or not anchors.size or not np.issubdtype(anchors.dtype, np.integer):
            raise DifError("anchors must be a list of columns of the responses")
        if anchors.min() < 0 or anchors.max() >= n_items:
            raise DifError(f"anchors must be columns from 0 to {n_items - 1}")
        is_anchor = np.zeros(n_items, dtype=bool)
        is_anchor[anchors] = True
        return is_anchor


@dataclass(frozen=True)
class Purification:
    """The items flagged in each round, and whether the last round flagged the same as the one before."""

    rounds: tuple[tuple[int, ...], ...]
    is_stable: bool


def purify(
    examine: Callable[[BoolArray], Result],
    flagged: Callable[[Result], BoolArray],
    screening: Screening,
    n_items: int,
) -> tuple[Result, Purification]:
    """Examine all items by their anchors (n_items,), take the flagged ones out of the anchors, and so on until stable.

    It also ends, unstable, when a set of flagged items comes back later, or when no two anchors would be left.
    """
    is_anchor = screening.is_anchor(n_items)
    rounds: list[tuple[int, ...]] = []
    before: tuple[int, ...] = ()
    seen = {before}
    while True:
        result = examine(is_anchor)
        is_flagged = flagged(result)
        found = tuple(np.flatnonzero(is_flagged).tolist())
        rounds.append(found)
        is_stable = screening.anchors is not None or found == before
        if is_stable or found in seen or n_items - len(found) < 2 or len(rounds) == screening.most_rounds:
            return result, Purification(tuple(rounds), is_stable)
        seen.add(found)
        before, is_anchor = found, ~is_flagged
