"""Each selection rule against its formula, worked out by brute force."""

from __future__ import annotations

import numpy as np
import pytest

from irt_core import (
    CatState,
    Constraints,
    ContentArea,
    ContentBlueprint,
    ItemBank,
    NoItemLeft,
    Normal,
    Quadrature,
    Randomesque,
    SelectionError,
    SetRule,
    estimate_ability,
    next_item,
    rng_for,
)
from irt_core.adaptive.criteria import CRITERIA
from irt_core.adaptive.situation import Situation
from tests.irt_core.conftest import random_bank

RANDOM_RULES = {"progressive", "proportional", "random"}
LENGTH_RULES = {"progressive", "proportional", "a_stratified"}


@pytest.fixture
def state(bank: ItemBank) -> CatState:
    """After eight answers of an examinee of about average ability."""
    return CatState.begin(Normal(0.2, 1.1)).after_all(bank, range(0, 80, 10), [1, 0, 1, 1, 0, 1, 0, 1])


def values(rule: str, bank: ItemBank, state: CatState, length: int | None = 20) -> np.ndarray:
    """The criterion of every item of the bank."""
    of_all: np.ndarray = CRITERIA[rule](Situation.of_one(bank, state, length, rng_for(1, 8)))[0]
    return of_all


def test_maximum_information_takes_the_item_that_tells_most_at_the_estimate(bank: ItemBank, state: CatState) -> None:
    choice = next_item(bank, state, "mfi")

    information = bank.information(state.theta)[0]
    information[list(state.administered)] = -1.0
    assert choice.item == information.argmax()
    assert choice.value == pytest.approx(information.max(), rel=1e-12)
    assert choice.candidates == (choice.item,)
    assert choice.reason == f"mfi {choice.value:.3g} at theta {state.theta:.3f}"


def test_the_reason_says_what_content_and_exposure_control_had_to_say(bank_with_areas: ItemBank) -> None:
    blueprint = ContentBlueprint({"algebra": ContentArea(0.5), "geometry": ContentArea(0.5), "numbers": ContentArea()})
    bank = bank_with_areas.with_content(bank_with_areas.content.areas, sets=[[100, 103, 106]])
    state = CatState.begin().after_all(bank, [3, 6, 9, 1], [1, 0, 1, 1])

    of_area = next_item(bank, state, constraints=Constraints(8, blueprint), exposure=Randomesque(4), rng=rng_for(1, 0))
    of_set = next_item(bank, state.after(bank, 100, 1), constraints=Constraints(sets=SetRule(3)))

    assert of_area.reason.startswith(f"mfi {of_area.value:.3g} at theta {state.theta:.3f}; ")
    assert "; area geometry has 1 of 4 items, 0.5 wanted; Randomesque took number " in of_area.reason
    assert of_set.item == 103
    assert of_set.reason.endswith("; number 2 from its set of 3")


@pytest.mark.parametrize("n_items", [100, 129, 3000])
def test_maximum_information_is_exact_whatever_the_size_of_the_bank(n_items: int) -> None:
    """The ranking only proposes; over 400 random states the item taken is the best one."""
    bank = random_bank(n_items, 3)
    rng = np.random.default_rng(4)
    for _ in range(400):
        n = int(rng.integers(0, 60))
        state = CatState.begin().after_all(bank, rng.permutation(n_items)[:n].tolist(), rng.integers(0, 2, n).tolist())
        information = bank.information(state.theta)[0]
        information[list(state.administered)] = -1.0

        assert next_item(bank, state).item == information.argmax()


def test_no_item_of_a_cell_tells_more_than_the_ranking_says() -> None:
    """The bounds over whole cells, for discriminations up to 8; and they exceed the information by little."""
    rng = np.random.default_rng(2)
    a = np.repeat([0.5, 1.0, 2.0, 4.0, 8.0], 60)
    bank = ItemBank.dichotomous(a, rng.uniform(-1.0, 1.0, 300), rng.uniform(0.0, 0.3, 300), rng.uniform(0.9, 1.0, 300))

    for middle in np.arange(-1.0, 1.0, 0.05):
        ranked = bank.ranking.first(np.array([middle]), 300)
        bounds = ranked.bounds_at(np.zeros(300, dtype=np.int64), np.arange(300))
        reached = bank.information(np.linspace(middle - 0.025, middle + 0.025, 21)).max(axis=0)[ranked.items[0]]

        assert (bounds >= reached).all()
        assert (bounds <= reached * 1.0005).all()
        assert (np.diff(bounds) <= 0).all()


def test_a_dense_bank_of_equal_items_is_searched_to_the_very_best() -> None:
    """4,000 Rasch items: dozens lie in one cell of the ranking."""
    bank = ItemBank.dichotomous(1.0, np.linspace(-3, 3, 4000))
    state = CatState.begin(theta=0.4321)

    assert next_item(bank, state).item == np.abs(bank.locations - 0.4321).argmin()


