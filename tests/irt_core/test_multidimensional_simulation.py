"""Designs of tests of several abilities, and their simulation: the same test as a live session."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from irt_core import (
    CatDesign,
    DesignError,
    IrtError,
    ItemBank,
    MultidimensionalDesign,
    MultivariateNormal,
    NoItemLeft,
    Stopping,
    rng_for,
    simulate_cat,
)
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional.result import MultidimensionalResult
from tests.irt_core.multidimensional_samples import (
    CORRELATED,
    between_item_bank,
    bifactor_bank,
    compensatory_bank,
)

PRIOR = CORRELATED.to_dict()
BLUEPRINT = {"algebra": {"target": 0.5, "minimum": 3}, "geometry": {"maximum": 4}, "numbers": {"target": 0.2}}
DESIGNS: dict[str, dict[str, Any]] = {
    "length": {"stopping": {"max_items": 12}},
    "every standard error": {"stopping": {"max_items": 25, "min_items": 4, "se": 0.65}},
    "standard error of the composite": {"stopping": {"max_items": 25, "se": 0.45}, "composite": [0.5, 0.5]},
    "change": {"stopping": {"max_items": 25, "min_items": 3, "theta_change": 0.1}},
    "gain": {"stopping": {"max_items": 25, "min_items": 4, "se_gain": 0.01}, "selection": {"rule": "a_rule"}},
    "gain of the composite": {"stopping": {"max_items": 25, "se_gain": 0.01}, "composite": [1.0, 0.0]},
    "composite": {"stopping": {"max_items": 10}, "selection": {"rule": "c_rule"}, "composite": [1.0, -1.0]},
    "cut score": {
        "stopping": {"max_items": 20, "classification": {"kind": "confidence_interval", "cut_scores": [0.2]}},
        "composite": [0.5, 0.5],
    },
    "divergence": {"stopping": {"max_items": 8}, "selection": {"rule": "klp"}},
    "mutual information": {"stopping": {"max_items": 8}, "selection": {"rule": "mutual_information"}},
    "content": {"stopping": {"max_items": 12}, "blueprint": BLUEPRINT},
}

REASONS = {
    "every standard error": "se_reached",
    "standard error of the composite": "se_reached",
    "change": "theta_stable",
    "gain": "no_gain",
    "gain of the composite": "no_gain",
    "cut score": "classified",
}


@pytest.fixture
def bank() -> MultidimensionalBank:
    """A hundred and twenty 3PL items of two dimensions and three content areas, some of them enemies of each other."""
    areas = [("algebra", "geometry", "numbers")[item % 3] for item in range(120)]
    return compensatory_bank(120, 2, "M3PL").with_content(areas, enemies=[[0, 1, 5], [7, 8], [30, 60, 90]])


def abilities(n: int, prior: MultivariateNormal = CORRELATED) -> np.ndarray:
    """Examinees from the prior."""
    return np.random.default_rng(12).multivariate_normal(prior.centre, prior.matrix, n)


def assert_a_session_goes_the_same_way(
    bank: ItemBank, design: MultidimensionalDesign, result: MultidimensionalResult, who: int
) -> None:
    """Give the simulated examinee's answers in a live session: the same items, estimate, length and reason."""
    state = design.begin()
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
    np.testing.assert_array_equal(state.theta, result.estimates[who])
    np.testing.assert_array_equal(state.se, result.ses[who])
    assert (result.items[who, state.n_administered :] == -1).all()


@pytest.mark.parametrize("name", DESIGNS)
def test_a_simulated_examinee_and_a_live_session_take_the_same_test(bank: MultidimensionalBank, name: str) -> None:
    design = MultidimensionalDesign.from_dict({**DESIGNS[name], "prior": PRIOR})

    result = simulate_cat(bank, abilities(8), design, seed=4)

    for who in range(8):
        assert_a_session_goes_the_same_way(bank, design, result, who)
    assert REASONS.get(name, "max_items") in result.reasons


@pytest.mark.parametrize(
    ("bank", "prior"),
    [
        (bifactor_bank(60, 4, "MGRM"), MultivariateNormal.standard(5)),
        (between_item_bank(60, 4, "M3PL"), MultivariateNormal(np.zeros(4), 0.5 * np.eye(4) + 0.5)),
    ],
    ids=["bifactor", "four, correlated"],
)
def test_so_do_those_with_many_abilities(bank: MultidimensionalBank, prior: MultivariateNormal) -> None:
    design = MultidimensionalDesign(Stopping(12, min_items=3, se=0.6), prior)

    result = simulate_cat(bank, abilities(4, prior), design, seed=4)

    for who in range(4):
        assert_a_session_goes_the_same_way(bank, design, result, who)


