"""Which items some examinees may still be given.

Three things rule an item out: it was given or set aside, an enemy of it was given, or the blueprint asks for another
area. The first two only ever grow, so they are kept as a table of free items; the third is asked anew each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from irt_core.adaptive.blueprint import ContentBlueprint, Limits
from irt_core.adaptive.state import CatState
from irt_core.arrays import BoolArray, IntArray
from irt_core.models.content import ItemContent


@dataclass(frozen=True, eq=False)
class ItemPool:
    """The items that are still free for each examinee.

    `is_free` has the shape (n_examinees, n_items); `used` and `available` (n_examinees, n_areas) count the items of
    each content area in the test and still free.
    """

    content: ItemContent = field(repr=False)
    is_free: BoolArray
    used: IntArray
    available: IntArray

    @classmethod
    def full(cls, content: ItemContent, n_examinees: int) -> ItemPool:
        """Every item is free for everybody."""
        n_areas = len(content.area_names)
        return cls(
            content,
            np.ones((n_examinees, content.n_items), dtype=bool),
            np.zeros((n_examinees, n_areas), dtype=np.int64),
            np.repeat(content.area_sizes[None, :], n_examinees, axis=0),
        )

    @classmethod
    def of_one(cls, content: ItemContent, state: CatState) -> ItemPool:
        """What is free for the examinee of a live session."""
        given = np.array(state.administered, dtype=np.int64)
        taken = given
        if content.enemies or state.set_aside:
            taken = np.array([*content.with_enemies(state.administered).union(state.set_aside)], dtype=np.int64)
        is_free = np.ones((1, content.n_items), dtype=bool)
        is_free[0, taken] = False
        used, lost = content.count_by_area(given), content.count_by_area(taken)
        return cls(content, is_free, used[None, :], (content.area_sizes - lost)[None, :])

    def of_some(self, examinees: IntArray | BoolArray) -> ItemPool:
        """The same for some of the examinees."""
        return ItemPool(self.content, self.is_free[examinees], self.used[examinees], self.available[examinees])

    def give(self, items: IntArray) -> None:
        """Record that each examinee was given an item, (n_examinees,)."""
        everybody = np.arange(items.size)
        self.rule_out(everybody, items)
        if self.content.areas is not None:
            self.used[everybody, self.content.area_of[items]] += 1
        for enemies in self.content.enemy_columns:
            has_enemy = enemies[items] >= 0
            self.rule_out(everybody[has_enemy], enemies[items[has_enemy]])

    def rule_out(self, examinees: IntArray, items: IntArray) -> None:
        """Take `items[k]` away from the distinct `examinees[k]`."""
        if self.content.areas is not None:
            self.available[examinees, self.content.area_of[items]] -= self.is_free[examinees, items]
        self.is_free[examinees, items] = False

    def has_minima(self, blueprint: ContentBlueprint | None) -> BoolArray:
        """Whose test has the items that every area must have, (n_examinees,)."""
        if blueprint is None:
            return np.ones(len(self.is_free), dtype=bool)
        limits = blueprint.limits(self.content.area_names)
        is_met: BoolArray = np.all(self.used >= limits.minimum, axis=1)
        return is_met

    def eligibility(self, blueprint: ContentBlueprint | None, position: int, places: int) -> Eligibility:
        """The items that may come next, when the test has `position` items and `places` left."""
        if places <= 0:
            return Eligibility(np.zeros_like(self.is_free))
        if blueprint is None:
            return Eligibility(self.is_free)
        limits = blueprint.limits(self.content.area_names)
        open_areas = limits.next_areas(self.used, self.available, position, places)
        is_free = self._without_spoilers(limits) if self.content.enemies else self.is_free
        return Eligibility(is_free, open_areas, self.used, self.content.area_of)

    def _without_spoilers(self, limits: Limits) -> BoolArray:
        """Leave out items whose enemies are needed to meet a minimum: more of them in an area than it can spare."""
        spare = self.available - np.maximum(limits.minimum - self.used, 0)
        if spare.min() >= self.content.most_enemies:
            return self.is_free
        is_free = self.is_free.copy()
        for (item, area), enemies in self.content.enemies_by_area.items():
            lost = np.count_nonzero(self.is_free[:, enemies], axis=1)
            is_free[:, item] &= lost <= spare[:, area]
        return is_free


@dataclass(frozen=True, eq=False)
class Eligibility:
    """The answer to which items may come next: free ones, of an open area where there are areas.

    `is_free` has the shape (n_examinees, n_items), `open_areas` and `n_used`, the items that the test has of each area,
    (n_examinees, n_areas), `area_of` (n_items,). An examinee for whom nothing is eligible cannot go on.
    """

    is_free: BoolArray
    open_areas: BoolArray | None = None
    n_used: IntArray = field(default_factory=lambda: np.empty((0, 0), dtype=np.int64))
    area_of: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64), repr=False)

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
