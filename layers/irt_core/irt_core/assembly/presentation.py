"""In which order the items of a test are given: sections one after the other, sets together and in their order."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from irt_core.adaptive.constraints import Constraints
from irt_core.models.content import ItemContent


def in_order(content: ItemContent, constraints: Constraints, items: Iterable[int]) -> tuple[int, ...]:
    """The items as they are given; what no section or set says follows the order of the bank.

    A set stands where its first item would stand.
    """
    specification = constraints.specification
    sections = None if specification is None else specification.sections
    numbers = np.zeros(content.n_items, dtype=np.int64) if sections is None else sections.numbers(content)
    chosen = {int(item) for item in items}

    def place(item: int) -> tuple[int, int, int]:
        if content.sets and content.set_of[item] >= 0:
            members = [member for member in content.sets[content.set_of[item]] if member in chosen]
            return int(numbers[members].min()), min(members), members.index(item)
        return int(numbers[item]), item, 0

    return tuple(sorted(chosen, key=place))
