"""Which items some examinees may still be given.

What rules an item out for the rest of the test is kept as a table of free items: it was given or set aside, an enemy
of it was given, or its set is over. What rules it out for the moment is asked anew each time: the blueprint asks for
another area, a set goes on, or exposure control has made the item ineligible where the estimate is now.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from irt_core.adaptive.blueprint import ContentBlueprint, Limits
from irt_core.adaptive.constraints import Constraints
from irt_core.adaptive.item_eligibility import Barred
from irt_core.adaptive.item_sets import NextOfSets, SetProgress, next_of_sets, without_sets
from irt_core.adaptive.state import CatState
from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.models.content import ItemContent
from irt_core.multidimensional.state import MultidimensionalState


@dataclass(eq=False)
class ItemPool:
    """The items that are still free for each examinee. `give` and `rule_out` change it in place.

    `is_free` has the shape (n_examinees, n_items); `used` and `available` (n_examinees, n_areas) count the items of
    each content area in the test and still free. `sets` is None where no items share a stimulus, `barred` where no
    item is ineligible.
    """

    content: ItemContent = field(repr=False)
    is_free: BoolArray
    used: IntArray
    available: IntArray
    sets: SetProgress | None = None
    barred: Barred | None = None

    @classmethod
    def full(cls, content: ItemContent, n_examinees: int, barred: Barred | None = None) -> ItemPool:
        """Every item is free for everybody."""
        n_areas = len(content.area_names)
        return cls(
            content,
            np.ones((n_examinees, content.n_items), dtype=bool),
            np.zeros((n_examinees, n_areas), dtype=np.int64),
            np.repeat(content.area_sizes[None, :], n_examinees, axis=0),
            SetProgress.none(content, n_examinees) if content.sets else None,
            barred,
        )

    @classmethod
    def of_one(cls, content: ItemContent, state: CatState | MultidimensionalState) -> ItemPool:
        """What is free for the examinee of a live session."""
        barred = None if state.ineligible is None else state.ineligible.barred(content.n_items)
        if content.sets:
            pool = cls.full(content, 1, barred)
            for item in state.administered:
                pool.give(np.array([item]))
            for item in state.set_aside:
                pool.rule_out(np.array([0]), np.array([item]))
            return pool
        given = np.array(state.administered, dtype=np.int64)
        taken = given
        if content.enemies or state.set_aside:
            taken = np.array([*content.with_enemies(state.administered).union(state.set_aside)], dtype=np.int64)
        is_free = np.ones((1, content.n_items), dtype=bool)
        is_free[0, taken] = False
        used, lost = content.count_by_area(given), content.count_by_area(taken)
        return cls(content, is_free, used[None, :], (content.area_sizes - lost)[None, :], None, barred)

    def of_some(self, examinees: IntArray | BoolArray) -> ItemPool:
        """The same for some of the examinees."""
        return ItemPool(
            self.content,
            self.is_free[examinees],
            self.used[examinees],
            self.available[examinees],
            None if self.sets is None else self.sets.of_some(examinees),
            None if self.barred is None else self.barred.of_some(examinees),
        )

    def give(self, items: IntArray) -> None:
        """Record that each examinee was given an item, (n_examinees,)."""
        everybody = np.arange(items.size)
        self.rule_out(everybody, items)
        if self.content.areas is not None:
            self.used[everybody, self.content.area_of[items]] += 1
        for enemies in self.content.enemy_columns:
            has_enemy = enemies[items] >= 0
            self.rule_out(everybody[has_enemy], enemies[items[has_enemy]])
        if self.sets is not None:
            before, self.sets = self.sets, self.sets.after(self.content, items)
            is_over = (before.current >= 0) & (before.current != self.sets.current)
            for members in self.content.set_members.T:
                left_over = members[before.current]
                rows = np.flatnonzero(is_over & (left_over >= 0))
                self.rule_out(rows, left_over[rows])

    def rule_out(self, examinees: IntArray, items: IntArray) -> None:
        """Take `items[k]` away from the distinct `examinees[k]`."""
        if self.content.areas is not None:
            self.available[examinees, self.content.area_of[items]] -= self.is_free[examinees, items]
        self.is_free[examinees, items] = False

    def has_minima(self, constraints: Constraints) -> BoolArray:
        """Whose test has the items that every area and the set of the last item must have, (n_examinees,)."""
        is_met = np.ones(len(self.is_free), dtype=bool)
        if constraints.blueprint is not None:
            limits = constraints.blueprint.limits(self.content.area_names)
            is_met = np.all(self.used >= limits.minimum, axis=1)
        if self.sets is not None:
            current = self.sets.current
            is_met &= (current < 0) | (self.sets.n_given >= constraints.sets.minima(self.content)[current])
        return is_met

    def eligibility(self, constraints: Constraints, position: int, places: int, theta: FloatArray) -> Eligibility:
        """The items that may come next at the estimates, when the test has `position` items and `places` left."""
        if places <= 0:
            return Eligibility(np.zeros_like(self.is_free))
        if self.barred is None:
            return self._among(self.is_free, self.available, constraints, position, places)
        is_eligible = self.is_free & ~self.barred.at(theta)
        found = self._among(is_eligible, self._count(is_eligible), constraints, position, places)
        is_empty = ~found.of_all().any(axis=1)
        if is_empty.any():  # no test can be made of the eligible items alone
            is_eligible[is_empty] = self.is_free[is_empty]
            found = self._among(is_eligible, self._count(is_eligible), constraints, position, places)
        return found

    def _among(
        self, is_free: BoolArray, available: IntArray, constraints: Constraints, position: int, places: int
    ) -> Eligibility:
        limits = self._limits(constraints.blueprint)
        if limits is not None and self.content.enemies:
            is_free = self._without_spoilers(limits, is_free, available)
        if self.sets is not None:
            return self._among_sets(self.sets, is_free, limits, constraints, position, places)
        if limits is None:
            return Eligibility(is_free)
        open_areas = limits.next_areas(self.used, available, position, places)
        return Eligibility(is_free, open_areas, self.used, self.content.area_of)

    def _among_sets(
        self,
        progress: SetProgress,
        is_free: BoolArray,
        limits: Limits | None,
        constraints: Constraints,
        position: int,
        places: int,
    ) -> Eligibility:
        """As `_among` where items share stimuli: the areas count only items of sets that can begin."""
        members = self.content.set_members
        nexts = next_of_sets(self.content, progress, constraints.sets, self.is_free, is_free, places)
        if limits is not None:
            area_of_set, minima = self.content.area_of[members[:, 0]], constraints.sets.minima(self.content)
            owed = np.maximum(limits.minimum - self.used, 0)
            owed_after = owed.sum(axis=1, keepdims=True) - np.minimum(minima, owed[:, area_of_set])
            has_room = self.used[:, area_of_set] + minima <= limits.maximum[area_of_set]
            nexts.may_begin[:] &= has_room & (owed_after <= places - minima)
            can_go_on = limits.possible_areas(self.used, self.available, places)[:, area_of_set]
            rows, current = np.arange(len(is_free)), nexts.current
            must_go_on = progress.n_given < minima[current]
            nexts.goes_on[:] &= must_go_on | can_go_on[rows, current]
            possible = without_sets(members, is_free, nexts.may_begin)
            open_areas = limits.next_areas(self.used, self._count(possible), position, places)
            nexts.may_begin[:] &= open_areas[:, area_of_set]
            is_free = is_free & open_areas[:, self.content.area_of]
        return Eligibility(nexts.allowed(is_free), sets=nexts)

    def _limits(self, blueprint: ContentBlueprint | None) -> Limits | None:
        return None if blueprint is None else blueprint.limits(self.content.area_names)

    def _count(self, is_there: BoolArray) -> IntArray:
        """How many of the items (n_examinees, n_items) are of each area, (n_examinees, n_areas)."""
        return (is_there.astype(np.float32) @ self.content.area_indicators).astype(np.int64)

    def _without_spoilers(self, limits: Limits, is_free: BoolArray, available: IntArray) -> BoolArray:
        """Leave out items whose enemies are needed to meet a minimum: more of them in an area than it can spare."""
        spare = available - np.maximum(limits.minimum - self.used, 0)
        if spare.min() >= self.content.most_enemies:
            return is_free
        left = is_free.copy()
        for (item, area), enemies in self.content.enemies_by_area.items():
            lost = np.count_nonzero(is_free[:, enemies], axis=1)
            left[:, item] &= lost <= spare[:, area]
        return left


@dataclass(frozen=True, eq=False)
class Eligibility:
    """The answer to which items may come next: free ones, of an open area where there are areas.

    `is_free` has the shape (n_examinees, n_items), `open_areas` and `n_used`, the items that the test has of each area,
    (n_examinees, n_areas), `area_of` (n_items,). Where items share stimuli, `sets` says which of them go on or begin,
    and `is_free` has the areas in it. An examinee for whom nothing is eligible cannot go on.
    """

    is_free: BoolArray
    open_areas: BoolArray | None = None
    n_used: IntArray = field(default_factory=lambda: np.empty((0, 0), dtype=np.int64))
    area_of: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64), repr=False)
    sets: NextOfSets | None = None

    def of_all(self) -> BoolArray:
        """Whether each item may come next, (n_examinees, n_items)."""
        return self.is_free if self.open_areas is None else self.is_free & self.open_areas[:, self.area_of]

    def of(self, rows: IntArray, items: IntArray) -> BoolArray:
        """Whether each of the items (n_rows, n) named for some of the examinees (n_rows,) may come next."""
        is_free: BoolArray = self.is_free.take(items + rows[:, None] * self.is_free.shape[1])
        if self.open_areas is None:
            return is_free
        is_free &= self.open_areas.take(self.area_of.take(items) + rows[:, None] * self.open_areas.shape[1])
        return is_free

    def of_some(self, examinees: IntArray) -> Eligibility:
        """The same for some of the examinees."""
        if self.open_areas is None:
            return Eligibility(self.is_free[examinees])
        return Eligibility(self.is_free[examinees], self.open_areas[examinees], self.n_used[examinees], self.area_of)