def test_identical_items_come_in_their_order() -> None:
    bank = ItemBank.dichotomous(np.ones(2000), np.zeros(2000)).with_content(["a", "b"] * 1000)
    state = CatState.begin(theta=2.3).after_all(bank, [0, 1, 3], [1, 1, 1])
    only_b = Constraints(10, ContentBlueprint({"b": ContentArea()}))

    assert next_item(bank, state).item == 2
    assert next_item(bank, state, constraints=only_b).item == 5


def test_beyond_the_ranking_every_item_is_judged() -> None:
    bank = random_bank(500, 2)
    state = CatState.begin(theta=9.0)

    assert next_item(bank, state).item == bank.information(9.0)[0].argmax()


@pytest.mark.parametrize(("rule", "is_posterior"), [("mlwi", False), ("mpwi", True)])
def test_weighted_information_is_the_mean_information(
    bank: ItemBank, state: CatState, rule: str, is_posterior: bool
) -> None:
    grid, weights = _weights(bank, state, is_posterior)

    expected = weights @ bank.information(grid)

    np.testing.assert_allclose(values(rule, bank, state), expected, rtol=1e-9)


@pytest.mark.parametrize(("rule", "is_posterior"), [("kl", False), ("klp", True)])
def test_divergence_is_the_mean_kullback_leibler_distance_from_the_estimate(
    bank: ItemBank, state: CatState, rule: str, is_posterior: bool
) -> None:
    grid, weights = _weights(bank, state, is_posterior)
    here, there = bank.probability(state.theta), bank.probability(grid)

    distance = here * np.log(here / there) + (1 - here) * np.log((1 - here) / (1 - there))

    np.testing.assert_allclose(values(rule, bank, state), weights @ distance, rtol=1e-9)


def _weights(bank: ItemBank, state: CatState, is_posterior: bool) -> tuple[np.ndarray, np.ndarray]:
    grid = state.quadrature.points
    right = bank.probability(grid)[:, list(state.administered)]
    density = np.where(np.array(state.scores) == 1, right, 1 - right).prod(axis=1)
    if is_posterior:
        density *= np.exp(-0.5 * ((grid - 0.2) / 1.1) ** 2)
    density[[0, -1]] /= 2
    return grid, density / density.sum()


@pytest.mark.parametrize("rule", ["mei", "mepv"])
def test_expectations_are_over_the_two_possible_answers(bank: ItemBank, state: CatState, rule: str) -> None:
    found = values(rule, bank, state)

    for item in (99, 150, 199):
        predicted = float(state.posterior @ bank.probability(state.quadrature.points)[:, item])
        after = {score: state.after(bank, item, score) for score in (0, 1)}
        if rule == "mei":
            wrong, right = (bank.information(after[score].theta)[0, item] for score in (0, 1))
        else:
            wrong, right = (-(after[score].se ** 2) for score in (0, 1))
        assert found[item] == pytest.approx(predicted * right + (1 - predicted) * wrong, rel=1e-9)


def test_an_item_is_expected_to_lower_the_posterior_variance(bank: ItemBank, state: CatState) -> None:
    assert (-values("mepv", bank, state) < state.se**2).all()


def test_the_stratified_rule_spends_weak_items_first_and_sharp_ones_last(bank: ItemBank) -> None:
    state = CatState.begin()
    quartile = np.empty(200, dtype=int)
    quartile[np.argsort(bank.discriminations, kind="stable")] = np.arange(200) // 50
    taken = []
    for position in range(20):
        choice = next_item(bank, state, "a_stratified", Constraints(length=20))
        taken.append(quartile[choice.item])
        state = state.after(bank, choice.item, position % 2)

    assert taken == [0] * 5 + [1] * 5 + [2] * 5 + [3] * 5


def test_the_stratified_rule_takes_the_nearest_item_of_its_stratum(bank: ItemBank) -> None:
    state = CatState.begin(theta=0.7)
    weakest = np.argsort(bank.discriminations, kind="stable")[:50]

    choice = next_item(bank, state, "a_stratified", Constraints(length=20))

    assert choice.item == weakest[np.abs(bank.locations[weakest] - 0.7).argmin()]


def test_a_stratum_that_is_used_up_gives_way_to_its_neighbour() -> None:
    bank = ItemBank.dichotomous([0.5, 0.6, 1.0, 1.1, 1.5, 1.6, 2.0, 2.1], np.zeros(8))
    state = CatState.begin().after_all(bank, [0, 1], [1, 0])

    choice = next_item(bank, state, "a_stratified", Constraints(length=40))

    assert choice.item in (2, 3)


def test_progressive_selection_starts_by_chance_and_ends_by_information(bank: ItemBank, state: CatState) -> None:
    first = {
        next_item(bank, CatState.begin(), "progressive", Constraints(9), rng=rng_for(s, 0)).item for s in range(40)
    }
    last = {next_item(bank, state, "progressive", Constraints(9), rng=rng_for(s, 8)).item for s in range(40)}

    assert len(first) > 25
    assert last == {next_item(bank, state, "mfi").item}


