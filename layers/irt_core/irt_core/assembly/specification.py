"""What a test must consist of, item by item attribute: hard constraints that only a whole test can meet or break.

A specification is what `adaptive.blueprint` and `adaptive.item_sets` do not say: limits on any other attribute of the
items, sums of quantities, items that must or must not be there, an order of sections. All of them together with the
length are met exactly by shadow tests, assembled forms and panels, or refused with the names of those that conflict.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np

from irt_core.arrays import IntArray
from irt_core.errors import DesignError
from irt_core.models.content import ItemContent


@dataclass(frozen=True)
class CountLimit:
    """From `minimum` to `maximum` items whose `attribute` is one of the `values`. Content areas are called «area»."""

    attribute: str
    values: tuple[str, ...]
    minimum: int = 0
    maximum: int | None = None

    def __post_init__(self) -> None:
        if not self.values:
            raise DesignError("specification.counts", f"must name values of {self.attribute}")
        if self.minimum < 0 or (self.maximum is not None and self.maximum < self.minimum):
            raise DesignError("specification.counts", f"{self.attribute}: 0 ≤ minimum ≤ maximum must hold")

    @property
    def name(self) -> str:
        """What the limit is called where it conflicts with others."""
        most = "" if self.maximum is None else f" to {self.maximum}"
        return f"{self.attribute} {' or '.join(self.values)}: {self.minimum}{most or ' or more'} items"


@dataclass(frozen=True)
class SumLimit:
    """The sum of a quantity over the items of the test: words, seconds, points."""

    attribute: str
    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        bounds = [bound for bound in (self.minimum, self.maximum) if bound is not None]
        if not bounds or not all(map(isfinite, bounds)) or bounds != sorted(bounds):
            raise DesignError("specification.sums", f"{self.attribute} needs finite bounds, the smaller first")

    @property
    def name(self) -> str:
        """What the limit is called where it conflicts with others."""
        low = "" if self.minimum is None else f"{self.minimum:g} or more"
        high = "" if self.maximum is None else f"{self.maximum:g} or less"
        return f"sum of {self.attribute}: {' and '.join(filter(None, (low, high)))}"


@dataclass(frozen=True)
class Sections:
    """The test comes in parts: all items with the first of the `values` of an attribute, then all with the second …

    Items with other values come last.
    """

    attribute: str
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.values or len(set(self.values)) != len(self.values):
            raise DesignError("specification.sections", "must name different values")

    def numbers(self, content: ItemContent) -> IntArray:
        """The number of each item's section, shape (n_items,). Raises DesignError."""
        number = {value: place for place, value in enumerate(self.values)}
        values = content.categories(self.attribute)
        if values is None:
            raise DesignError("specification.sections", f"the bank's items have no categories of {self.attribute}")
        return np.array([number.get(value, len(number)) for value in values])


@dataclass(frozen=True)
class TestSpecification:
    """Hard constraints on a whole test. Raises DesignError when one of them contradicts itself.

    `enemies` come on top of those that the bank knows. `include` are items that must be in the test, `exclude` items
    that must not. `least_sets` is how many sets of items with a common stimulus there must be.

    `tolerance` is how much of the best possible value a shadow test may lack: 0 finds the very best. Live tests do not
    need it: a shadow test within 0.2 % of the best is found several times faster than the best is proven to be best.
    """

    __test__ = False  # the name is the field's; pytest is not meant

    counts: tuple[CountLimit, ...] = ()
    sums: tuple[SumLimit, ...] = ()
    enemies: tuple[tuple[int, ...], ...] = ()
    include: tuple[int, ...] = ()
    exclude: tuple[int, ...] = ()
    least_sets: int = 0
    sections: Sections | None = None
    tolerance: float = 0.002

    def __post_init__(self) -> None:
        both = set(self.include) & set(self.exclude)
        if both:
            raise DesignError("specification.include", f"item {min(both)} cannot be included and excluded")
        if self.least_sets < 0:
            raise DesignError("specification.least_sets", "must be 0 or more")
        if not 0.0 <= self.tolerance < 1.0:
            raise DesignError("specification.tolerance", "must be from 0 to below 1")
