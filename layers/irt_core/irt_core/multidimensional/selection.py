"""Which item comes next in a test of several abilities.

Only the criteria are others than with one ability; eligibility, sets, exposure control and what a choice says are those
of `adaptive`. Where a control asks for one θ, it gets the composite.
"""

from __future__ import annotations

import numpy as np

from irt_core.adaptive.candidates import Candidates, best_by_value
from irt_core.adaptive.constraints import Constraints
from irt_core.adaptive.eligibility import Eligibility, ItemPool
from irt_core.adaptive.exposure import ExposureControl
from irt_core.adaptive.selection import Choice, Pick, reason_of
from irt_core.errors import NO_GENERATOR, NoItemLeft, SelectionError
from irt_core.models.bank import ItemBank
from irt_core.multidimensional.criteria import multidimensional_criterion
from irt_core.multidimensional.situation import MultidimensionalSituation
from irt_core.multidimensional.state import MultidimensionalState, bank_for


def next_multidimensional_item(
    bank: ItemBank,
    state: MultidimensionalState,
    rule: str,
    constraints: Constraints,
    exposure: ExposureControl | None = None,
    rng: np.random.Generator | None = None,
) -> Choice:
    """Choose the next item by one of the rules in `multidimensional.criteria`.

    Raises NoItemLeft when the bank or the constraints leave none, SelectionError for an unknown rule or when chance or
    a composite is needed and there is none, StateError when the bank is not for this state.
    """
    situation = MultidimensionalSituation.of_one(bank_for(state.prior, bank), state, rng)
    pool = ItemPool.of_one(bank.content, state)
    n = 1 if exposure is None else exposure.n_candidates
    candidates = best_items(rule, situation, eligible_items(situation, pool, constraints), n)
    n_there = int(np.count_nonzero(candidates.items >= 0))
    if not n_there:
        raise NoItemLeft("no item is left that the constraints allow")
    items, place, is_final = candidates.items[0, :n_there].tolist(), 0, False
    if exposure is not None:
        if rng is None:
            raise SelectionError(NO_GENERATOR)
        place, is_final = exposure.pick_one(items, rng, state.score), exposure.rules_out_rejected
    pick, thetas = Pick(items[place], float(candidates.values[0, place]), place, n_there), state.thetas[-1]
    return Choice(
        item=pick.item,
        value=pick.value,
        reason=reason_of(rule, pick, thetas, state.administered, bank.content, constraints, exposure),
        candidates=tuple(items),
        ruled_out=tuple(items[:place]) if is_final else (),
    )


def best_items(rule: str, situation: MultidimensionalSituation, eligibility: Eligibility, n: int) -> Candidates:
    """The n eligible items that the rule values most. Raises SelectionError for an unknown rule."""
    values = multidimensional_criterion(rule)(situation)
    return best_by_value(values, situation.bank.content, eligibility, n)


def eligible_items(situation: MultidimensionalSituation, pool: ItemPool, constraints: Constraints) -> Eligibility:
    """The items that may come next. Raises SelectionError."""
    places = constraints.places_left(situation.bank, situation.position)
    return pool.eligibility(constraints, situation.position, places, situation.score)
