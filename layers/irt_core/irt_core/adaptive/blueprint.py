"""What a test must be made of: proportions and limits for each content area, and no two enemies.

The areas that may supply the next item are those from which an item can be taken so that every minimum can still be met
in the places that are left. Among them the area that lags furthest behind its target comes next (Kingsbury & Zara 1989,
Applied Measurement in Education 2(4), 359-375).

An area can build on others (`after`): it opens once the test has the items that each of them must have, at least one.
While it waits, its lag is that of the areas it waits for, so that they come in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from irt_core.adaptive.prerequisites import Prerequisites
from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.errors import DesignError
from irt_core.models.bank import ItemBank

LAG_TOLERANCE = 1e-9
"""Areas whose lags behind their targets differ by less than this are equally far behind."""


@dataclass(frozen=True)
class ContentArea:
    """The share of the test that an area should get, how many items it must and may have, and what comes before it."""

    target: float | None = None
    minimum: int = 0
    maximum: int | None = None
    after: tuple[str, ...] = ()


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
        _ = self._prerequisites

    def limits(self, area_names: tuple[str, ...]) -> Limits:
        """The blueprint in the order of a bank's areas; made once and kept."""
        if area_names not in self._limits:
            self._limits[area_names] = Limits.of(self, area_names)
        return self._limits[area_names]

    def minimum(self, name: str) -> int:
        """How many items of an area the test must have: an area on which a required one builds must come too."""
        return self._prerequisites.minima.get(name, 0)

    def check_length(self, length: int) -> None:
        """Raise DesignError when no test of `length` items can keep the minima and maxima."""
        minimum = sum(map(self.minimum, self.areas))
        if minimum > length:
            raise DesignError("blueprint", f"the minima need {minimum} items, the test has {length}")
        maxima = [area.maximum for area in self.areas.values()]
        if all(maximum is not None for maximum in maxima) and sum(filter(None, maxima)) < length:
            raise DesignError("blueprint", f"the maxima allow {sum(filter(None, maxima))} items, the test has {length}")

    def check_bank(self, bank: ItemBank) -> None:
        """Raise DesignError when the bank has too few items of an area."""
        if bank.content.areas is None:
            raise DesignError("blueprint", "the bank's items have no content areas")
        for name in self.areas:
            minimum, held = self.minimum(name), bank.content.most_together(name)
            if held < minimum:
                raise DesignError(f"blueprint.{name}.minimum", f"is {minimum}, the bank can give {held} such items")

    @cached_property
    def _limits(self) -> dict[tuple[str, ...], Limits]:
        return {}

    @cached_property
    def _prerequisites(self) -> Prerequisites:
        return Prerequisites.of(
            {name: area.after for name, area in self.areas.items()},
            {name: area.minimum for name, area in self.areas.items()},
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
    """A blueprint in the order of one bank's areas: arrays of shape (n_areas,). A target that is not there is 0.

    `waits_for[k]` are the areas that area k builds on, and `order` names every area after those.
    """

    areas: tuple[ContentArea, ...]
    minimum: IntArray
    maximum: IntArray
    target: FloatArray
    has_target: BoolArray
    waits_for: tuple[IntArray, ...]
    order: tuple[int, ...]

    @classmethod
    def of(cls, blueprint: ContentBlueprint, area_names: tuple[str, ...]) -> Limits:
        """Areas that the blueprint does not name have a maximum of 0."""
        closed = ContentArea(target=0.0, maximum=0)
        areas = tuple(blueprint.areas.get(name, closed) for name in area_names)
        unlimited = np.iinfo(np.int64).max
        place = {name: place for place, name in enumerate(area_names)}
        known = [name for name in blueprint._prerequisites.order if name in place]
        return cls(
            areas,
            np.array([blueprint.minimum(name) for name in area_names], dtype=np.int64),
            np.array([unlimited if area.maximum is None else area.maximum for area in areas], dtype=np.int64),
            np.array([area.target or 0.0 for area in areas]),
            np.array([area.target is not None for area in areas]),
            tuple(np.array([place[name] for name in area.after if name in place], dtype=np.int64) for area in areas),
            tuple(place[name] for name in known),
        )

    @cached_property
    def minima(self) -> list[int]:
        """`minimum` as a list, for those who ask area by area."""
        minima: list[int] = self.minimum.tolist()
        return minima

    @cached_property
    def has_prerequisites(self) -> bool:
        """Whether any area builds on others."""
        return any(others.size for others in self.waits_for)

    def possible_areas(self, used: IntArray, available: IntArray, places: int) -> BoolArray:
        """The areas from which an item can be taken so that every minimum and maximum can still be kept.

        `used` and `available` count each area's items in the test and still to be had, shape (n_examinees, n_areas);
        `places` is how many items the test may still get.
        """
        is_open: BoolArray = (used < self.maximum) & (available > 0)
        owed = np.maximum(self.minimum - used, 0)
        is_pressing = owed.sum(axis=1, keepdims=True) >= places
        if is_pressing.any():
            is_open &= (owed > 0) | ~is_pressing
        return is_open

    def next_areas(self, used: IntArray, available: IntArray, position: int, places: int) -> BoolArray:
        """The areas that the next item may come from, when the test has `position` items and may get `places` more.

        No area is open to an examinee whose test can no longer keep the blueprint.
        """
        is_open = self.possible_areas(used, available, places)
        if not (self.has_target.any() or self.has_prerequisites):
            return is_open
        lag = np.where(is_open, self.target * (position + 1) - used * self.has_target, -np.inf)
        if self.has_prerequisites:
            self._wait(lag, is_open, used, available)
        if not self.has_target.any():
            return is_open
        is_furthest_behind: BoolArray = lag >= lag.max(axis=1, keepdims=True) - LAG_TOLERANCE
        return is_open & is_furthest_behind

    def _wait(self, lag: FloatArray, is_open: BoolArray, used: IntArray, available: IntArray) -> None:
        """Close the areas that must wait, and hand their lag on to what they wait for; the last ones to come first."""
        is_lacking = (used < np.maximum(self.minimum, 1)) & (available > 0)
        for area in reversed(self.order):
            others = self.waits_for[area]
            must_wait = is_lacking[:, others].any(axis=1)
            for other in others:
                passes_on = must_wait & is_lacking[:, other] & is_open[:, other]
                lag[passes_on, other] = np.maximum(lag[passes_on, other], lag[passes_on, area])
            is_open[must_wait, area], lag[must_wait, area] = False, -np.inf