def test_a_test_goes_on_until_every_ability_is_known_and_for_a_composite_less_long() -> None:
    bank, stopping = between_item_bank(120, 2), Stopping(60, se=0.4)
    each = MultidimensionalDesign(stopping, CORRELATED)
    mean = MultidimensionalDesign(stopping, CORRELATED, "c_rule", composite=(0.5, 0.5))

    of_each, of_mean = (simulate_cat(bank, abilities(30), design, seed=1) for design in (each, mean))

    stopped = of_each.reasons == "se_reached"
    assert stopped.mean() > 0.8
    assert (of_each.ses[stopped] <= 0.4).all()
    assert (of_each.ses[~stopped].max(axis=1) > 0.4).all()
    assert of_mean.ses.max() > 0.4
    assert of_mean.length < 0.7 * of_each.length


def test_estimates_are_unbiased_and_as_precise_as_they_say() -> None:
    """200 examinees from the prior, 12 items. Four standard errors: 4 × 0.5 / √200 = 0.14 for the bias, and 4 / √400 =
    20 % for the root mean square."""
    design = MultidimensionalDesign(Stopping(12), CORRELATED)

    result = simulate_cat(compensatory_bank(300), abilities(200), design, seed=5)

    assert (np.abs(result.bias) < 0.14).all()
    np.testing.assert_allclose(result.rmse, np.sqrt((result.ses**2).mean(axis=0)), rtol=0.2)


def test_the_blueprint_and_the_enemies_are_kept_and_exposure_is_held(bank: MultidimensionalBank) -> None:
    """k = 0.4 bounds the exposure of each item: four standard errors are 4 √(0.4 × 0.6 / 100) = 0.2."""
    design = MultidimensionalDesign.from_dict(
        {
            "stopping": {"max_items": 12},
            "blueprint": BLUEPRINT,
            "exposure": {"kind": "sympson_hetter", "k": [0.4] * 120},
            "start": {"n_random": 1, "among": 8},
            "prior": PRIOR,
        }
    )

    result = simulate_cat(bank, abilities(100), design, seed=4)

    areas = np.array(bank.content.areas)[result.items]
    assert (result.lengths == 12).all()
    assert ((areas == "algebra").sum(axis=1) >= 3).all()
    assert ((areas == "geometry").sum(axis=1) <= 4).all()
    for row in result.items:
        assert np.unique(row).size == 12
        assert all(np.isin(row, group).sum() <= 1 for group in bank.content.enemies)
    assert result.exposure.max() < 0.6
    assert result.n_rejected is not None
    assert result.n_rejected.sum() > 0


def test_item_eligibility_learns_to_hold_every_item_to_its_share(bank: MultidimensionalBank) -> None:
    design = MultidimensionalDesign.from_dict(
        {
            "stopping": {"max_items": 5},
            "exposure": {"kind": "item_eligibility", "max_rate": 0.25, "cuts": [0.0]},
            "composite": [0.5, 0.5],
            "prior": PRIOR,
        }
    )

    result = simulate_cat(bank, abilities(300), design, seed=4)

    late = np.bincount(result.items[150:].ravel(), minlength=120) / 150
    assert late.max() < 0.45
    assert result.eligibility is not None
    open_design = MultidimensionalDesign(Stopping(5), CORRELATED)
    assert simulate_cat(bank, abilities(50), open_design, seed=4).exposure.max() == 1.0


def test_a_test_outlasts_its_bank_with_the_reason_no_item_left() -> None:
    bank = compensatory_bank(9).with_content(None, enemies=[[0, 1]])

    result = simulate_cat(bank, [[0.0, 0.0], [1.0, 1.0]], MultidimensionalDesign(Stopping(20), CORRELATED), seed=1)

    assert result.lengths.tolist() == [8, 8]
    assert set(result.reasons) == {"no_item_left"}


def test_the_seconds_of_the_items_count_against_the_time_limit(bank: MultidimensionalBank) -> None:
    design = MultidimensionalDesign(Stopping(20, time_limit_seconds=100.0), CORRELATED)

    result = simulate_cat(bank, abilities(3), design, seed=1, seconds=np.full(120, 30.0))

    assert result.lengths.tolist() == [4, 4, 4]
    assert set(result.reasons) == {"time_limit"}


def test_conditional_curves_are_those_of_each_ability(bank: MultidimensionalBank) -> None:
    theta = np.array([[-1.0, 0.0], [-1.0, 1.0], [1.0, 1.0]]).repeat(10, axis=0)

    result = simulate_cat(bank, theta, MultidimensionalDesign(Stopping(8), CORRELATED), seed=2)

    first, second = result.conditional
    assert (first.theta.tolist(), first.n.tolist()) == ([-1.0, 1.0], [20, 10])
    assert (second.theta.tolist(), second.n.tolist()) == ([0.0, 1.0], [10, 20])
    errors = result.estimates - theta
    assert first.bias[0] == pytest.approx(errors[:20, 0].mean())
    assert second.rmse[1] == pytest.approx(np.sqrt((errors[10:, 1] ** 2).mean()))


