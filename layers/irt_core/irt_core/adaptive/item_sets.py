"""Items that share a stimulus: what has been given of each set, and what may come next.

The items of a set are given one after the other, in the set's order. A set begins only if the test can still give as
many of its items as it must, and it goes on to as many as it may; which ones, where it may not give all, the selection
rule says anew before each of them: the best of those that still follow.

A set is valued by the mean of the rule's values of those of its items that would be given: so sets of different sizes,
and single items, compete by what an item of the test brings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.errors import DesignError
from irt_core.models.content import ItemContent


@dataclass(frozen=True)
class SetRule:
    """How many items of a set must and may be given once it has begun, and of how many sets at most.

    A set that is smaller than `minimum` must be given whole.
    """

    minimum: int = 1
    maximum: int | None = None
    most_sets: int | None = None

    def __post_init__(self) -> None:
        if self.minimum < 1:
            raise DesignError("sets.minimum", "must be 1 or more")
        if self.maximum is not None and self.maximum < self.minimum:
            raise DesignError("sets.maximum", f"must be at least the minimum, {self.minimum}")
        if self.most_sets is not None and self.most_sets < 0:
            raise DesignError("sets.most_sets", "must be 0 or more")

    def minima(self, content: ItemContent) -> IntArray:
        """How many items of each set must be given, shape (n_sets,)."""
        return np.minimum(self.minimum, _sizes(content))

    def maxima(self, content: ItemContent) -> IntArray:
        """How many items of each set may be given, shape (n_sets,)."""
        sizes = _sizes(content)
        return sizes if self.maximum is None else np.minimum(self.maximum, sizes)


def _sizes(content: ItemContent) -> IntArray:
    return np.array([len(group) for group in content.sets], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class SetProgress:
    """What examinees have had of the sets.

    `has_begun` has the shape (n_examinees, n_sets). Of the set of the last item `current` (n_examinees,) is the number,
    −1 without one, `place` the place of that item in it, and `n_given` how many of its items were given.
    """

    has_begun: BoolArray
    current: IntArray
    place: IntArray
    n_given: IntArray

    @classmethod
    def none(cls, content: ItemContent, n_examinees: int) -> SetProgress:
        """Before the first item."""
        nothing = np.full(n_examinees, -1, dtype=np.int64)
        has_begun = np.zeros((n_examinees, len(content.sets)), dtype=bool)
        return cls(has_begun, nothing, nothing, np.zeros(n_examinees, dtype=np.int64))

    def of_some(self, examinees: IntArray | BoolArray) -> SetProgress:
        """The same for some of the examinees."""
        return SetProgress(
            self.has_begun[examinees], self.current[examinees], self.place[examinees], self.n_given[examinees]
        )

    def after(self, content: ItemContent, items: IntArray) -> SetProgress:
        """After each examinee was given an item, (n_examinees,)."""
        current = content.set_of[items]
        is_in_set = np.flatnonzero(current >= 0)
        self.has_begun[is_in_set, current[is_in_set]] = True
        place = (content.set_members[current] == items[:, None]).argmax(axis=1)
        n_given = np.where(current == self.current, self.n_given + 1, 1)
        return replace(self, current=current, place=place, n_given=n_given)


class NextOfSets(NamedTuple):
    """Which sets may supply the next item: of some examinees the current one must go on, for others some may begin.

    `goes_on` is (n_examinees,), `follows` (n_examinees, largest size) says which members of the current set can come
    then and `n_more` (n_examinees,) how many of them may; `may_begin` is (n_examinees, n_sets).
    """

    members: IntArray
    maxima: IntArray
    goes_on: BoolArray
    follows: BoolArray
    current: IntArray
    n_more: IntArray
    may_begin: BoolArray

    def allowed(self, is_free: BoolArray) -> BoolArray:
        """The items that can come next: those outside sets, all free ones of sets that may begin, the ones to follow.

        `is_free` and the answer have the shape (n_examinees, n_items).
        """
        is_allowed = without_sets(self.members, is_free & ~self.goes_on[:, None], self.may_begin)
        rows, places = np.nonzero(self.follows & self.goes_on[:, None])
        is_allowed[rows, self.members[self.current[rows], places]] = True
        return is_allowed

    def values_of_sets(self, values: FloatArray, is_free: BoolArray) -> tuple[FloatArray, IntArray]:
        """What each set is worth by the values of its items, and its first item, (n_examinees, n_sets) each."""
        of_members = np.where((self.members >= 0) & is_free[:, self.members], values[:, self.members], -np.inf)
        ordered = -np.sort(-of_members, axis=2)
        is_given = (np.arange(ordered.shape[2]) < self.maxima[:, None]) & (ordered > -np.inf)
        n_given = np.maximum(is_given.sum(axis=2), 1)
        worth = np.where(is_given, ordered, 0.0).sum(axis=2) / n_given
        worth[~self.may_begin] = -np.inf
        least = np.take_along_axis(ordered, n_given[:, :, None] - 1, axis=2)
        first = (of_members >= least).argmax(axis=2)
        return worth, self.members[np.arange(len(self.members)), first]

    def following(self, values: FloatArray) -> tuple[FloatArray, IntArray]:
        """For those whose set goes on the next item and its value, (n_examinees,); −∞ and −1 for the others."""
        members = self.members[self.current]
        rows = np.arange(len(members))
        of_members = np.where(self.follows, values[rows[:, None], members], -np.inf)
        ordered = -np.sort(-of_members, axis=1)
        least = ordered[rows, np.clip(self.n_more, 1, ordered.shape[1]) - 1]
        place = (self.follows & (of_members >= least[:, None])).argmax(axis=1)
        value, item = of_members[rows, place], members[rows, place]
        return np.where(self.goes_on, value, -np.inf), np.where(self.goes_on, item, -1)


def next_of_sets(
    content: ItemContent, progress: SetProgress, rule: SetRule, is_free: BoolArray, is_eligible: BoolArray, places: int
) -> NextOfSets:
    """Which sets can go on and which can begin, by their items and the places left alone.

    `is_free` (n_examinees, n_items) are the items that an examinee can still have, which a set that has begun goes on
    with; `is_eligible` those of them that a set may begin with.
    """
    members, minima, maxima = content.set_members, rule.minima(content), rule.maxima(content)
    n_eligible = ((members >= 0) & is_eligible[:, members]).sum(axis=2)
    may_begin = ~progress.has_begun & (n_eligible >= minima) & (minima <= places)
    if rule.most_sets is not None:
        may_begin &= progress.has_begun.sum(axis=1, keepdims=True) < rule.most_sets
    current = progress.current
    rows, of_current = np.arange(current.size)[:, None], members[current]
    follows = (of_current >= 0) & (np.arange(members.shape[1]) > progress.place[:, None]) & is_free[rows, of_current]
    n_more = maxima[current] - progress.n_given
    goes_on = (current >= 0) & (n_more > 0) & follows.any(axis=1)
    return NextOfSets(members, maxima, goes_on, follows, current, n_more, may_begin)


def without_sets(members: IntArray, is_free: BoolArray, may_begin: BoolArray) -> BoolArray:
    """The free items (n_examinees, n_items) but for those of sets that may not begin (n_examinees, n_sets)."""
    is_allowed = is_free.copy()
    numbers, places = np.nonzero(members >= 0)
    is_allowed[:, members[numbers, places]] &= may_begin[:, numbers]
    return is_allowed
