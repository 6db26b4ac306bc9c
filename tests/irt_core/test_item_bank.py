"""The models: what an item bank says about its items."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irt_core import BankError, ItemBank, Quadrature

THETA = np.linspace(-4.0, 4.0, 33)


def test_the_four_parameter_curve_is_the_textbook_formula() -> None:
    bank = ItemBank.dichotomous([1.2, 0.7], [0.5, -1.0], guessing=[0.2, 0.1], upper=[0.95, 1.0])

    probability = bank.probability([0.0, 2.0])

    first = 0.2 + (0.95 - 0.2) / (1 + np.exp(-1.2 * (np.array([0.0, 2.0]) - 0.5)))
    second = 0.1 + (1.0 - 0.1) / (1 + np.exp(-0.7 * (np.array([0.0, 2.0]) + 1.0)))
    np.testing.assert_allclose(probability, np.column_stack([first, second]), rtol=1e-14)


def test_a_scalar_discrimination_makes_the_one_parameter_model() -> None:
    bank = ItemBank.dichotomous(1.0, [-1.0, 0.0, 1.0])

    np.testing.assert_allclose(bank.probability(0.0), [[1 / (1 + np.exp(-1)), 0.5, 1 / (1 + np.exp(1))]], rtol=1e-14)


def test_the_normal_metric_multiplies_the_discrimination_by_d() -> None:
    normal = ItemBank.dichotomous([0.8], [0.3], D=1.702)

    np.testing.assert_array_equal(
        normal.probability(THETA), ItemBank.dichotomous([0.8 * 1.702], [0.3]).probability(THETA)
    )


def test_arrays_have_one_row_for_each_theta_and_one_column_for_each_item(any_bank: ItemBank) -> None:
    assert any_bank.probability(THETA).shape == any_bank.information(THETA).shape == (33, 30)
    assert any_bank.probability(0.0).shape == any_bank.information(0.0).shape == (1, 30)


def test_information_is_the_squared_slope_over_the_variance(any_bank: ItemBank) -> None:
    step = 1e-5
    slope = (any_bank.probability(THETA + step) - any_bank.probability(THETA - step)) / (2 * step)
    right = any_bank.probability(THETA)

    np.testing.assert_allclose(any_bank.information(THETA), slope**2 / (right * (1 - right)), rtol=1e-7)


def test_information_is_minus_the_expected_second_derivative_of_the_log_likelihood(any_bank: ItemBank) -> None:
    step = 1e-4
    ahead, here, behind = (any_bank.log_likelihood_table(THETA + shift) for shift in (step, 0.0, -step))
    wrong, right = ((ahead - 2 * here + behind) / step**2).transpose(0, 2, 1)
    probability = any_bank.probability(THETA)

    expected = -(probability * right + (1 - probability) * wrong)

    np.testing.assert_allclose(any_bank.information(THETA), expected, rtol=1e-4, atol=1e-6)


def test_warms_term_is_the_slope_times_the_curvature_over_the_variance(any_bank: ItemBank) -> None:
    step = 1e-4
    above, here, below = (any_bank.probability(THETA + shift) for shift in (step, 0.0, -step))
    slope, curvature = (above - below) / (2 * step), (above - 2 * here + below) / step**2

    np.testing.assert_allclose(any_bank.warm(THETA), slope * curvature / (here * (1 - here)), rtol=1e-4, atol=1e-6)


def test_the_log_likelihood_of_an_all_but_impossible_answer_is_exact() -> None:
    bank = ItemBank.dichotomous([2.0], [0.0])

    wrong, right = bank.log_likelihood_table(np.array([-100.0, 100.0]))

    np.testing.assert_allclose(right[0], [-200.0, 0.0], rtol=1e-14)
    np.testing.assert_allclose(wrong[0], [0.0, -200.0], rtol=1e-14)


def test_theta_beyond_all_reason_gives_finite_log_likelihoods() -> None:
    table = ItemBank.dichotomous([5.0], [0.0]).log_likelihood_table(np.array([-1e6, 1e6]))

    assert np.isfinite(table).all()


def test_the_table_and_single_rows_hold_the_same_bits(any_bank: ItemBank) -> None:
    points = Quadrature().points
    items = np.array([3, 17, 3, 29])
    scores = np.array([1, 0, 0, 1])

    table = any_bank.log_likelihood_table(points)

    np.testing.assert_array_equal(any_bank.log_likelihood(items, scores, points), table[scores, items])
    np.testing.assert_array_equal(any_bank.log_likelihood(items[:1], scores[:1], points)[0], table[1, 3])


def test_information_at_pairs_of_theta_and_item_is_the_entry_of_the_whole_table(any_bank: ItemBank) -> None:
    items = np.array([[4, 9], [0, 29]])
    theta = np.array([[-1.0], [2.0]])

    paired = any_bank.information_at(theta, items)

    table = any_bank.information(theta[:, 0])
    np.testing.assert_allclose(paired, np.take_along_axis(table, items, axis=1), rtol=1e-14)


def test_a_subset_keeps_parameters_areas_and_enemies_in_the_order_asked_for(bank_with_areas: ItemBank) -> None:
    subset = bank_with_areas.subset([8, 5, 0, 7])

    np.testing.assert_array_equal(subset.probability(THETA), bank_with_areas.probability(THETA)[:, [8, 5, 0, 7]])
    assert subset.content.areas == ("numbers", "numbers", "algebra", "geometry")
    assert subset.content.enemies == ((1, 2), (0, 3))


def test_a_mask_and_its_indexes_pick_the_same_items(bank: ItemBank) -> None:
    mask = np.arange(200) % 7 == 0

    np.testing.assert_array_equal(
        bank.subset(mask).probability(THETA), bank.subset(np.flatnonzero(mask)).probability(THETA)
    )


def test_a_bank_survives_being_written_as_json(bank_with_areas: ItemBank) -> None:
    read = ItemBank.from_arrays(json.loads(json.dumps(bank_with_areas.to_arrays())))

    np.testing.assert_array_equal(read.probability(THETA), bank_with_areas.probability(THETA))
    assert read.content == bank_with_areas.content


def test_a_bank_cannot_be_changed_through_its_arrays_or_those_it_was_made_from() -> None:
    difficulty = np.array([0.0, 1.0])
    bank = ItemBank.dichotomous(1.0, difficulty)

    difficulty[0] = 9.0

    assert bank.locations[0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        bank.locations[0] = 9.0


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({"discrimination": [1.0, 0.0], "difficulty": [0.0, 0.0]}, "discrimination of item 1 must be above 0"),
        ({"discrimination": [1.0, -1.0], "difficulty": [0.0, 0.0]}, "discrimination of item 1 must be above 0"),
        ({"discrimination": [1.0], "difficulty": [np.nan]}, "difficulty of item 0 is not a finite number"),
        ({"discrimination": [np.inf], "difficulty": [0.0]}, "discrimination of item 0 is not a finite number"),
        ({"discrimination": [1.0, 1.0], "difficulty": [0.0]}, "discrimination has 2 values for 1 items"),
        ({"discrimination": [1.0], "difficulty": [[0.0]]}, "difficulty must have the shape"),
        ({"discrimination": [1.0], "difficulty": "hard"}, "difficulty must be numbers"),
        ({"discrimination": "steep", "difficulty": [0.0]}, "discrimination must be numbers"),
        ({"discrimination": [1.0], "difficulty": [0.0], "D": -1.7}, "discrimination of item 0 must be above 0"),
        ({"discrimination": [1.0], "difficulty": [0.0], "guessing": [1.0]}, "guessing of item 0 must be at least 0"),
        ({"discrimination": [1.0], "difficulty": [0.0], "guessing": [-0.1]}, "guessing of item 0 must be at least 0"),
        ({"discrimination": [1.0], "difficulty": [0.0], "upper": [1.1]}, "upper of item 0 must be above its guessing"),
        (
            {"discrimination": [1.0], "difficulty": [0.0], "guessing": [0.5], "upper": [0.5]},
            "upper of item 0 must be above its guessing",
        ),
        ({"discrimination": [], "difficulty": []}, "a bank holds at least one item"),
    ],
)
def test_parameters_that_no_item_can_have_are_refused_by_name(parameters: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BankError, match=complaint):
        ItemBank.dichotomous(**parameters)


@pytest.mark.parametrize(
    ("arrays", "complaint"),
    [
        ({}, "no kind of item bank is called None"),
        ({"kind": "magic"}, "no kind of item bank is called 'magic'"),
        ({"kind": "dichotomous", "difficulty": [0.0]}, "needs discrimination"),
        ({"kind": "dichotomous", "discrimination": [1], "difficulty": [0], "areas": []}, "one content area for each"),
        ({"kind": "dichotomous", "discrimination": [1], "difficulty": [0], "enemies": [[0, 1]]}, "items from 0 to 0"),
    ],
)
def test_arrays_that_describe_no_bank_are_refused(arrays: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BankError, match=complaint):
        ItemBank.from_arrays(arrays)


@pytest.mark.parametrize("picked", [[True, False], [200], [-1], [[0]], [0.5], np.zeros((2, 200), dtype=bool)])
def test_items_that_the_bank_does_not_hold_cannot_be_picked(bank: ItemBank, picked: Any) -> None:
    with pytest.raises(BankError):
        bank.subset(picked)


@given(
    a=st.floats(0.05, 5.0),
    b=st.floats(-5.0, 5.0),
    c=st.floats(0.0, 0.5),
    span=st.floats(0.1, 1.0),
    theta=st.floats(-10.0, 10.0),
)
def test_probability_rises_with_theta_within_its_asymptotes(
    a: float, b: float, c: float, span: float, theta: float
) -> None:
    upper = c + span * (1.0 - c)
    bank = ItemBank.dichotomous([a], [b], [c], [upper])

    lower, higher = bank.probability([theta, theta + 0.5])[:, 0]

    assert c <= lower <= higher <= upper
    assert bank.information(theta)[0, 0] >= 0.0


@given(a=st.floats(0.2, 3.0), b=st.floats(-3.0, 3.0), shift=st.floats(-3.0, 3.0), scale=st.floats(0.3, 3.0))
def test_a_linear_change_of_the_scale_of_theta_changes_nothing(a: float, b: float, shift: float, scale: float) -> None:
    theta = np.array([-1.0, 0.0, 2.0])
    here = ItemBank.dichotomous([a], [b], [0.2])
    there = ItemBank.dichotomous([a / scale], [scale * b + shift], [0.2])

    moved = scale * theta + shift

    np.testing.assert_allclose(there.probability(moved), here.probability(theta), rtol=1e-9)
    np.testing.assert_allclose(there.information(moved) * scale**2, here.information(theta), rtol=1e-8)
