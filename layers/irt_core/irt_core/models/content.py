"""What an item is about: its content area, and the items that must not appear beside it.

`ItemContent` belongs to a bank.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np

from irt_core.arrays import IntArray
from irt_core.errors import BankError


@dataclass(frozen=True)
class ItemContent:
    """The areas and the enemies of `n_items` items. `areas` is None when the items are not classified."""

    n_items: int
    areas: tuple[str, ...] | None = None
    enemies: tuple[tuple[int, ...], ...] = ()

    @classmethod
    def of(cls, n_items: int, areas: Sequence[str] | None, enemies: Sequence[Sequence[int]]) -> Self:
        """Checked content: one area name for each item, enemy sets of known items. Raises BankError."""
        if areas is not None and (len(areas) != n_items or not all(isinstance(area, str) for area in areas)):
            raise BankError(f"areas must name one content area for each of the {n_items} items")
        sets = tuple(tuple(sorted({int(item) for item in group})) for group in enemies)
        if any(group and (group[0] < 0 or group[-1] >= n_items) for group in sets):
            raise BankError(f"enemies must be items from 0 to {n_items - 1}")
        return cls(n_items, None if areas is None else tuple(areas), tuple(group for group in sets if len(group) > 1))

    def subset(self, items: IntArray) -> ItemContent:
        """The content of the picked items, renumbered in their order."""
        position = {int(item): place for place, item in enumerate(items)}
        areas = None if self.areas is None else [self.areas[item] for item in items]
        enemies = [[position[item] for item in group if item in position] for group in self.enemies]
        return ItemContent.of(len(items), areas, enemies)

    def to_dict(self) -> dict[str, Any]:
        """The parts that are there, as plain JSON."""
        content: dict[str, Any] = {}
        if self.areas is not None:
            content["areas"] = list(self.areas)
        if self.enemies:
            content["enemies"] = [list(group) for group in self.enemies]
        return content

    @cached_property
    def area_names(self) -> tuple[str, ...]:
        """The distinct areas, sorted."""
        return tuple(sorted(set(self.areas or ())))

    @cached_property
    def area_of(self) -> IntArray:
        """The place of each item's area in `area_names`, shape (n_items,)."""
        code = {name: place for place, name in enumerate(self.area_names)}
        return np.array([code[name] for name in self.areas or ()], dtype=np.int64)

    @cached_property
    def area_codes(self) -> list[int]:
        """`area_of` as a list, for those who ask item by item."""
        codes: list[int] = self.area_of.tolist()
        return codes

    @cached_property
    def area_sizes(self) -> IntArray:
        """How many items each area in `area_names` has."""
        return np.bincount(self.area_of, minlength=len(self.area_names))

    def count_by_area(self, items: IntArray) -> IntArray:
        """How many of `items` are of each area in `area_names`."""
        if self.areas is None:
            return self.area_sizes
        return np.bincount(self.area_of[items], minlength=len(self.area_names))

    @cached_property
    def enemies_of(self) -> dict[int, frozenset[int]]:
        """For each item that has enemies, the other items of its sets."""
        found: dict[int, frozenset[int]] = {}
        for group in self.enemies:
            for item in group:
                found[item] = found.get(item, frozenset()) | (frozenset(group) - {item})
        return found

    @cached_property
    def most_enemies(self) -> int:
        """How many enemies the item has that has most."""
        return max(map(len, self.enemies_of.values()), default=0)

    @cached_property
    def enemy_columns(self) -> tuple[IntArray, ...]:
        """The first enemy of every item, the second, and so on; −1 where there is none. Each of shape (n_items,)."""
        columns = np.full((self.most_enemies, self.n_items), -1, dtype=np.int64)
        for item, enemies in self.enemies_of.items():
            columns[: len(enemies), item] = sorted(enemies)
        return tuple(columns)

    @cached_property
    def enemies_by_area(self) -> dict[tuple[int, int], IntArray]:
        """The enemies of an item within one area, by item and area."""
        found: dict[tuple[int, int], list[int]] = {}
        for item, enemies in self.enemies_of.items():
            for enemy in sorted(enemies):
                found.setdefault((item, int(self.area_of[enemy])), []).append(enemy)
        return {key: np.array(enemies, dtype=np.int64) for key, enemies in found.items()}

    def most_together(self, area: str) -> int:
        """How many items of the area one test can hold, found greedily: the items with fewest enemies first."""
        held: set[int] = set()
        members = [item for item, name in enumerate(self.areas or ()) if name == area]
        for item in sorted(members, key=lambda item: len(self.enemies_of.get(item, ()))):
            if held.isdisjoint(self.enemies_of.get(item, ())):
                held.add(item)
        return len(held)

    def with_enemies(self, items: Iterable[int]) -> set[int]:
        """The items together with all their enemies."""
        together = set(items)
        for item in tuple(together) if self.enemies else ():
            together |= self.enemies_of.get(item, frozenset())
        return together
