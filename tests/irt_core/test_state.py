"""The state of a test: moved on answer by answer, replayed at once, stored as JSON."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irt_core import CatState, ItemBank, Normal, Quadrature, StateError, estimate_ability, next_item
from tests.irt_core.conftest import random_bank


def answered(bank: ItemBank, n: int, seed: int = 3) -> CatState:
    """A state after n random answers."""
    rng = np.random.default_rng(seed)
    items, scores = rng.permutation(bank.n_items)[:n], rng.integers(0, 2, n)
    return CatState.begin().after_all(bank, items.tolist(), scores.tolist(), seconds=7.5 * n)


def same(first: CatState, second: CatState) -> bool:
    """Whether two states agree to the last bit."""
    return (
        np.array_equal(first.log_posterior, second.log_posterior)
        and first.to_dict() == second.to_dict()
        and (first.thetas, first.ses) == (second.thetas, second.ses)
    )


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_replaying_all_answers_at_once_gives_the_same_bits_as_one_after_the_other(data: st.DataObject) -> None:
    bank = random_bank(40, data.draw(st.integers(1, 4)))
    items = data.draw(st.permutations(range(40)))[: data.draw(st.integers(0, 40))]
    scores = [data.draw(st.integers(0, 1)) for _ in items]
    begun = CatState.begin(Normal(0.2, 1.3), Quadrature(-5.0, 5.0, data.draw(st.integers(11, 200))))

    one_by_one = begun
    for item, score in zip(items, scores, strict=True):
        one_by_one = one_by_one.after(bank, item, score)

    assert same(begun.after_all(bank, items, scores), one_by_one)


def test_a_bank_too_large_to_tabulate_gives_the_same_bits_as_the_tabulated_part_of_it() -> None:
    large = random_bank(5000, 3)
    small = large.subset(np.arange(100))

    assert same(answered(small, 50), CatState.begin().after_all(large, *_history(answered(small, 50))))


def _history(state: CatState) -> tuple[Any, ...]:
    return state.administered, state.scores, state.elapsed_seconds


@given(seed=st.integers(0, 5000), discrimination=st.floats(0.1, 5.0))
@settings(max_examples=60, deadline=None)
def test_an_answer_moves_the_estimate_no_further_than_it_was_surprising(seed: int, discrimination: float) -> None:
    """|θ̂′ − θ̂| ≤ se √((1 − p) / p), p being the predicted probability of the answer, by Cauchy-Schwarz."""
    rng = np.random.default_rng(seed)
    difficulty, guessing = rng.normal(0.0, 1.5, 20), rng.choice([0.0, 0.2], 20)
    bank = ItemBank.dichotomous(np.full(20, discrimination), difficulty, guessing)
    state = CatState.begin(Normal(float(rng.normal()), float(rng.uniform(0.3, 2.0))))
    for item in range(20):
        right = float(state.posterior @ bank.probability(state.quadrature.points)[:, item])
        score = int(rng.integers(2))
        chance = float(np.clip(right if score else 1.0 - right, 1e-12, 1.0))
        after = state.after(bank, item, score)

        assert abs(after.theta - state.theta) <= state.se * np.sqrt((1.0 - chance) / chance) * (1 + 1e-6) + 1e-9
        state = after


def test_a_first_wrong_answer_does_not_throw_the_estimate_to_the_end_of_the_scale(bank: ItemBank) -> None:
    begun = CatState.begin()
    item = next_item(bank, begun).item

    wrong = begun.after(bank, item, 0)

    responses = np.full(bank.n_items, np.nan)
    responses[item] = 0
    assert -begun.se < wrong.theta < 0.0
    assert estimate_ability(bank, responses, method="mle").theta == -6.0


def test_a_state_survives_being_stored_as_json(bank: ItemBank) -> None:
    state = answered(bank, 25).setting_aside([180, 181])
    assert state.elapsed == 187.5

    read = CatState.from_dict(json.loads(json.dumps(state.to_dict())), bank)

    assert same(read, state)
    unused = next(item for item in range(200) if item not in state.administered)
    assert read.after(bank, unused, 1).theta == state.after(bank, unused, 1).theta


def test_theta_and_se_are_the_eap_of_the_answers(any_bank: ItemBank) -> None:
    state = answered(any_bank, 20)
    responses = np.full(30, np.nan)
    responses[list(state.administered)] = state.scores

    ability = estimate_ability(any_bank, responses)

    assert (state.theta, state.se) == pytest.approx((ability.theta, ability.se), abs=1e-6)


def test_every_answer_leaves_the_estimate_before_it_on_the_path(bank: ItemBank) -> None:
    before = answered(bank, 5)

    after = before.after(bank, 199, 1, seconds=4.0)

    assert after.thetas[:-1] == before.thetas
    assert after.ses[:-1] == before.ses
    assert (after.n_administered, after.administered[-1], after.scores[-1]) == (6, 199, 1)
    assert after.elapsed_seconds == before.elapsed_seconds + 4.0


def test_a_state_never_changes(bank: ItemBank) -> None:
    state = answered(bank, 5)
    stored = state.to_dict()

    state.after(bank, 199, 1)
    state.setting_aside([3])

    assert state.to_dict() == stored
    with pytest.raises(AttributeError):
        state.elapsed_seconds = 0.0  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        state.log_posterior[0] = 0.0


def test_the_posterior_is_a_distribution_that_narrows(bank: ItemBank) -> None:
    state = CatState.begin()
    for item in range(30):
        state = state.after(bank, item, item % 2)
        assert state.posterior.sum() == pytest.approx(1.0)
        assert (state.posterior >= 0).all()

    assert state.se < 0.6 * state.ses[0]


@given(item=st.integers(0, 199), n=st.integers(0, 30))
@settings(max_examples=40, deadline=None)
def test_a_right_answer_raises_and_a_wrong_one_lowers_the_estimate(item: int, n: int) -> None:
    bank = random_bank(230, 3)
    state = CatState.begin().after_all(bank, range(200, 200 + n), [k % 2 for k in range(n)])

    assert state.after(bank, item, 0).theta <= state.theta <= state.after(bank, item, 1).theta


def test_a_test_may_start_away_from_its_prior() -> None:
    assert CatState.begin(Normal(0.5, 1.0)).theta == pytest.approx(0.5, abs=1e-6)
    assert CatState.begin(Normal(0.5, 1.0), theta=-1.0).theta == -1.0
    with pytest.raises(StateError, match="finite theta"):
        CatState.begin(theta=float("nan"))


@pytest.mark.parametrize(
    ("item", "score", "seconds", "complaint"),
    [
        (4, 1, 1.0, "item 4 has been answered already"),
        (200, 1, 1.0, "the bank has the items 0 to 199, not 200"),
        (-1, 1, 1.0, "the bank has the items 0 to 199, not -1"),
        (5, 2, 1.0, "2 is not a score of item 5"),
        (5, 0.5, 1.0, "0.5 is not a score of item 5"),
        (5, 1, -1.0, "cannot take -1.0 seconds"),
        (5, 1, float("inf"), "cannot take inf seconds"),
    ],
)
def test_an_answer_that_cannot_follow_is_refused(
    bank: ItemBank, item: int, score: Any, seconds: float, complaint: str
) -> None:
    state = CatState.begin().after(bank, 4, 1)

    with pytest.raises(StateError, match=complaint):
        state.after(bank, item, score, seconds)


def test_a_replay_of_the_same_item_twice_or_of_unequal_lists_is_refused(bank: ItemBank) -> None:
    with pytest.raises(StateError, match="item 3 has been answered already"):
        CatState.begin().after_all(bank, [3, 4, 3], [1, 0, 1])
    with pytest.raises(StateError, match="2 items cannot have 1 scores"):
        CatState.begin().after_all(bank, [3, 4], [1])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"administered": None}, "not as this version writes it"),
        ({"prior": {"mean": 0.0, "sd": -1.0}}, "does not fit its bank"),
        ({"quadrature": {"low": 7.0}}, "does not fit its bank"),
        ({"administered": [0, 999], "scores": [0, 1]}, "does not fit its bank"),
        ({"scores": [1, 1, 1, 1, 7]}, "does not fit its bank"),
        ({"prior": {"middle": 0.0}}, "not as this version writes it"),
    ],
)
def test_a_stored_state_that_cannot_be_read_is_refused(bank: ItemBank, change: dict[str, Any], complaint: str) -> None:
    stored = answered(bank, 5).to_dict() | change

    with pytest.raises(StateError, match=complaint):
        CatState.from_dict(stored, bank)


def test_a_stored_state_without_a_part_is_refused(bank: ItemBank) -> None:
    for name in answered(bank, 5).to_dict():
        stored = answered(bank, 5).to_dict()
        del stored[name]
        with pytest.raises(StateError, match="not as this version writes it"):
            CatState.from_dict(stored, bank)


def test_a_quadrature_resolves_the_standard_error_it_was_made_for() -> None:
    """The module's claim: at a step of one standard deviation the trapezoidal rule is right to 5e-9."""
    quadrature = Quadrature.resolving(0.2)
    points = quadrature.points

    assert quadrature.step <= 0.2
    for mean in (0.0, 0.03, 0.1):
        density = np.exp(-0.5 * ((points - mean) / quadrature.step) ** 2)
        assert density.sum() == pytest.approx(np.sqrt(2 * np.pi), rel=6e-9)


@pytest.mark.parametrize(("low", "high", "n"), [(1.0, 1.0, 10), (2.0, 1.0, 10), (0.0, 1.0, 4), (0.0, np.inf, 10)])
def test_an_impossible_quadrature_is_refused(low: float, high: float, n: int) -> None:
    with pytest.raises(ValueError, match="a quadrature needs"):
        Quadrature(low, high, n)
