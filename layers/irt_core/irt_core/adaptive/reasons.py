"""Why an item was chosen, in words: for those who look at a test afterwards.

mfi 0.431 at theta -0.392; area fractions has 3 of 8 items, 0.5 wanted; Randomesque took number 2 of 5
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from irt_core.adaptive.constraints import Constraints
from irt_core.adaptive.exposure import ExposureControl
from irt_core.models.content import ItemContent


class Pick(NamedTuple):
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
    at = f"{theta[0]:.3f}" if len(theta) == 1 else f"({', '.join([f'{ability:.3f}' for ability in theta])})"
    reason = f"{rule} {pick.value:.3g} at theta {at}"
    blueprint, areas = constraints.blueprint, content.areas
    if blueprint is not None and areas is not None:
        name = areas[pick.item]
        n_before = [areas[item] for item in administered].count(name)
        target = blueprint.areas[name].target if name in blueprint.areas else None
        wanted = "" if target is None else f", {target:g} wanted"
        reason = f"{reason}; area {name} has {n_before} of {len(administered)} items{wanted}"
    if content.sets and content.set_of[pick.item] >= 0:
        group = content.sets[content.set_of[pick.item]]
        n_before = len(set(group).intersection(administered))
        reason = f"{reason}; number {n_before + 1} from its set of {len(group)}"
    if exposure is not None:
        reason = f"{reason}; {type(exposure).__name__} took number {pick.place + 1} of {pick.n}"
    return reason
