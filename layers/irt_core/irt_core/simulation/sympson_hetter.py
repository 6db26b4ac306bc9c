"""The probabilities of a Sympson–Hetter control, found by simulation.

With P(S) the part of the examinees for whom an item was selected, and r the greatest rate of exposure wanted, a cycle
simulates the design and sets k = r / P(S) for every item with P(S) > r, else 1; so that P(A) = k P(S) ≤ r. What others
lose some items gain, so cycles are repeated until no item is given to more than r. In every cycle as many of the
largest k as a test has items are set to 1, so that no test is left without items (Sympson & Hetter 1985, Proceedings of
the 27th annual meeting of the Military Testing Association, 973-977). Rates within intervals of ability are held in the
same way, by probabilities from the examinees of each interval (Stocking & Lewis 1998, JEBS 23(1), 57-75).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from irt_core.adaptive.design import CatDesign
from irt_core.adaptive.exposure import ConditionalSympsonHetter, SympsonHetter
from irt_core.adaptive.item_eligibility import check_cuts, stratum_of
from irt_core.arrays import FloatArray
from irt_core.errors import DesignError, IrtError
from irt_core.models.bank import ItemBank
from irt_core.simulation.simulate import simulate_cat


@dataclass(frozen=True)
class SympsonHetterSetUp:
    """The control; the greatest exposure rate of any item in each cycle; whether the last one was low enough.

    Of a control for several intervals of ability the rates are the greatest of any interval.
    """

    control: SympsonHetter | ConditionalSympsonHetter
    greatest_rates: tuple[float, ...]
    has_converged: bool


def set_up_sympson_hetter(
    bank: ItemBank,
    theta: ArrayLike,
    design: CatDesign,
    max_rate: float,
    *,
    cuts: tuple[float, ...] = (),
    is_multinomial: bool = False,
    tolerance: float = 0.02,
    most_cycles: int = 50,
    seed: int = 0,
) -> SympsonHetterSetUp:
    """The control that keeps the exposure of every item to `max_rate`, for examinees with abilities (n_examinees,).

    Whatever exposure control the design has is replaced. `cuts` ask for probabilities for each interval between them.
    The cycles end when no rate exceeds `max_rate` by more than `tolerance`, which must leave room for chance: with N
    examinees a rate r has a standard error of √(r (1 − r) / N). If they do not end in `most_cycles`, the best of them
    is returned, and `has_converged` is false. Raises DesignError for a rate that the bank cannot hold, IrtError for an
    interval without examinees.
    """
    ability, length = np.atleast_1d(np.asarray(theta, dtype=np.float64)), design.stopping.max_items
    if not length / bank.n_items < max_rate <= 1.0:
        least = f"{length} of {bank.n_items} items"
        raise DesignError("exposure.max_rate", f"must be above {length / bank.n_items:.3f}, for {least}, and at most 1")
    check_cuts("exposure.cuts", cuts)
    if most_cycles < 1:
        raise IrtError("a set-up needs at least one cycle")
    interval = stratum_of(ability, cuts)
    rows = []
    for number in range(len(cuts) + 1):
        members = ability[interval == number]
        if not members.size:
            raise IrtError(f"no examinee has an ability in interval {number} of theta")
        cycle = _Cycles(bank, members, design, max_rate, is_multinomial)
        rows.append(cycle.run(max_rate + tolerance, most_cycles, seed))
    n_cycles = max(len(rates) for _, rates in rows)
    greatest = [max(rates[min(cycle, len(rates) - 1)] for _, rates in rows) for cycle in range(n_cycles)]
    control: SympsonHetter | ConditionalSympsonHetter
    if cuts:
        control = ConditionalSympsonHetter(tuple(tuple(k.tolist()) for k, _ in rows), cuts, is_multinomial)
    else:
        control = SympsonHetter(tuple(rows[0][0].tolist()), is_multinomial)
    return SympsonHetterSetUp(control, tuple(greatest), all(rates[-1] <= max_rate + tolerance for _, rates in rows))


@dataclass(frozen=True, eq=False)
class _Cycles:
    """The examinees of one interval, again and again."""

    bank: ItemBank
    ability: FloatArray
    design: CatDesign
    max_rate: float
    is_multinomial: bool

    def run(self, enough: float, most_cycles: int, seed: int) -> tuple[FloatArray, list[float]]:
        """The probabilities (n_items,) of the best cycle, and the greatest rate of each cycle."""
        k = best = np.ones(self.bank.n_items)
        rates: list[float] = []
        for cycle in range(most_cycles):
            control = SympsonHetter(tuple(k.tolist()), self.is_multinomial)
            result = simulate_cat(self.bank, self.ability, replace(self.design, exposure=control), seed + cycle)
            rates.append(float(result.exposure.max()))
            if rates[-1] == min(rates):
                best = k
            if rates[-1] <= enough:
                break
            k = self._adjusted(result.selection)
        return best, rates

    def _adjusted(self, selection: FloatArray) -> FloatArray:
        k: FloatArray = self.max_rate / np.maximum(selection, self.max_rate)
        k[np.argsort(-k, kind="stable")[: self.design.stopping.max_items]] = 1.0
        return k
