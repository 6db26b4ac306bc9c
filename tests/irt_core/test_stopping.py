"""When a test ends: every rule where it holds, just before it holds, and together with others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from irt_core import (
    CatDesign,
    CatState,
    ConfidenceInterval,
    ContentArea,
    ContentBlueprint,
    DesignError,
    ItemBank,
    SequentialRatio,
    Stopping,
    next_item,
    simulate_cat,
)
from tests.irt_core.conftest import random_bank


def after(bank: ItemBank, n: int, score: int | None = None, seconds: float = 0.0) -> CatState:
    """The state after n items by maximum information, right and wrong in turn unless all get the same score."""
    state = CatState.begin()
    for position in range(n):
        state = state.after(bank, next_item(bank, state).item, position % 2 if score is None else score, seconds)
    return state


def reason(bank: ItemBank, state: CatState, **stopping: Any) -> str | None:
    """Why a test with these rules ends in that state."""
    return CatDesign(Stopping(**{"max_items": 40} | stopping)).stop_reason(bank, state)


def test_a_test_ends_at_its_greatest_length_and_not_before(bank: ItemBank) -> None:
    assert reason(bank, after(bank, 9), max_items=10) is None
    assert reason(bank, after(bank, 10), max_items=10) == "max_items"


def test_a_test_ends_when_the_standard_error_is_reached(bank: ItemBank) -> None:
    state = after(bank, 12)

    assert reason(bank, state, se=state.se) == "se_reached"
    assert reason(bank, state, se=state.se - 1e-9) is None


def test_a_test_ends_when_the_estimate_stands_still(bank: ItemBank) -> None:
    state = after(bank, 12)
    change = abs(state.thetas[-1] - state.thetas[-2])

    assert reason(bank, state, theta_change=change) == "theta_stable"
    assert reason(bank, state, theta_change=change - 1e-9) is None
    assert reason(bank, after(bank, 1), theta_change=100.0) is None


def test_a_test_ends_when_its_time_is_up(bank: ItemBank) -> None:
    assert reason(bank, after(bank, 3, seconds=20.0), time_limit_seconds=60.0) == "time_limit"
    assert reason(bank, after(bank, 3, seconds=19.9), time_limit_seconds=60.0) is None


def test_a_test_ends_when_no_item_would_tell_much_more(bank: ItemBank) -> None:
    state = after(bank, 12)
    unused = [item for item in range(200) if item not in state.administered]
    predicted = min(_expected_variance(bank, state, item) for item in unused)
    gain = state.se - np.sqrt(predicted)

    assert reason(bank, state, se_gain=gain + 1e-9) == "no_gain"
    assert reason(bank, state, se_gain=gain - 1e-9) is None


def _expected_variance(bank: ItemBank, state: CatState, item: int) -> float:
    right = float(state.posterior @ bank.probability(state.quadrature.points)[:, item])
    wrong_se, right_se = (state.after(bank, item, score).se for score in (0, 1))
    return (1 - right) * wrong_se**2 + right * right_se**2


def test_nothing_but_the_limits_ends_a_test_before_its_least_length(bank: ItemBank) -> None:
    eager = {"se": 5.0, "theta_change": 5.0, "se_gain": 5.0, "min_items": 6}

    assert reason(bank, after(bank, 5, seconds=1.0), **eager) is None
    assert reason(bank, after(bank, 6, seconds=1.0), **eager) == "se_reached"
    assert reason(bank, after(bank, 5, seconds=1.0), **eager, time_limit_seconds=5.0) == "time_limit"


def test_no_early_end_before_the_blueprint_has_its_minima(bank_with_areas: ItemBank) -> None:
    blueprint = ContentBlueprint({"algebra": ContentArea(minimum=1), "geometry": ContentArea(minimum=2)})
    design = CatDesign(Stopping(max_items=10, se=5.0), blueprint=blueprint)
    state = CatState.begin().after_all(bank_with_areas, [0, 4], [1, 1])  # algebra, geometry

    assert design.stop_reason(bank_with_areas, state) is None
    assert design.stop_reason(bank_with_areas, state.after(bank_with_areas, 10, 0)) == "se_reached"


def test_the_first_reason_in_the_documented_order_is_given(bank: ItemBank) -> None:
    state = after(bank, 10, seconds=10.0)
    rules = {"se": 5.0, "theta_change": 5.0, "se_gain": 5.0}

    assert reason(bank, state, **rules, max_items=10, time_limit_seconds=1.0) == "max_items"
    assert reason(bank, state, **rules, time_limit_seconds=1.0) == "time_limit"
    assert reason(bank, state, **rules) == "se_reached"
    assert reason(bank, state, theta_change=5.0, se_gain=5.0) == "theta_stable"
    assert reason(bank, state, se_gain=5.0) == "no_gain"


def test_the_ratio_test_decides_by_walds_bounds(bank: ItemBank) -> None:
    test = SequentialRatio((0.0,), indifference=0.3, alpha=0.05, beta=0.10)
    for n in range(1, 25):
        state = after(bank, n, score=1)
        right = bank.probability(np.array([-0.3, 0.3]))[:, list(state.administered)]
        ratio = np.log(right[1] / right[0]).sum()

        assert (reason(bank, state, classification=test) == "classified") == (ratio >= np.log(0.90 / 0.05))
    assert reason(bank, state, classification=test) == "classified"


def test_the_ratio_test_waits_for_every_cut_score(bank: ItemBank) -> None:
    state = after(bank, 14)
    near, far = state.theta + 0.05, state.theta + 2.0

    assert reason(bank, state, classification=SequentialRatio((far,))) == "classified"
    assert reason(bank, state, classification=SequentialRatio((near, far))) is None
    assert reason(bank, CatState.begin(), min_items=0, classification=SequentialRatio((0.0,))) is None


def test_an_interval_classifies_when_it_is_clear_of_the_cut_scores(bank: ItemBank) -> None:
    state = after(bank, 14)
    reach = 1.959964 * state.se

    for cut, expected in ((state.theta + 1.001 * reach, "classified"), (state.theta + 0.999 * reach, None)):
        assert reason(bank, state, classification=ConfidenceInterval((cut,))) == expected
    both = ConfidenceInterval((state.theta - 0.9 * reach, state.theta + 1.1 * reach))
    assert reason(bank, state, classification=both) is None


def test_the_ratio_test_errs_about_as_often_as_it_was_told() -> None:
    """At the edge of the indifference zone Wald's bounds promise error rates of at most about alpha and beta
    (exactly: their sum is at most alpha + beta). 1,000 examinees each; three standard errors of 5 % are 0.021."""
    bank = random_bank(400, 2, seed=3)
    test = SequentialRatio((0.0,), indifference=0.3, alpha=0.05, beta=0.05)
    design = CatDesign(Stopping(max_items=120, classification=test))

    masters = simulate_cat(bank, np.full(1000, 0.3), design, seed=1)
    others = simulate_cat(bank, np.full(1000, -0.3), design, seed=2)

    assert np.mean(masters.estimates[masters.reasons == "classified"] < 0) < 0.071
    assert np.mean(others.estimates[others.reasons == "classified"] > 0) < 0.071


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Stopping(max_items=0), "stopping.max_items"),
        (lambda: Stopping(max_items=5, min_items=6), "stopping.min_items"),
        (lambda: Stopping(max_items=5, min_items=-1), "stopping.min_items"),
        (lambda: Stopping(max_items=5, se=0.0), "stopping.se"),
        (lambda: Stopping(max_items=5, se=float("nan")), "stopping.se"),
        (lambda: Stopping(max_items=5, theta_change=-0.1), "stopping.theta_change"),
        (lambda: Stopping(max_items=5, se_gain=0.0), "stopping.se_gain"),
        (lambda: Stopping(max_items=5, time_limit_seconds=0.0), "stopping.time_limit_seconds"),
        (lambda: SequentialRatio(()), "stopping.classification.cut_scores"),
        (lambda: SequentialRatio((1.0, 1.0)), "stopping.classification.cut_scores"),
        (lambda: SequentialRatio((float("inf"),)), "stopping.classification.cut_scores"),
        (lambda: SequentialRatio((0.0,), indifference=0.0), "stopping.classification.indifference"),
        (lambda: SequentialRatio((0.0,), alpha=0.5), "stopping.classification.alpha"),
        (lambda: SequentialRatio((0.0,), beta=0.0), "stopping.classification.beta"),
        (lambda: ConfidenceInterval((0.0,), level=1.0), "stopping.classification.level"),
        (lambda: ConfidenceInterval((2.0, 1.0)), "stopping.classification.cut_scores"),
    ],
)
def test_rules_that_cannot_hold_are_refused_by_field(make: Any, field: str) -> None:
    with pytest.raises(DesignError) as refused:
        make()

    assert refused.value.field == field
