"""Which content areas build on which: in what order they can come, and which must come because others do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from irt_core.errors import DesignError


@dataclass(frozen=True)
class Prerequisites:
    """`order` names every area after those it builds on; `minima` are how many items each must have because of it."""

    order: tuple[str, ...]
    minima: Mapping[str, int]

    @classmethod
    def of(cls, after: Mapping[str, tuple[str, ...]], minima: Mapping[str, int]) -> Prerequisites:
        """From what each area builds on and its own minimum. Raises DesignError."""
        for name, others in after.items():
            unknown = [other for other in others if other not in after]
            if unknown:
                raise DesignError(f"blueprint.{name}.after", f"{unknown[0]} is no area of the blueprint")
        try:
            order = tuple(TopologicalSorter(after).static_order())
        except CycleError as error:
            circle = error.args[1]
            raise DesignError(f"blueprint.{circle[0]}.after", f"goes in a circle: {', '.join(circle)}") from error
        needed = dict(minima)
        for name in reversed(order):
            for other in after[name]:
                needed[other] = max(needed[other], min(needed[name], 1))
        return cls(order, needed)
