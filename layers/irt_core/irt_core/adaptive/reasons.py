"""Why an item was chosen, in words: for those who look at a test afterwards.

mfi 0.431 at theta -0.392; area fractions has 3 of 8 items, 0.5 wanted; Randomesque took number 2 of 5
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from irt_core.adaptive.constraints import Constraints
from irt_core.adaptive.exposure import ExposureControl
from irt_core.models.content import ItemContent


@dataclass(frozen=True)
class Pick:
    """The item that was taken: at which of the `n` best by the rule, counted from 0, and what the rule valued it at."""

    item: int
    value: float
    place: int
    n: int


def reason_of(
    rule: str,
    pick: Pick,
    theta: Sequence[float],
    administered: Sequence[int],
    content: ItemContent,
    constraints: Constraints,
    exposure: ExposureControl | None,
) -> str:
    """The rule and its value at the estimate of each ability, then what content and exposure control had to say."""
    at = ", ".join(f"{ability:.3f}" for ability in theta)
    parts = [f"{rule} {pick.value:.3g} at theta {at if len(theta) == 1 else f'({at})'}"]
    if constraints.blueprint is not None and content.areas is not None:
        parts.append(_area(constraints, content.areas, pick.item, administered))
    group = content.sets[content.set_of[pick.item]] if content.sets and content.set_of[pick.item] >= 0 else ()
    if group:
        parts.append(f"number {1 + len(set(group) & set(administered))} from its set of {len(group)}")
    if exposure is not None:
        parts.append(f"{type(exposure).__name__} took number {pick.place + 1} of {pick.n}")
    return "; ".join(parts)


def _area(constraints: Constraints, areas: Sequence[str], item: int, administered: Sequence[int]) -> str:
    name = areas[item]
    n_before = sum(areas[other] == name for other in administered)
    area = None if constraints.blueprint is None else constraints.blueprint.areas.get(name)
    wanted = "" if area is None or area.target is None else f", {area.target:g} wanted"
    return f"area {name} has {n_before} of {len(administered)} items{wanted}"