def test_proportional_selection_draws_by_a_power_of_the_information() -> None:
    """At the second of two items the exponent is the length, 2; 4,000 draws put each frequency within four standard
    errors, 4 × 0.5 / √4000 = 0.032, of its probability."""
    bank = ItemBank.dichotomous([1.0, 1.0, 1.5, 2.0], np.zeros(4))
    state = CatState.begin(theta=0.0).after(bank, 0, 1)
    information = bank.information(state.theta)[0, 1:]

    drawn = [next_item(bank, state, "proportional", Constraints(2), rng=rng_for(s, 1)).item for s in range(4000)]

    frequency = np.bincount(drawn, minlength=4)[1:] / 4000
    np.testing.assert_allclose(frequency, information**2 / np.sum(information**2), atol=0.032)


def test_random_selection_gives_every_free_item_its_turn() -> None:
    bank = random_bank(10)
    state = CatState.begin().after_all(bank, [0, 1], [1, 0])

    drawn = {next_item(bank, state, "random", rng=rng_for(s, 2)).item for s in range(200)}

    assert drawn == set(range(2, 10))


@pytest.mark.parametrize("rule", sorted(CRITERIA))
def test_no_rule_gives_an_item_twice_and_all_end_with_the_bank(rule: str) -> None:
    bank = random_bank(12, 3)
    state = CatState.begin()
    for position in range(12):
        choice = next_item(bank, state, rule, Constraints(length=40), rng=rng_for(7, position))
        state = state.after(bank, choice.item, position % 2)

    assert sorted(state.administered) == list(range(12))
    with pytest.raises(NoItemLeft):
        next_item(bank, state, rule, Constraints(length=40), rng=rng_for(7, 12))


@pytest.mark.parametrize("rule", sorted(CRITERIA))
def test_the_same_seed_and_position_choose_the_same_item(bank: ItemBank, state: CatState, rule: str) -> None:
    choices = {next_item(bank, state, rule, Constraints(length=40), rng=rng_for(11, 8)).item for _ in range(5)}

    assert len(choices) == 1


@pytest.mark.parametrize("rule", sorted(RANDOM_RULES))
def test_a_rule_that_needs_chance_says_so_when_there_is_none(bank: ItemBank, state: CatState, rule: str) -> None:
    with pytest.raises(SelectionError, match="needs a random generator"):
        next_item(bank, state, rule, Constraints(length=40))


@pytest.mark.parametrize("rule", sorted(LENGTH_RULES))
def test_a_rule_that_needs_the_length_says_so_when_there_is_none(bank: ItemBank, state: CatState, rule: str) -> None:
    with pytest.raises(SelectionError, match="needs constraints with the length"):
        next_item(bank, state, rule, rng=rng_for(1, 8))


def test_an_unknown_rule_is_refused(bank: ItemBank, state: CatState) -> None:
    with pytest.raises(SelectionError, match="no selection rule is called 'best'; there are: mfi, "):
        next_item(bank, state, "best")


def test_a_test_that_has_its_length_gets_no_further_item(bank: ItemBank, state: CatState) -> None:
    with pytest.raises(NoItemLeft):
        next_item(bank, state, "mfi", Constraints(length=8))
    with pytest.raises(SelectionError, match="length of 1 or more"):
        Constraints(length=0)


def test_every_deterministic_rule_measures_far_better_than_chance() -> None:
    """Ten items of 200, the same 60 examinees each: the rmse of every rule against that of random items."""
    bank = random_bank(200, 2, seed=9)
    ability = np.random.default_rng(10).normal(size=60)

    def rmse(rule: str) -> float:
        errors = []
        for person, theta in enumerate(ability):
            state = CatState.begin(quadrature=Quadrature(-6, 6, 61))
            for position in range(10):
                rng = rng_for(person, position)
                choice = next_item(bank, state, rule, Constraints(length=10), rng=rng)
                score = int(rng_for(person + 10_000, choice.item).random() < bank.probability(theta)[0, choice.item])
                state = state.after(bank, choice.item, score)
            errors.append(state.theta - theta)
        return float(np.sqrt(np.mean(np.square(errors))))

    by_chance = rmse("random")
    for rule in ("mfi", "mpwi", "mlwi", "kl", "klp", "mei", "mepv"):
        assert rmse(rule) < 0.85 * by_chance


def test_estimates_of_a_session_agree_with_the_estimator(bank: ItemBank, state: CatState) -> None:
    responses = np.full(200, -1)
    responses[list(state.administered)] = state.scores

    assert state.theta == pytest.approx(estimate_ability(bank, responses, prior=Normal(0.2, 1.1)).theta, abs=1e-7)
