"""What an item is about and what it comes with: its content area, the items that must not appear beside it, the items
that share its stimulus, and whatever else a test specification may count or add up.

`ItemContent` belongs to a bank.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from irt_core.arrays import IntArray
from irt_core.errors import BankError

Groups = Sequence[Sequence[int]]
Attribute = tuple[str, ...] | tuple[float, ...]


@dataclass(frozen=True)
class ItemContent:
    """The content of `n_items` items.

    `areas` is None when the items are not classified. Of each group of `enemies` a test holds one item at most. Each of
    the `sets` are the items of one stimulus in the order in which they are given. `attributes` has, under its name, a
    text for each item (a category) or a number for each (a quantity, like words or seconds).
    """

    n_items: int
    areas: tuple[str, ...] | None = None
    enemies: tuple[tuple[int, ...], ...] = ()
    sets: tuple[tuple[int, ...], ...] = ()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        n_items: int,
        areas: Sequence[str] | None = None,
        enemies: Groups = (),
        sets: Groups = (),
        attributes: Mapping[str, Sequence[Any]] | None = None,
    ) -> Self:
        """Checked content: an area for each item, groups of known items, no item in two sets. Raises BankError."""
        if areas is not None and (len(areas) != n_items or not all(isinstance(area, str) for area in areas)):
            raise BankError(f"areas must name one content area for each of the {n_items} items")
        foes = [tuple(sorted(set(group))) for group in _checked_groups("enemies", enemies, n_items)]
        stimuli = _checked_groups("sets", sets, n_items)
        together = [item for group in stimuli for item in group]
        if len(together) != len(set(together)):
            raise BankError("an item can be in one set only, and once")
        return cls(
            n_items,
            None if areas is None else tuple(areas),
            tuple(group for group in foes if len(group) > 1),
            tuple(group for group in stimuli if group),
            {name: _attribute(name, values, n_items) for name, values in (attributes or {}).items()},
        )

    @classmethod
    def joined(cls, contents: Sequence[ItemContent]) -> Self:
        """The content of several banks, one bank after the other. Raises BankError where some lack what others have."""
        starts = np.cumsum([0, *(content.n_items for content in contents)]).tolist()
        for what in ("areas", "attributes"):
            if len({_presence(getattr(content, what)) for content in contents}) > 1:
                raise BankError(f"either all or none of the mixed banks have content {what}")
        shifted = {
            kind: [
                [item + start for item in group]
                for start, content in zip(starts, contents, strict=False)
                for group in getattr(content, kind)
            ]
            for kind in ("enemies", "sets")
        }
        has_areas = contents[0].areas is not None
        return cls.of(
            starts[-1],
            [area for content in contents for area in content.areas or ()] if has_areas else None,
            attributes={
                name: [value for content in contents for value in content.attributes[name]]
                for name in contents[0].attributes
            },
            **shifted,
        )

    def subset(self, items: IntArray) -> ItemContent:
        """The content of the picked items, renumbered in their order; items of a set keep the set's own order."""
        position = {int(item): place for place, item in enumerate(items)}
        enemies, sets = (
            [[position[item] for item in group if item in position] for group in groups]
            for groups in (self.enemies, self.sets)
        )
        areas = None if self.areas is None else [self.areas[item] for item in items]
        attributes = {name: [values[item] for item in items] for name, values in self.attributes.items()}
        return ItemContent.of(len(items), areas, enemies, sets, attributes)

    def to_dict(self) -> dict[str, Any]:
        """The parts that are there, as plain JSON."""
        content: dict[str, Any] = {}
        if self.areas is not None:
            content["areas"] = list(self.areas)
        for name in ("enemies", "sets"):
            if getattr(self, name):
                content[name] = [list(group) for group in getattr(self, name)]
        if self.attributes:
            content["attributes"] = {name: list(values) for name, values in self.attributes.items()}
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

    @cached_property
    def area_indicators(self) -> NDArray[np.float32]:
        """1 where an item is of an area, else 0, shape (n_items, n_areas)."""
        is_of_area = self.area_of[:, None] == np.arange(len(self.area_names))
        return np.asarray(is_of_area, dtype=np.float32)

    def categories(self, name: str) -> tuple[str, ...] | None:
        """Each item's text under an attribute; «area» are the content areas. None without such an attribute."""
        values = self.areas if name == "area" else self.attributes.get(name)
        return values if values and isinstance(values[0], str) else None

    def quantities(self, name: str) -> tuple[float, ...] | None:
        """Each item's number under an attribute. None without such an attribute."""
        values = self.attributes.get(name)
        return None if values is None or isinstance(values[0], str) else values

    def count_by_area(self, items: IntArray) -> IntArray:
        """How many of `items` are of each area in `area_names`."""
        if self.areas is None:
            return self.area_sizes
        return np.bincount(self.area_of[items], minlength=len(self.area_names))

    @cached_property
    def set_of(self) -> IntArray:
        """The number of each item's set, −1 without one, shape (n_items,)."""
        numbers = np.full(self.n_items, -1, dtype=np.int64)
        for number, group in enumerate(self.sets):
            numbers[list(group)] = number
        return numbers

    @cached_property
    def set_members(self) -> IntArray:
        """The items of each set in their order, filled up with −1, shape (n_sets, size of the largest)."""
        members = np.full((len(self.sets), max(map(len, self.sets), default=0)), -1, dtype=np.int64)
        for number, group in enumerate(self.sets):
            members[number, : len(group)] = group
        return members

    @cached_property
    def has_sets_of_one_area(self) -> bool:
        """Whether the items of every set are of the same area."""
        areas = self.areas or ("",) * self.n_items
        return all(len({areas[item] for item in group}) == 1 for group in self.sets)

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


def _checked_groups(what: str, groups: Groups, n_items: int) -> list[tuple[int, ...]]:
    checked = [tuple(int(item) for item in group) for group in groups]
    if any(not 0 <= item < n_items for group in checked for item in group):
        raise BankError(f"{what} must be items from 0 to {n_items - 1}")
    return checked


def _attribute(name: str, values: Sequence[Any], n_items: int) -> Attribute:
    """Either texts or finite numbers, one for each item."""
    if len(values) == n_items:
        if all(isinstance(value, str) for value in values):
            return tuple(values)
        if not any(isinstance(value, str) for value in values) and all(map(math.isfinite, values)):
            return tuple(map(float, values))
    raise BankError(f"the attribute {name} must have a text or a finite number for each of the {n_items} items")


def _presence(part: Any) -> Any:
    """What two contents must both have: areas or none, the same attributes of the same kind."""
    if isinstance(part, Mapping):
        return frozenset((name, isinstance(values[0], str)) for name, values in part.items())
    return part is None
