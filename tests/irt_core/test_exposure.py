"""Exposure control: the best item does not go to everybody."""

from __future__ import annotations

import numpy as np
import pytest

from irt_core import CatState, DesignError, ItemBank, Randomesque, SelectionError, SympsonHetter, next_item, rng_for
from irt_core.adaptive.exposure import ExposureControl
from irt_core.errors import IrtError
from tests.irt_core.conftest import random_bank


def first_items(bank: ItemBank, exposure: ExposureControl, n: int) -> np.ndarray:
    """What n examinees get first."""
    state = CatState.begin()
    return np.array([next_item(bank, state, exposure=exposure, rng=rng_for(seed, 0)).item for seed in range(n)])


def test_randomesque_shares_the_first_place_among_the_n_best(bank: ItemBank) -> None:
    """3,000 draws: each frequency lies within four standard errors, 4 √(0.2 × 0.8 / 3000) = 0.029, of a fifth."""
    best = np.argsort(-bank.information(0.0)[0], kind="stable")[:5]

    drawn = first_items(bank, Randomesque(5), 3000)

    assert set(drawn) == set(best)
    for item in best:
        assert np.mean(drawn == item) == pytest.approx(0.2, abs=0.029)


def test_randomesque_lists_its_candidates_best_first_and_says_which_it_took(bank: ItemBank) -> None:
    choice = next_item(bank, CatState.begin(), exposure=Randomesque(4), rng=rng_for(3, 0))

    information = bank.information(0.0)[0]
    assert choice.candidates == tuple(np.argsort(-information, kind="stable")[:4])
    assert choice.item in choice.candidates
    assert choice.value == pytest.approx(information[choice.item])
    assert choice.reason.endswith(f"Randomesque took number {choice.candidates.index(choice.item) + 1} of 4")
    assert choice.ruled_out == ()


def test_randomesque_makes_do_with_what_is_left() -> None:
    bank = random_bank(3)
    state = CatState.begin().after(bank, 0, 1)

    drawn = {next_item(bank, state, exposure=Randomesque(5), rng=rng_for(s, 1)).item for s in range(50)}

    assert drawn == {1, 2}


def test_sympson_hetter_gives_an_item_with_its_probability() -> None:
    """The sharpest item passes 30 % of its trials, the next 60 %; four standard errors of 3,000 draws are 0.034."""
    bank = ItemBank.dichotomous([3.0, 2.0, 1.0], [0.0, 0.0, 0.0])

    drawn = first_items(bank, SympsonHetter((0.3, 0.6, 1.0)), 3000)

    np.testing.assert_allclose(np.bincount(drawn) / 3000, [0.3, 0.7 * 0.6, 0.7 * 0.4], atol=0.037)


def test_an_item_that_failed_its_trial_stays_out_of_the_test() -> None:
    bank = ItemBank.dichotomous([3.0, 2.0, 1.0], [0.0, 0.0, 0.0])
    control = SympsonHetter((1e-9, 1.0, 1.0))

    choice = next_item(bank, CatState.begin(), exposure=control, rng=rng_for(1, 0))
    state = CatState.begin().setting_aside(choice.ruled_out).after(bank, choice.item, 1)
    second = next_item(bank, state, exposure=control, rng=rng_for(1, 1))

    assert (choice.item, choice.ruled_out) == (1, (0,))
    assert (second.item, second.ruled_out) == (2, ())


def test_when_every_trial_fails_the_best_item_is_given_after_all() -> None:
    bank = ItemBank.dichotomous([3.0, 2.0, 1.0], [0.0, 0.0, 0.0])

    choice = next_item(bank, CatState.begin(), exposure=SympsonHetter((1e-12,) * 3), rng=rng_for(1, 0))

    assert (choice.item, choice.ruled_out) == (0, ())


def test_a_control_needs_randomness(bank: ItemBank) -> None:
    with pytest.raises(SelectionError, match="needs a random generator"):
        next_item(bank, CatState.begin(), exposure=Randomesque(3))


@pytest.mark.parametrize("k", [(), (0.0, 1.0), (0.5, 1.1), (-0.5,), (float("nan"),)])
def test_impossible_exposure_probabilities_are_refused(k: tuple[float, ...]) -> None:
    with pytest.raises(DesignError, match=r"exposure\.k"):
        SympsonHetter(k)
    with pytest.raises(DesignError, match=r"exposure\.n"):
        Randomesque(0)


def test_streams_of_different_positions_and_seeds_differ_and_replay() -> None:
    draws = {(seed, position): rng_for(seed, position).random() for seed in range(30) for position in range(30)}

    assert len(set(draws.values())) == 900
    assert draws[7, 3] == rng_for(7, 3).random()
    assert rng_for(2**64 - 1, 0).random() != rng_for(0, 2**64 - 1).random()


def test_a_stream_is_philox_with_the_seed_and_the_position_as_its_key() -> None:
    """As published traces were drawn: random choices of old sessions must replay."""
    for seed, position in ((0, 0), (7, 15), (2**64 - 1, 3)):
        expected = np.random.Generator(np.random.Philox(key=seed | position << 64))

        assert rng_for(seed, position).random() == expected.random()


@pytest.mark.parametrize(("seed", "position"), [(-1, 0), (0, -1), (2**64, 0), (0, 2**64)])
def test_a_seed_beyond_64_bits_is_refused(seed: int, position: int) -> None:
    with pytest.raises(IrtError, match="integers from 0"):
        rng_for(seed, position)
