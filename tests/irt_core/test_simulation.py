"""Simulation: the same test as a live session, for thousands, and what it reports."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from irt_core import (
    CatDesign,
    CatState,
    DesignError,
    IrtError,
    ItemBank,
    NoItemLeft,
    SimulationResult,
    Stopping,
    simulate_cat,
)
from irt_core.adaptive.criteria import CRITERIA
from tests.irt_core.conftest import random_bank

BLUEPRINT = {"algebra": {"target": 0.5, "minimum": 3}, "geometry": {"maximum": 4}, "numbers": {"target": 0.2}}
STOPPINGS: list[dict[str, Any]] = [
    {"max_items": 12},
    {"max_items": 25, "min_items": 4, "se": 0.4},
    {"max_items": 25, "min_items": 3, "theta_change": 0.05},
    {"max_items": 25, "min_items": 4, "se_gain": 0.012},
    {"max_items": 25, "classification": {"kind": "sprt", "cut_scores": [0.0], "indifference": 0.3}},
    {"max_items": 25, "classification": {"kind": "confidence_interval", "cut_scores": [-1.0, 1.0], "level": 0.9}},
]
DETERMINISTIC_RULES = sorted(CRITERIA.keys() - {"progressive", "proportional", "random"})


def assert_a_session_goes_the_same_way(bank: ItemBank, design: CatDesign, result: SimulationResult, who: int) -> None:
    """Give the simulated examinee's answers in a live session: the same items, estimate, length and reason."""
    state: CatState = design.begin()
    while (reason := design.stop_reason(bank, state)) is None:
        try:
            choice = design.next_item(bank, state)
        except NoItemLeft:
            reason = "no_item_left"
            break
        assert choice.item == result.items[who, state.n_administered]
        state = state.after(bank, choice.item, int(result.scores[who, state.n_administered]))
    assert reason == result.reasons[who]
    assert state.n_administered == result.lengths[who]
    assert (state.theta, state.se) == (result.estimates[who], result.ses[who])
    assert (result.items[who, state.n_administered :] == -1).all()


@pytest.mark.parametrize("stopping", STOPPINGS, ids=lambda stopping: ", ".join(stopping))
@pytest.mark.parametrize("is_balanced", [False, True], ids=["free", "balanced"])
def test_a_simulated_examinee_and_a_live_session_take_the_same_test(
    bank_with_areas: ItemBank, stopping: dict[str, Any], is_balanced: bool
) -> None:
    blueprint = BLUEPRINT if is_balanced else None
    design = CatDesign.from_dict({"stopping": stopping, "blueprint": blueprint})

    result = simulate_cat(bank_with_areas, np.linspace(-3, 3, 30), design, seed=4)

    for who in range(30):
        assert_a_session_goes_the_same_way(bank_with_areas, design, result, who)


@pytest.mark.parametrize("rule", DETERMINISTIC_RULES)
def test_every_deterministic_rule_chooses_alike_for_one_and_for_many(bank_with_areas: ItemBank, rule: str) -> None:
    design = CatDesign.from_dict({"stopping": {"max_items": 8}, "selection": {"rule": rule}, "blueprint": BLUEPRINT})

    result = simulate_cat(bank_with_areas, np.linspace(-2, 2, 12), design, seed=4)

    for who in range(12):
        assert_a_session_goes_the_same_way(bank_with_areas, design, result, who)


def test_a_test_outlasts_its_bank_with_the_reason_no_item_left() -> None:
    bank = random_bank(9).with_content(None, enemies=[[0, 1]])
    result = simulate_cat(bank, [0.0, 1.0], CatDesign(Stopping(20)), seed=1)

    assert result.lengths.tolist() == [8, 8]
    assert set(result.reasons) == {"no_item_left"}


@pytest.mark.parametrize("rule", sorted(CRITERIA))
def test_nobody_gets_an_item_twice_or_against_the_blueprint(bank_with_areas: ItemBank, rule: str) -> None:
    design = CatDesign.from_dict(
        {
            "stopping": {"max_items": 15},
            "selection": {"rule": rule},
            "blueprint": BLUEPRINT,
            "exposure": {"kind": "sympson_hetter", "k": [0.6] * 200},
        }
    )

    result = simulate_cat(bank_with_areas, np.linspace(-2, 2, 100), design, seed=4)

    areas = np.array(bank_with_areas.content.areas)[result.items]
    assert (result.lengths == 15).all()
    for who in range(100):
        assert np.unique(result.items[who]).size == 15
        assert np.count_nonzero(areas[who] == "algebra") >= 3
        assert np.count_nonzero(areas[who] == "geometry") <= 4
        for group in bank_with_areas.content.enemies:
            assert np.isin(result.items[who], group).sum() <= 1


