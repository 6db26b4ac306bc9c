"""Which item comes next.

    eligible items  →  a criterion judges each  →  an exposure control picks among the best
    (constraints)      (rule)                       (exposure)

Nothing here has randomness of its own: with the same bank, state and generator the same item is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from irt_core.adaptive.candidates import best_candidates
from irt_core.adaptive.constraints import Constraints
from irt_core.adaptive.criteria import SHADOW
from irt_core.adaptive.eligibility import Eligibility, ItemPool
from irt_core.adaptive.exposure import ExposureControl
from irt_core.adaptive.one_examinee import most_informative
from irt_core.adaptive.situation import Situation
from irt_core.adaptive.state import CatState
from irt_core.errors import NO_GENERATOR, NoItemLeft, SelectionError
from irt_core.models.bank import ItemBank
from irt_core.models.content import ItemContent
from irt_core.multidimensional.state import MultidimensionalState

_NO_CONSTRAINTS = Constraints()


@dataclass(frozen=True)
class Choice:
    """The next item.

    `value` is the rule's criterion for it, `candidates` are the items that the exposure control drew from, best first,
    `reason` says in words how it came about (`reason_of`), and `ruled_out` are items that must stay out of the rest of
    the test (`CatState.setting_aside`). `shadow_test` is the whole test that the rule `shadow` took the item from.
    """

    item: int
    value: float
    reason: str
    candidates: tuple[int, ...]
    ruled_out: tuple[int, ...] = ()
    shadow_test: tuple[int, ...] = ()


def next_item(
    bank: ItemBank,
    state: CatState | MultidimensionalState,
    rule: str = "mfi",
    constraints: Constraints | None = None,
    exposure: ExposureControl | None = None,
    rng: np.random.Generator | None = None,
) -> Choice:
    """Choose the next item by one of the rules in `criteria`; for several abilities in `multidimensional.criteria`.

    Raises NoItemLeft when the bank or the constraints leave none, SelectionError for an unknown rule or when chance is
    needed and no `rng` was given, InfeasibleTest when the rule is `shadow` and no whole test meets the constraints.
    """
    constraints = constraints or _NO_CONSTRAINTS
    if isinstance(state, MultidimensionalState):
        from irt_core.multidimensional.selection import next_multidimensional_item

        return next_multidimensional_item(bank, state, rule, constraints, exposure, rng)
    n = 1 if exposure is None else exposure.n_candidates
    best = _best(bank, state, rule, constraints, n, rng)
    if not best.items:
        raise NoItemLeft("no item is left that the constraints allow")
    place, is_final = 0, False
    if exposure is not None:
        if rng is None:
            raise SelectionError(NO_GENERATOR)
        place, is_final = exposure.pick_one(best.items, rng, state.theta), exposure.rules_out_rejected
    pick = Pick(best.items[place], best.values[place], place, len(best.items))
    return Choice(
        item=pick.item,
        value=pick.value,
        reason=reason_of(rule, pick, (state.theta,), state.administered, bank.content, constraints, exposure),
        candidates=tuple(best.items),
        ruled_out=tuple(best.items[:place]) if is_final else (),
        shadow_test=best.shadow_test,
    )


class _Best(NamedTuple):
    """The n best items and their values, best first; fewer where there are fewer."""

    items: list[int]
    values: list[float]
    shadow_test: tuple[int, ...] = ()


def _best(
    bank: ItemBank, state: CatState, rule: str, constraints: Constraints, n: int, rng: np.random.Generator | None
) -> _Best:
    places = constraints.places_left(bank, state.n_administered)
    if places > 0 and rule == "mfi":
        found = most_informative(bank, state, constraints.blueprint, places, n)
        if found is not None:
            return _Best(*found)
    if rule == SHADOW:
        if places <= 0:
            return _Best([], [])
        from irt_core.assembly.shadow import TestSoFar, best_of_shadow_test

        return _Best(*best_of_shadow_test(bank, TestSoFar.of(state), constraints, n))
    seconds = constraints.seconds_for(bank, state)
    situation = Situation.of_one(bank, state, constraints.length, rng, seconds)
    pool = ItemPool.of_one(bank.content, state)
    candidates = best_candidates(rule, situation, eligibility_of(situation, pool, constraints), n)
    n_there = int(np.count_nonzero(candidates.items >= 0))
    return _Best(candidates.items[0, :n_there].tolist(), candidates.values[0, :n_there].tolist())


def eligibility_of(situation: Situation, pool: ItemPool, constraints: Constraints) -> Eligibility:
    """The items that may come next. Raises SelectionError."""
    position = situation.position
    places = constraints.places_left(situation.bank, position)
    return pool.eligibility(constraints, position, places, situation.theta)


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
    """The rule and its value at the estimate of each ability, then what content and exposure control had to say.

    mfi 0.431 at theta -0.392; area fractions has 3 of 8 items, 0.5 wanted; Randomesque took number 2 of 5
    """
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
