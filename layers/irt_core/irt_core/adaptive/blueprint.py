"""What a test must be made of: proportions and limits for each content area, and no two enemies.

The areas that may supply the next item are those from which an item can be taken so that every minimum can still be met
in the places that are left. Among them the area that lags furthest behind its target comes next (Kingsbury & Zara 1989,
Applied Measurement in Education 2(4), 359-375).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.errors import DesignError
from irt_core.models.bank import ItemBank

LAG_TOLERANCE = 1e-9
"""Areas whose lags behind their targets differ by less than this are equally far behind."""


@dataclass(frozen=True)
class ContentArea:
    """The share of the test that an area should get, and how many items it must and may have."""

    target: float | None = None
    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True)
class ContentBlueprint:
    """The areas of a test by name. Items of other areas are not used. Raises DesignError when it contradicts itself."""

    areas: Mapping[str, ContentArea]

    def __post_init__(self) -> None:
        if not self.areas:
            raise DesignError("blueprint", "must name at least one area")
        for name, area in self.areas.items():
            _check_area(f"blueprint.{name}", area)
        targets = [area.target for area in self.areas.values() if area.target is not None]
        if sum(targets) > 1.0 + 1e-9:
            raise DesignError("blueprint", f"the targets add up to {sum(targets):g}, more than 1")

    def limits(self, area_names: tuple[str, ...]) -> Limits:
        """The blueprint in the order of a bank's areas; made once and kept."""
        if area_names not in self._limits:
            self._limits[area_names] = Limits.of(self, area_names)
        return self._limits[area_names]

    @cached_property
    def _limits(self) -> dict[tuple[str, ...], Limits]:
        return {}

    def check_length(self, length: int) -> None:
        """Raise DesignError when no test of `length` items can keep the minima and maxima."""
        minimum = sum(area.minimum for area in self.areas.values())
        if minimum > length:
            raise DesignError("blueprint", f"the minima need {minimum} items, the test has {length}")
        maxima = [area.maximum for area in self.areas.values()]
        if all(maximum is not None for maximum in maxima) and sum(filter(None, maxima)) < length:
            raise DesignError("blueprint", f"the maxima allow {sum(filter(None, maxima))} items, the test has {length}")

    def check_bank(self, bank: ItemBank) -> None:
        """Raise DesignError when the bank has too few items of an area."""
        if bank.content.areas is None:
            raise DesignError("blueprint", "the bank's items have no content areas")
        for name, area in self.areas.items():
            held = bank.content.most_together(name)
            if held < area.minimum:
                raise DesignError(
                    f"blueprint.{name}.minimum", f"is {area.minimum}, the bank can give {held} such items"
                )


def _check_area(path: str, area: ContentArea) -> None:
    if area.target is not None and not 0.0 <= area.target <= 1.0:
        raise DesignError(f"{path}.target", "must be between 0 and 1")
    if area.minimum < 0:
        raise DesignError(f"{path}.minimum", "must be 0 or more")
    if area.maximum is not None and area.maximum < max(area.minimum, 1):
        raise DesignError(f"{path}.maximum", "must be at least 1 and the minimum")


@dataclass(frozen=True)
class Limits:
    """A blueprint in the order of one bank's areas: arrays of shape (n_areas,). A target that is not there is 0."""

    areas: tuple[ContentArea, ...]
    minimum: IntArray
    maximum: IntArray
    target: FloatArray
    has_target: BoolArray

    @classmethod
    def of(cls, blueprint: ContentBlueprint, area_names: tuple[str, ...]) -> Limits:
        """Areas that the blueprint does not name have a maximum of 0."""
        closed = ContentArea(target=0.0, maximum=0)
        areas = tuple(blueprint.areas.get(name, closed) for name in area_names)
        unlimited = np.iinfo(np.int64).max
        return cls(
            areas,
            np.array([area.minimum for area in areas], dtype=np.int64),
            np.array([unlimited if area.maximum is None else area.maximum for area in areas], dtype=np.int64),
            np.array([area.target or 0.0 for area in areas]),
            np.array([area.target is not None for area in areas]),
        )

    @cached_property
    def minima(self) -> list[int]:
        """`minimum` as a list, for those who ask area by area."""
        minima: list[int] = self.minimum.tolist()
        return minima

    def next_areas(self, used: IntArray, available: IntArray, position: int, places: int) -> BoolArray:
        """The areas that the next item may come from.

        `used` and `available` count each area's items in the test and still to be had, shape (n_examinees, n_areas);
        `position` is how many items the test has, `places` how many it may still get. No area is open to an examinee
        whose test can no longer keep the blueprint.
        """
        is_open = (used < self.maximum) & (available > 0)
        owed = np.maximum(self.minimum - used, 0)
        is_pressing = owed.sum(axis=1, keepdims=True) >= places
        if is_pressing.any():
            is_open &= (owed > 0) | ~is_pressing
        if not self.has_target.any():
            return is_open
        lag = np.where(is_open, self.target * (position + 1) - used * self.has_target, -np.inf)
        is_furthest_behind: BoolArray = lag >= lag.max(axis=1, keepdims=True) - LAG_TOLERANCE
        return is_open & is_furthest_behind
