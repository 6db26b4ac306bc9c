"""Adaptive tests of items with several categories, and of mixtures: states, rules, stopping, simulation."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from irt_core import (
    CatDesign,
    CatState,
    Constraints,
    ItemBank,
    NoItemLeft,
    Normal,
    Quadrature,
    StateError,
    Stopping,
    estimate_ability,
    next_item,
    rng_for,
    simulate_cat,
)
from irt_core.adaptive.criteria import CRITERIA
from irt_core.adaptive.situation import Situation
from tests.irt_core.conftest import random_polytomous_bank
from tests.irt_core.test_simulation import assert_a_session_goes_the_same_way

DETERMINISTIC_RULES = sorted(CRITERIA.keys() - {"progressive", "proportional", "random"})
AREAS = ("listening", "reading", "writing")


@pytest.fixture(params=["graded", "gpcm", "nominal", "mixed"])
def bank(request: pytest.FixtureRequest) -> ItemBank:
    """Eighty items of each model in turn, in three areas, some of them enemies."""
    areas = [AREAS[item % 3] for item in range(80)]
    return random_polytomous_bank(request.param, 80).with_content(areas, enemies=[[0, 1, 5], [30, 60]])


@pytest.fixture
def state(bank: ItemBank) -> CatState:
    """After six answers, the highest scores and the lowest among them."""
    items = range(0, 60, 10)
    scores = [int(score) for score in (bank.category_counts[list(items)] - 1) * np.array([1, 0, 0.5, 1, 0, 0.5])]
    return CatState.begin(Normal(0.2, 1.1)).after_all(bank, items, scores)


def values(rule: str, bank: ItemBank, state: CatState) -> np.ndarray:
    """The criterion of every item of the bank."""
    of_all: np.ndarray = CRITERIA[rule](Situation.of_one(bank, state, 20, rng_for(1, 8)))[0]
    return of_all


def weights(bank: ItemBank, state: CatState, is_posterior: bool) -> tuple[np.ndarray, np.ndarray]:
    """The grid, and the likelihood or posterior on it, from the definition."""
    grid = state.quadrature.points
    density = bank.probability(grid)[:, list(state.administered), list(state.scores)].prod(axis=1)
    if is_posterior:
        density *= np.exp(state.prior.log_density(grid))
    density[[0, -1]] /= 2
    return grid, density / density.sum()


def test_replaying_all_answers_at_once_gives_the_same_bits_as_one_after_the_other(bank: ItemBank) -> None:
    rng = np.random.default_rng(2)
    for n_points in (11, 121, 200):
        begun = CatState.begin(quadrature=Quadrature(-5.0, 5.0, n_points))
        items = rng.permutation(80)[:30]
        scores = rng.integers(0, bank.category_counts[items])

        one_by_one = begun
        for item, score in zip(items.tolist(), scores.tolist(), strict=True):
            one_by_one = one_by_one.after(bank, item, score)

        at_once = begun.after_all(bank, items.tolist(), scores.tolist())
        np.testing.assert_array_equal(at_once.log_posterior, one_by_one.log_posterior)
        assert (at_once.thetas, at_once.ses) == (one_by_one.thetas, one_by_one.ses)
        read = CatState.from_dict(json.loads(json.dumps(at_once.to_dict())), bank)
        np.testing.assert_array_equal(read.log_posterior, at_once.log_posterior)


@pytest.mark.parametrize("model", ["graded", "gpcm", "nominal", "mixed"])
def test_a_bank_too_large_to_tabulate_gives_the_same_bits_as_the_tabulated_part_of_it(model: str) -> None:
    large = random_polytomous_bank(model, 4200)
    small = large.subset(np.arange(100))
    scores = np.random.default_rng(3).integers(0, large.category_counts[:40]).tolist()

    of_large, of_small = (CatState.begin().after_all(bank, range(40), scores) for bank in (large, small))

    np.testing.assert_array_equal(of_large.log_posterior, of_small.log_posterior)
    unused = 50
    np.testing.assert_array_equal(
        of_large.after(large, unused, 0).log_posterior, of_small.after(small, unused, 0).log_posterior
    )


def test_theta_and_se_are_the_eap_of_the_answers(bank: ItemBank, state: CatState) -> None:
    responses = np.full(80, np.nan)
    responses[list(state.administered)] = state.scores

    ability = estimate_ability(bank, responses, prior=Normal(0.2, 1.1))

    assert (state.theta, state.se) == pytest.approx((ability.theta, ability.se), abs=1e-6)


def test_a_score_that_the_item_has_not_is_refused() -> None:
    bank = ItemBank.graded(1.0, [[-1.0, 0.2, 1.5], [0.4], [-0.5, 0.9]])

    for item, score in ((0, 3), (1, 1), (2, 2)):
        assert CatState.begin().after(bank, item, score).scores == (score,)
        with pytest.raises(StateError, match=f"{score + 1} is not a score of item {item}: 0 to {score}"):
            CatState.begin().after(bank, item, score + 1)
        with pytest.raises(StateError, match="is not a score of item"):
            CatState.begin().after_all(bank, [item], [score + 1])


@pytest.mark.parametrize(("rule", "is_posterior"), [("mlwi", False), ("mpwi", True)])
def test_weighted_information_is_the_mean_information(
    bank: ItemBank, state: CatState, rule: str, is_posterior: bool
) -> None:
    grid, weight = weights(bank, state, is_posterior)

    np.testing.assert_allclose(values(rule, bank, state), weight @ bank.information(grid), rtol=1e-9)


@pytest.mark.parametrize(("rule", "is_posterior"), [("kl", False), ("klp", True)])
def test_divergence_is_the_mean_kullback_leibler_distance_from_the_estimate(
    bank: ItemBank, state: CatState, rule: str, is_posterior: bool
) -> None:
    grid, weight = weights(bank, state, is_posterior)
    here, there = bank.probability(state.theta), bank.probability(grid)

    ratio = np.divide(here, there, out=np.ones_like(there), where=there > 0)
    distance = np.sum(here * np.log(ratio), axis=2)

    np.testing.assert_allclose(values(rule, bank, state), weight @ distance, rtol=1e-9)


@pytest.mark.parametrize("rule", ["mei", "mepv"])
def test_expectations_are_over_all_possible_answers(bank: ItemBank, state: CatState, rule: str) -> None:
    found = values(rule, bank, state)

    for item in (1, 2, 3, 44, 79):
        predicted = state.posterior @ bank.probability(state.quadrature.points)[:, item]
        after = [state.after(bank, item, score) for score in range(bank.category_counts[item])]
        worth = [bank.information(s.theta)[0, item] if rule == "mei" else -(s.se**2) for s in after]
        assert found[item] == pytest.approx(predicted[: len(worth)] @ worth, rel=1e-9)


def test_maximum_information_takes_the_item_that_tells_most_at_the_estimate(bank: ItemBank) -> None:
    rng = np.random.default_rng(4)
    for _ in range(50):
        items = rng.permutation(80)[: rng.integers(0, 30)]
        scores = rng.integers(0, bank.category_counts[items])
        state = CatState.begin().after_all(bank, items.tolist(), scores.tolist())
        information = bank.information(state.theta)[0]
        information[[*bank.content.with_enemies(state.administered)]] = -1.0

        assert next_item(bank, state).item == information.argmax()


@pytest.mark.parametrize("rule", sorted(CRITERIA))
def test_no_rule_gives_an_item_twice_and_all_end_with_the_bank(rule: str) -> None:
    bank = random_polytomous_bank("mixed", 12)
    state = CatState.begin()
    for position in range(12):
        choice = next_item(bank, state, rule, Constraints(length=40), rng=rng_for(7, position))
        state = state.after(bank, choice.item, position % int(bank.category_counts[choice.item]))

    assert sorted(state.administered) == list(range(12))
    with pytest.raises(NoItemLeft):
        next_item(bank, state, rule, Constraints(length=40), rng=rng_for(7, 12))


@pytest.mark.parametrize("rule", DETERMINISTIC_RULES)
def test_every_deterministic_rule_chooses_alike_for_one_and_for_many(bank: ItemBank, rule: str) -> None:
    blueprint = {"reading": {"target": 0.5, "minimum": 3}, "writing": {"maximum": 4}, "listening": {}}
    design = CatDesign.from_dict({"stopping": {"max_items": 8}, "selection": {"rule": rule}, "blueprint": blueprint})

    result = simulate_cat(bank, np.linspace(-2, 2, 6), design, seed=4)

    for who in range(6):
        assert_a_session_goes_the_same_way(bank, design, result, who)


@pytest.mark.parametrize(
    "stopping",
    [
        {"max_items": 25, "min_items": 4, "se": 0.3},
        {"max_items": 25, "min_items": 3, "theta_change": 0.05},
        {"max_items": 25, "min_items": 4, "se_gain": 0.012},
        {"max_items": 25, "classification": {"kind": "sprt", "cut_scores": [0.0], "indifference": 0.3}},
        {"max_items": 25, "classification": {"kind": "confidence_interval", "cut_scores": [-1.0, 1.0], "level": 0.9}},
    ],
    ids=lambda stopping: ", ".join(stopping),
)
def test_a_simulated_examinee_and_a_live_session_stop_alike(bank: ItemBank, stopping: dict[str, Any]) -> None:
    design = CatDesign.from_dict({"stopping": stopping})

    result = simulate_cat(bank, np.linspace(-3, 3, 10), design, seed=4)

    assert (result.lengths < 25).any()
    for who in range(10):
        assert_a_session_goes_the_same_way(bank, design, result, who)


def test_estimates_of_a_simulation_are_unbiased_and_as_precise_as_they_say(bank: ItemBank) -> None:
    """1,000 examinees from the prior, 12 items: four standard errors are 4 × 0.4 / √1000 = 0.05 for the bias and
    4 / √2000 = 9 % for the root mean square."""
    theta = np.random.default_rng(12).normal(size=1000)

    result = simulate_cat(bank, theta, CatDesign(Stopping(12)), seed=5)

    assert abs(result.bias) < 0.05
    assert result.rmse == pytest.approx(np.sqrt(np.mean(result.ses**2)), rel=0.09)
    scores, limits = result.scores[result.items >= 0], bank.category_counts[result.items[result.items >= 0]]
    assert (scores < limits).all()
    assert scores.max() == 4


def test_items_of_more_categories_measure_better_than_the_same_items_scored_right_or_wrong() -> None:
    """Collapsing the scores of graded items at their middle threshold costs information."""
    rng = np.random.default_rng(6)
    thresholds = np.sort(rng.normal(0, 1.2, (120, 3)), axis=1)
    slopes, theta = rng.lognormal(0.1, 0.3, 120), rng.normal(size=400)

    whole, halved = (
        simulate_cat(bank, theta, CatDesign(Stopping(10)), seed=3)
        for bank in (ItemBank.graded(slopes, thresholds), ItemBank.dichotomous(slopes, thresholds[:, 1]))
    )

    assert whole.ses.mean() < 0.9 * halved.ses.mean()
    assert whole.rmse < halved.rmse