def test_estimates_are_unbiased_and_as_precise_as_they_say() -> None:
    """2,000 examinees from the prior, 25 items: the posterior mean has no bias on average and its mean square error is
    the mean posterior variance. Four standard errors: 4 × 0.25 / √2000 = 0.022 for the bias, and 4 / √4000 = 6 % for
    the root mean square."""
    theta = np.random.default_rng(12).normal(size=2000)

    result = simulate_cat(random_bank(300, 2), theta, CatDesign(Stopping(25)), seed=5)

    assert abs(result.bias) < 0.022
    assert result.rmse == pytest.approx(np.sqrt(np.mean(result.ses**2)), rel=0.06)


def test_sympson_hetter_holds_every_item_to_its_share() -> None:
    """k = 0.3 bounds the exposure of each item: it cannot be given more often than its trials succeed. 2,000
    examinees: four standard errors are 4 √(0.3 × 0.7 / 2000) = 0.041."""
    theta = np.random.default_rng(12).normal(size=2000)
    free = CatDesign(Stopping(15))
    held = CatDesign.from_dict(
        {"stopping": {"max_items": 15}, "exposure": {"kind": "sympson_hetter", "k": [0.3] * 300}}
    )

    free_result, held_result = (simulate_cat(random_bank(300, 2), theta, design, seed=5) for design in (free, held))

    assert free_result.exposure.max() == 1.0
    assert held_result.exposure.max() <= 0.341
    assert held_result.overlap < 0.7 * free_result.overlap
    assert held_result.rmse > free_result.rmse


def test_exposure_overlap_and_length_count_what_was_given(bank: ItemBank) -> None:
    design = CatDesign.from_dict({"stopping": {"max_items": 10}, "exposure": {"kind": "randomesque", "n": 6}})

    result = simulate_cat(bank, np.linspace(-1, 1, 40), design, seed=2)

    tests = [set(row) for row in result.items.tolist()]
    assert result.length == 10.0
    assert result.exposure.sum() == pytest.approx(10.0)
    assert result.exposure[3] == np.mean([3 in test for test in tests])
    shared = [len(tests[i] & tests[j]) / 10 for i in range(40) for j in range(40) if i != j]
    assert result.overlap == pytest.approx(np.mean(shared))


def test_conditional_curves_are_those_of_each_ability(bank: ItemBank) -> None:
    theta = np.repeat([-1.0, 0.0, 2.0], [10, 20, 30])

    result = simulate_cat(bank, theta, CatDesign(Stopping(15, min_items=3, se=0.4)), seed=2)

    curves = result.conditional
    assert curves.theta.tolist() == [-1.0, 0.0, 2.0]
    assert curves.n.tolist() == [10, 20, 30]
    errors = result.estimates - theta
    for place, point in enumerate(curves.theta):
        here = theta == point
        assert curves.bias[place] == pytest.approx(errors[here].mean())
        assert curves.rmse[place] == pytest.approx(np.sqrt(np.mean(errors[here] ** 2)))
        assert curves.se[place] == pytest.approx(result.ses[here].mean())
        assert curves.length[place] == pytest.approx(result.lengths[here].mean())


def test_many_different_abilities_are_put_into_classes_of_half_a_unit(bank: ItemBank) -> None:
    theta = np.random.default_rng(3).normal(size=300)

    curves = simulate_cat(bank, theta, CatDesign(Stopping(3)), seed=2).conditional

    assert curves.n.sum() == 300
    np.testing.assert_array_equal(curves.theta, np.unique(np.round(theta * 2) / 2))


def test_the_summary_is_plain_json(bank: ItemBank) -> None:
    result = simulate_cat(bank, [0.0], CatDesign(Stopping(4)), seed=2)

    summary = json.loads(json.dumps(result.to_dict(), allow_nan=False))

    assert summary["n_examinees"] == 1
    assert summary["overlap"] is None
    assert summary["reasons"] == {"max_items": 1}
    assert summary["conditional"]["length"] == [4.0]


def test_a_seed_decides_everything(bank: ItemBank) -> None:
    design = CatDesign.from_dict({"stopping": {"max_items": 10}, "selection": {"rule": "progressive"}})
    theta = np.linspace(-2, 2, 1500)

    first, again, other = (simulate_cat(bank, theta, design, seed) for seed in (1, 1, 2))

    np.testing.assert_array_equal(first.items, again.items)
    np.testing.assert_array_equal(first.scores, again.scores)
    assert (first.items != other.items).any()


def test_what_cannot_be_simulated_is_refused(bank: ItemBank) -> None:
    design = CatDesign.from_dict({"stopping": {"max_items": 10}, "blueprint": {"algebra": {"minimum": 1}}})

    with pytest.raises(DesignError, match="no content areas"):
        simulate_cat(bank, [0.0], design)
    for theta in ([], [np.nan], [[0.0, 1.0]], [np.inf]):
        with pytest.raises(IrtError, match="theta must be finite"):
            simulate_cat(bank, theta, CatDesign(Stopping(5)))
