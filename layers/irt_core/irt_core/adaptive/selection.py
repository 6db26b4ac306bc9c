"""Which item comes next.

    eligible items  →  a criterion judges each  →  an exposure control picks among the best
    (constraints)      (rule)                       (exposure)

Nothing here has randomness of its own: with the same bank, state and generator the same item is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from irt_core.adaptive.blueprint import ContentBlueprint
from irt_core.adaptive.candidates import best_candidates
from irt_core.adaptive.eligibility import Eligibility, ItemPool
from irt_core.adaptive.exposure import ExposureControl
from irt_core.adaptive.one_examinee import most_informative
from irt_core.adaptive.situation import Situation
from irt_core.adaptive.state import CatState
from irt_core.errors import NO_GENERATOR, NoItemLeft, SelectionError
from irt_core.models.bank import ItemBank


@dataclass(frozen=True)
class Constraints:
    """What the whole test must keep to: its greatest length, and what it is made of."""

    length: int | None = None
    blueprint: ContentBlueprint | None = None

    def __post_init__(self) -> None:
        if self.length is not None and self.length < 1:
            raise SelectionError("a test has a length of 1 or more")

    def places_left(self, bank: ItemBank, position: int) -> int:
        """How many items the test may still get after `position` of them. Raises SelectionError."""
        if self.blueprint is not None and bank.content.areas is None:
            raise SelectionError("a blueprint needs a bank whose items have content areas")
        return (bank.n_items if self.length is None else self.length) - position


_NO_CONSTRAINTS = Constraints()


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
    constraints = constraints or _NO_CONSTRAINTS
    n = 1 if exposure is None else exposure.n_candidates
    places = constraints.places_left(bank, state.n_administered)
    best = most_informative(bank, state, constraints.blueprint, places, n) if rule == "mfi" and places > 0 else None
    if best is None:
        best = _best_by_arrays(Situation.of_one(bank, state, constraints.length, rng), state, rule, constraints, n)
    items, values = best
    if not items:
        raise NoItemLeft("no item is left that the constraints allow")
    place, is_final = 0, False
    if exposure is not None:
        if rng is None:
            raise SelectionError(NO_GENERATOR)
        place, is_final = exposure.pick_one(items, rng), exposure.rules_out_rejected
    return Choice(
        item=items[place],
        value=values[place],
        reason=_reason(rule, state, exposure, place, len(items)),
        candidates=tuple(items),
        ruled_out=tuple(items[:place]) if is_final else (),
    )


def _best_by_arrays(
    situation: Situation, state: CatState, rule: str, constraints: Constraints, n: int
) -> tuple[list[int], list[float]]:
    """The n best items and their values, best first; fewer where there are fewer."""
    pool = ItemPool.of_one(situation.bank.content, state)
    candidates = best_candidates(rule, situation, eligibility_of(situation, pool, constraints), n)
    n_there = int(np.count_nonzero(candidates.items >= 0))
    return candidates.items[0, :n_there].tolist(), candidates.values[0, :n_there].tolist()


def eligibility_of(situation: Situation, pool: ItemPool, constraints: Constraints) -> Eligibility:
    """The items that may come next. Raises SelectionError."""
    position = situation.position
    return pool.eligibility(constraints.blueprint, position, constraints.places_left(situation.bank, position))


def _reason(rule: str, state: CatState, exposure: ExposureControl | None, place: int, n: int) -> str:
    reason = f"{rule} at theta {state.theta:.3f}"
    return reason if exposure is None else f"{reason}; {type(exposure).__name__} took number {place + 1} of {n}"
