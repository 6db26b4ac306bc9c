"""Which item comes next.

    eligible items  →  a criterion judges each  →  an exposure control picks among the best
    (constraints)      (rule)                       (exposure)

Nothing here has randomness of its own: with the same bank, state and generator the same item is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from irt_core.arrays import IntArray
from irt_core.blueprint import ContentBlueprint
from irt_core.candidates import Candidates, best_candidates
from irt_core.eligibility import Eligibility, ItemPool
from irt_core.errors import NoItemLeft, SelectionError
from irt_core.exposure import ExposureControl
from irt_core.models import ItemBank
from irt_core.situation import Situation
from irt_core.state import CatState


@dataclass(frozen=True)
class Constraints:
    """What the whole test must keep to: its greatest length, and what it is made of."""

    length: int | None = None
    blueprint: ContentBlueprint | None = None

    def __post_init__(self) -> None:
        if self.length is not None and self.length < 1:
            raise SelectionError("a test has a length of 1 or more")

    def places_left(self, bank: ItemBank, position: int) -> int:
        """How many items the test may still get after `position` of them."""
        return (bank.n_items if self.length is None else self.length) - position


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
    constraints = constraints or Constraints()
    situation = Situation.of_one(bank, state, constraints.length, rng)
    eligibility = eligibility_of(situation, ItemPool.of_one(bank.content, state), constraints)
    candidates = best_candidates(rule, situation, eligibility, 1 if exposure is None else exposure.n_candidates)
    items = [item for item in candidates.items[0].tolist() if item >= 0]
    if not items:
        raise NoItemLeft("no item is left that the constraints allow")
    place = int(pick_places(candidates, exposure, situation)[0])
    rejected = items[:place] if exposure is not None and exposure.rules_out_rejected else []
    return Choice(
        item=items[place],
        value=float(candidates.values[0, place]),
        reason=_reason(rule, state, exposure, place, len(items)),
        candidates=tuple(items),
        ruled_out=tuple(rejected),
    )


def eligibility_of(situation: Situation, pool: ItemPool, constraints: Constraints) -> Eligibility:
    """The items that may come next. Raises SelectionError."""
    bank, blueprint = situation.bank, constraints.blueprint
    if blueprint is not None and bank.content.areas is None:
        raise SelectionError("a blueprint needs a bank whose items have content areas")
    return pool.eligibility(blueprint, constraints.places_left(bank, situation.position))


def pick_places(candidates: Candidates, exposure: ExposureControl | None, situation: Situation) -> IntArray:
    """The place of each examinee's item among the candidates: the first unless an exposure control picks another."""
    if exposure is None:
        return np.zeros(candidates.items.shape[0], dtype=np.int64)
    return exposure.pick(candidates.items, situation.randomness)


def _reason(rule: str, state: CatState, exposure: ExposureControl | None, place: int, n: int) -> str:
    reason = f"{rule} at theta {state.theta:.3f}"
    return reason if exposure is None else f"{reason}; {type(exposure).__name__} took number {place + 1} of {n}"
