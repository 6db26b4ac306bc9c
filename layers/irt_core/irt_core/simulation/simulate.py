"""Any test design on any bank, before it meets its first examinee.

Examinees are simulated a cohort at a time. Each cohort has its own random stream, so the result follows from the seed.
With item eligibility the cohorts are small, and each begins with what the ones before it have taught the control.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, get_args, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from irt_core.adaptive.constraints import checked_seconds
from irt_core.adaptive.design import CatDesign
from irt_core.adaptive.item_eligibility import Barred, EligibilityCounts, ItemEligibility, stratum_of
from irt_core.adaptive.stopping import StopReason
from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.errors import IrtError
from irt_core.models.bank import ItemBank
from irt_core.multidimensional.design import MultidimensionalDesign
from irt_core.randomness import rng_for
from irt_core.simulation.cohort import Cohort
from irt_core.simulation.result import SimulationResult

if TYPE_CHECKING:
    from irt_core.multidimensional.cohort import MultidimensionalCohort
    from irt_core.multidimensional.result import MultidimensionalResult

_EXAMINEES_AT_ONCE = 1000  # bounds the memory: with 500 items and 121 points about 2 MB an array
_EXAMINEES_BETWEEN_UPDATES = 50  # so many sessions begin before the first of them ends and counts
_SEVERAL_ABILITIES_AT_ONCE = 100  # a posterior of several abilities may have a hundred thousand points
_REASONS = get_args(StopReason)


@overload
def simulate_cat(
    bank: ItemBank,
    theta: ArrayLike,
    design: CatDesign,
    seed: int = 0,
    *,
    seconds: ArrayLike | None = None,
    counts: EligibilityCounts | None = None,
) -> SimulationResult: ...


@overload
def simulate_cat(
    bank: ItemBank,
    theta: ArrayLike,
    design: MultidimensionalDesign,
    seed: int = 0,
    *,
    seconds: ArrayLike | None = None,
    counts: EligibilityCounts | None = None,
) -> MultidimensionalResult: ...


def simulate_cat(
    bank: ItemBank,
    theta: ArrayLike,
    design: CatDesign | MultidimensionalDesign,
    seed: int = 0,
    *,
    seconds: ArrayLike | None = None,
    counts: EligibilityCounts | None = None,
) -> SimulationResult | MultidimensionalResult:
    """Let an examinee of each true ability in `theta` (n_examinees,) take the test.

    Of several abilities `theta` is (n_examinees, D). The same seed gives the same result. `seconds` (n_items,) is what
    items take: without it simulated examinees take no time, and a time limit never stops them. A design with item
    eligibility learns on from `counts`, after every fifty examinees. Raises DesignError when the bank cannot serve the
    design, IrtError for abilities that are not numbers.
    """
    ability = _abilities(theta, design)
    design.check(bank)
    times = None if seconds is None else checked_seconds(seconds, bank.n_items)
    if times is not None and times.ndim != 1:
        raise IrtError(f"seconds must have the shape ({bank.n_items},), not {times.shape}")
    result = _empty_result(ability, design.stopping.max_items, bank.n_items)
    exposure, at_once = design.exposure, _SEVERAL_ABILITIES_AT_ONCE if ability.ndim > 1 else _EXAMINEES_AT_ONCE
    if isinstance(exposure, ItemEligibility):
        counts, at_once = counts or exposure.begin(bank.n_items), _EXAMINEES_BETWEEN_UPDATES
    for number, start in enumerate(range(0, len(ability), at_once)):
        part, rng = ability[start : start + at_once], rng_for(seed, number)
        if not isinstance(exposure, ItemEligibility) or counts is None:
            _simulate(_begin(bank, design, part, rng, None, times), result, start)
            continue
        barred, rows = counts.draw_many(len(part), rng), slice(start, start + len(part))
        kept = _simulate(_begin(bank, design, part, rng, barred, times), result, start)
        items = [row[row >= 0] for row in result.items[rows]]
        estimates = result.estimates[rows]
        if isinstance(design, MultidimensionalDesign):
            estimates = design.score(estimates)
        counts = counts.after_all(barred, items, kept, stratum_of(estimates, exposure.cuts))
    return replace(result, eligibility=counts)


def _abilities(theta: ArrayLike, design: CatDesign | MultidimensionalDesign) -> FloatArray:
    """True abilities (n_examinees,), or of several (n_examinees, D). Raises IrtError."""
    several = (design.prior.n_dimensions,) if isinstance(design, MultidimensionalDesign) else ()
    ability = np.array(theta, dtype=np.float64, ndmin=1 + len(several))
    if ability.shape[1:] != several or not ability.size or not np.isfinite(ability).all():
        raise IrtError(f"theta must be finite numbers of the shape (n_examinees,{f' {several[0]}' if several else ''})")
    return ability


def _begin(
    bank: ItemBank,
    design: CatDesign | MultidimensionalDesign,
    ability: FloatArray,
    rng: np.random.Generator,
    barred: Barred | None,
    seconds: FloatArray | None,
) -> Cohort | MultidimensionalCohort:
    if isinstance(design, MultidimensionalDesign):
        from irt_core.multidimensional.cohort import MultidimensionalCohort

        return MultidimensionalCohort.begin(bank, design, ability, rng, barred, seconds)
    return Cohort.begin(bank, design, ability, rng, barred, seconds)


def _empty_result(ability: FloatArray, longest: int, n_items: int) -> SimulationResult | MultidimensionalResult:
    from irt_core.multidimensional.result import MultidimensionalResult

    n, kind = len(ability), SimulationResult if ability.ndim == 1 else MultidimensionalResult
    return kind(
        theta=ability,
        estimates=np.empty(ability.shape),
        ses=np.empty(ability.shape),
        lengths=np.empty(n, dtype=np.int64),
        reasons=np.empty(n, dtype="U16"),
        items=np.full((n, longest), -1, dtype=np.int64),
        scores=np.full((n, longest), -1, dtype=np.int64),
        n_items=n_items,
        n_rejected=np.zeros(n_items, dtype=np.int64),
    )


def _simulate(
    cohort: Cohort | MultidimensionalCohort, result: SimulationResult | MultidimensionalResult, start: int
) -> BoolArray:
    """Write what becomes of a cohort into the result; whose test kept to the eligible items, (n_examinees,)."""
    kept = np.ones(cohort.members.size, dtype=bool)
    for finished, reasons in run_in_step(cohort):
        members = start + finished.members
        kept[finished.members] = finished.kept
        result.estimates[members], result.ses[members] = finished.estimates
        result.lengths[members], result.reasons[members] = finished.n_given, reasons
        result.items[members], result.scores[members] = finished.items, finished.scores
    if result.n_rejected is not None:
        result.n_rejected[:] += cohort.n_rejected
    return kept


def run_in_step(
    cohort: Cohort | MultidimensionalCohort,
) -> Iterator[tuple[Cohort | MultidimensionalCohort, NDArray[np.str_]]]:
    """Those who finish together and why, until nobody is left."""
    while True:
        reasons = _stop_reasons(cohort)
        goes_on = reasons < 0
        if goes_on.any():
            items = cohort.next_items()
            reasons[goes_on & (items < 0)] = _REASONS.index("no_item_left")
            goes_on = reasons < 0
        if not goes_on.all():
            yield cohort.of_some(~goes_on), np.array(_REASONS)[reasons[~goes_on]]
            if not goes_on.any():
                return
            cohort, items = cohort.of_some(goes_on), items[goes_on]
        cohort.answer(items)


def _stop_reasons(cohort: Cohort | MultidimensionalCohort) -> IntArray:
    """The place in `_REASONS` of the first reason that holds for each examinee, −1 where none does."""
    found = np.full(cohort.members.size, -1)
    for reason, holds in cohort.design.stopping.reasons(cohort):
        found[(found < 0) & holds] = _REASONS.index(reason)
    return found
