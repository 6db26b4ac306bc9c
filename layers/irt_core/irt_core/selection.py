"""Which item comes next.

    eligible items  →  a criterion judges each  →  an exposure control picks among the best
    (constraints)      (rule)                       (exposure)

Nothing here has randomness of its own: with the same bank, state and generator the same item is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.blueprint import ContentBlueprint, Limits
from irt_core.criteria import CRITERIA, Situation
from irt_core.errors import NoItemLeft, SelectionError
from irt_core.exposure import ExposureControl, Pick
from irt_core.models import ItemBank
from irt_core.state import CatState


@dataclass(frozen=True)
class Constraints:
    """What the whole test must keep to: its greatest length, and what it is made of."""

    length: int | None = None
    blueprint: ContentBlueprint | None = None

    def __post_init__(self) -> None:
        if self.length is not None and self.length < 1:
            raise SelectionError("a test has a length of 1 or more")

    def minima_are_met(self, bank: ItemBank, state: CatState) -> bool:
        """Whether every area has the items that it must have."""
        if self.blueprint is None or bank.content.areas is None:
            return True
        given = [bank.content.areas[item] for item in state.administered]
        return all(given.count(name) >= area.minimum for name, area in self.blueprint.areas.items())


@dataclass(frozen=True)
class Choice:
    """The next item.

    `value` is the rule's criterion for it, `candidates` are the items that the exposure control drew from, best first,
    `reason` says in words how it came about, and `ruled_out` are items that must stay out of the rest of the test
    (`CatState.setting_aside`).
    """

    item: int
    value: float
    reason: str
    candidates: tuple[int, ...]
    ruled_out: tuple[int, ...] = ()


def next_item(
    bank: ItemBank,
    state: CatState,
    rule: str = "mfi",
    constraints: Constraints | None = None,
    exposure: ExposureControl | None = None,
    rng: np.random.Generator | None = None,
) -> Choice:
    """Choose the next item by one of the rules in `criteria`.

    Raises NoItemLeft when the bank or the constraints leave none, SelectionError for an unknown rule or when chance is
    needed and no `rng` was given.
    """
    if rule not in CRITERIA:
        raise SelectionError(f"no selection rule is called {rule!r}; there are: {', '.join(CRITERIA)}")
    constraints = constraints or Constraints()
    items = eligible_items(bank, state, constraints)
    situation = Situation(bank, state, items, constraints.length, rng)
    values = CRITERIA[rule](situation)
    if exposure is None:
        best = int(values.argmax())
        return Choice(int(items[best]), float(values[best]), _reason(rule, situation), (int(items[best]),))
    ranked = _best_first(values, exposure.n_candidates)
    candidates = items[ranked]
    pick = exposure.pick(candidates, situation.randomness)
    return Choice(
        item=int(candidates[pick.place]),
        value=float(values[ranked[pick.place]]),
        reason=f"{_reason(rule, situation)}; {_drawn(exposure, pick)}",
        candidates=tuple(candidates[: max(pick.place + 1, exposure.n_candidates or 0)].tolist()),
        ruled_out=tuple(candidates[list(pick.ruled_out)].tolist()),
    )


def eligible_items(bank: ItemBank, state: CatState, constraints: Constraints) -> IntArray:
    """The items that may come next, ascending. Raises NoItemLeft."""
    if constraints.length is not None and state.n_administered >= constraints.length:
        raise NoItemLeft(f"the test has its {constraints.length} items")
    excluded = _excluded(bank, state)
    is_free = np.ones(bank.n_items, dtype=bool)
    is_free[excluded] = False
    if constraints.blueprint is None:
        items = np.flatnonzero(is_free)
    else:
        areas = _next_areas(bank, state, constraints, excluded)
        members = [bank.content.items_of[area] for area in areas]
        pool = np.sort(np.concatenate(members)) if len(members) > 1 else members[0]
        items = pool[is_free[pool]]
    if not items.size:
        raise NoItemLeft("every item of the bank is used up or ruled out")
    return items


def _excluded(bank: ItemBank, state: CatState) -> IntArray:
    """Items given already, their enemies, and items set aside."""
    excluded = set(state.administered) | set(state.set_aside)
    for item in state.administered:
        excluded |= bank.content.enemies_of.get(item, frozenset())
    return np.fromiter(excluded, dtype=np.int64, count=len(excluded))


def _next_areas(bank: ItemBank, state: CatState, constraints: Constraints, excluded: IntArray) -> IntArray:
    blueprint, content = constraints.blueprint, bank.content
    if blueprint is None or content.areas is None:
        raise SelectionError("a blueprint needs a bank whose items have content areas")
    n_areas = len(content.area_names)
    given = np.array(state.administered, dtype=np.int64)
    used = np.bincount(content.area_of[given], minlength=n_areas)
    available = content.area_sizes - np.bincount(content.area_of[excluded], minlength=n_areas)
    places = (constraints.length or bank.n_items) - state.n_administered
    areas = np.flatnonzero(Limits.of(blueprint, content.area_names).next_areas(used, available, places))
    if not areas.size:
        raise NoItemLeft("no item can be given without breaking the blueprint")
    return areas


def _best_first(values: FloatArray, n: int | None) -> IntArray:
    """The places of the n largest values, largest first; of equal ones the earlier place first."""
    if n is None or n >= values.size:
        return np.argsort(-values, kind="stable")
    threshold = np.partition(values, values.size - n)[values.size - n]
    above = np.flatnonzero(values >= threshold)
    return above[np.argsort(-values[above], kind="stable")][:n]


def _reason(rule: str, situation: Situation) -> str:
    return f"{rule} at theta {situation.state.theta:.3f} over {situation.items.size} eligible items"


def _drawn(exposure: ExposureControl, pick: Pick) -> str:
    return f"{type(exposure).__name__} took number {pick.place + 1}"