def test_the_summary_is_plain_json(bank: MultidimensionalBank) -> None:
    result = simulate_cat(bank, [[0.0, 0.0]], MultidimensionalDesign(Stopping(4), CORRELATED), seed=2)

    summary = json.loads(json.dumps(result.to_dict(), allow_nan=False))

    assert (summary["n_examinees"], summary["length"], summary["reasons"]) == (1, 4.0, {"max_items": 1})
    assert len(summary["bias"]) == len(summary["rmse"]) == len(summary["conditional"]) == 2


def test_a_seed_decides_everything(bank: MultidimensionalBank) -> None:
    design = MultidimensionalDesign(Stopping(3), CORRELATED, "random")

    first, again, other = (simulate_cat(bank, abilities(101), design, seed) for seed in (1, 1, 2))

    np.testing.assert_array_equal(first.items, again.items)
    np.testing.assert_array_equal(first.estimates, again.estimates)
    assert (first.items != other.items).any()


@pytest.mark.parametrize("written", DESIGNS.values(), ids=DESIGNS)
def test_a_design_survives_being_written_as_json(written: dict[str, Any]) -> None:
    design = MultidimensionalDesign.from_dict({**written, "prior": PRIOR})

    assert MultidimensionalDesign.from_dict(json.loads(json.dumps(design.to_dict()))) == design


@pytest.mark.parametrize(
    ("change", "field", "complaint"),
    [
        ({"prior": None}, "prior", "is required"),
        ({"stopping": None}, "stopping", "is required"),
        ({"prior": {"mean": [0.0, 0.0]}}, "prior.covariance", "is required"),
        ({"prior": {"mean": 0.0, "covariance": [[1.0]]}}, "prior.mean", "must be a list"),
        ({"prior": {"mean": [0.0], "covariance": [[-1.0]]}}, "prior", "positive definite"),
        ({"selection": {"rule": "mfi"}}, "selection", "must be one of: d_rule"),
        ({"selection": {"rule": "c_rule"}}, "composite", "is required by the selection rule"),
        ({"composite": [1.0]}, "composite", "2 finite weights"),
        ({"start": {"theta": 0.0}}, "start.theta", "is not a field"),
        ({"specification": {}}, "specification", "is not a field"),
        ({"blueprint": {"algebra": {"minimum": 99}}}, "blueprint", "the minima need 99 items"),
        (
            {"stopping": {"max_items": 9, "classification": {"kind": "confidence_interval", "cut_scores": [0.0]}}},
            "composite",
            "is required by cut scores",
        ),
        (
            {
                "stopping": {"max_items": 9, "classification": {"kind": "sprt", "cut_scores": [0.0]}},
                "composite": [1.0, 0.0],
            },
            "stopping.classification",
            "must be a confidence interval",
        ),
        (
            {"exposure": {"kind": "item_eligibility", "max_rate": 0.2, "cuts": [0.0]}},
            "composite",
            "is required by the cuts",
        ),
    ],
)
def test_a_design_that_cannot_be_run_is_refused_with_the_field_at_fault(
    change: dict[str, Any], field: str, complaint: str
) -> None:
    written = {"stopping": {"max_items": 10}, "prior": PRIOR} | change

    with pytest.raises(DesignError, match=complaint) as caught:
        MultidimensionalDesign.from_dict(written)
    assert caught.value.field == field


def test_a_bank_that_cannot_serve_the_design_is_refused(bank: MultidimensionalBank) -> None:
    design = MultidimensionalDesign(Stopping(5), CORRELATED)
    controlled = MultidimensionalDesign.from_dict(
        {"stopping": {"max_items": 5}, "prior": PRIOR, "exposure": {"kind": "sympson_hetter", "k": [0.5]}}
    )

    with pytest.raises(DesignError, match="the bank has 3 dimensions, the prior 2"):
        design.check(compensatory_bank(5, 3))
    with pytest.raises(DesignError, match="needs a multidimensional bank"):
        simulate_cat(ItemBank.dichotomous(1.0, [0.0]), [[0.0, 0.0]], design)
    with pytest.raises(DesignError, match="has 1 values, the bank has 120 items"):
        controlled.check(bank)
    with pytest.raises(DesignError, match="use a MultidimensionalDesign"):
        simulate_cat(bank, [0.0], CatDesign(Stopping(5)))
    for theta in ([], [0.0, 1.0, 2.0], [[np.nan, 0.0]], [[[0.0, 0.0]]]):
        with pytest.raises(IrtError, match=r"theta must be finite numbers of the shape \(n_examinees, 2\)"):
            simulate_cat(bank, theta, design)


def test_every_examinee_may_have_a_prior_of_their_own(bank: MultidimensionalBank) -> None:
    design = MultidimensionalDesign(Stopping(5), CORRELATED)
    prior = MultivariateNormal([1.0, 1.0], 0.2 * np.eye(2))

    state = design.begin(prior=prior)

    assert state.theta.tolist() == [1.0, 1.0]
    assert design.next_item(bank, state, rng_for(1, 0)).item != design.next_item(bank, design.begin()).item
