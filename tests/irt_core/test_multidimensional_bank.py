"""Banks of items that draw on several abilities: what they say about their items."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irt_core import BankError, ItemBank
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.responses import Responses
from tests.irt_core.multidimensional_samples import SHAPES, answers, compensatory_bank

THETA = np.random.default_rng(2).normal(0.0, 1.5, (12, 2))


@pytest.fixture(params=SHAPES)
def any_shape(request: pytest.FixtureRequest) -> MultidimensionalBank:
    """Twenty items of two dimensions of each kind in turn."""
    return compensatory_bank(20, 2, request.param)


def categories(bank: MultidimensionalBank, theta: np.ndarray) -> np.ndarray:
    """P(category), (n_theta, n_items, n_categories), of whatever items."""
    probability = bank.probability(theta)
    return np.stack([1 - probability, probability], axis=2) if probability.ndim == 2 else probability


def test_a_right_answer_has_the_probability_of_the_four_parameter_curve_of_the_predictor() -> None:
    bank = ItemBank.multidimensional([[1.2, -0.4], [0.0, 0.9]], [0.5, -1.0], guessing=[0.2, 0.1], upper=[0.95, 1.0])

    probability = bank.probability([[0.0, 0.0], [1.0, 2.0]])

    z = np.array([[0.5, -1.0], [1.2 - 0.8 + 0.5, 1.8 - 1.0]])
    np.testing.assert_allclose(probability, [0.2, 0.1] + np.array([0.75, 0.9]) / (1 + np.exp(-z)), rtol=1e-14)


def test_graded_categories_are_differences_of_logistic_curves_of_the_predictor() -> None:
    bank = ItemBank.multidimensional([[1.2, 0.3], [0.5, 0.9]], [[1.0, -0.5], [0.2]])

    probability = bank.probability([[0.4, -1.0]])[0]

    at_least = 1 / (1 + np.exp(-(1.2 * 0.4 - 0.3 + np.array([1.0, -0.5]))))
    right = 1 / (1 + np.exp(-(0.5 * 0.4 - 0.9 + 0.2)))
    np.testing.assert_allclose(probability[0], [1 - at_least[0], at_least[0] - at_least[1], at_least[1]], rtol=1e-13)
    np.testing.assert_allclose(probability[1], [1 - right, right, 0.0], rtol=1e-13)


def test_arrays_have_a_row_for_each_point_and_a_column_for_each_item(any_shape: MultidimensionalBank) -> None:
    assert any_shape.information(THETA).shape == any_shape.warm(THETA).shape == (12, 20)
    assert any_shape.information_matrices(THETA).shape == (12, 20, 2, 2)
    assert any_shape.probability(THETA).shape[:2] == (12, 20)
    assert any_shape.probability(THETA[0]).shape[:2] == (1, 20)
    np.testing.assert_allclose(categories(any_shape, THETA).sum(axis=2), 1.0, rtol=1e-13)


def test_the_information_matrix_is_that_of_the_slopes_of_the_category_curves(any_shape: MultidimensionalBank) -> None:
    step = 1e-5
    ahead, behind = (
        np.stack([categories(any_shape, THETA + sign * step * np.eye(2)[d]) for d in range(2)]) for sign in (1, -1)
    )
    slope, here = (ahead - behind) / (2 * step), categories(any_shape, THETA)

    shares = np.divide(1.0, here, out=np.zeros_like(here), where=here > 0)
    expected = np.einsum("dtjc,etjc,tjc->tjde", slope, slope, shares)

    np.testing.assert_allclose(any_shape.information_matrices(THETA), expected, rtol=1e-6, atol=1e-10)


def test_the_information_matrix_is_minus_the_expected_second_derivative(any_shape: MultidimensionalBank) -> None:
    step, unit = 1e-4, np.eye(2)

    def table(shift: np.ndarray) -> np.ndarray:
        log_probability = any_shape.log_likelihood_table(THETA + step * shift)
        return np.where(np.isneginf(log_probability), 0.0, log_probability)

    expected = np.empty((2, 2, 20, 12))
    probability = np.moveaxis(categories(any_shape, THETA), 0, 2).swapaxes(0, 1)
    for d in range(2):
        for e in range(2):
            signs = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
            second = sum(s * t * table(s * unit[d] + t * unit[e]) for s, t in signs) / (4 * step**2)
            expected[d, e] = -(probability * second).sum(axis=0)

    np.testing.assert_allclose(
        any_shape.information_matrices(THETA), expected.transpose(3, 2, 0, 1), rtol=1e-4, atol=1e-6
    )


def test_information_along_a_direction_is_largest_in_the_items_own(any_shape: MultidimensionalBank) -> None:
    matrices, angles = any_shape.information_matrices(THETA), np.linspace(0, np.pi, 181)

    along = [any_shape.information_along(THETA, [np.cos(angle), np.sin(angle)]) for angle in angles]

    unit = np.array([np.cos(angles[50]), np.sin(angles[50])])
    np.testing.assert_allclose(along[50], np.einsum("d,tjde,e->tj", unit, matrices, unit), rtol=1e-12)
    assert (np.max(along, axis=0) <= any_shape.information(THETA) * (1 + 1e-12)).all()
    np.testing.assert_allclose(np.max(along, axis=0), any_shape.information(THETA), rtol=2e-4)
    np.testing.assert_allclose(np.trace(matrices, axis1=2, axis2=3), any_shape.information(THETA), rtol=1e-12)
    own = any_shape.information_along(THETA, 3.0 * any_shape.directions[7])[:, 7]
    np.testing.assert_allclose(own, any_shape.information(THETA)[:, 7], rtol=1e-12)


def test_mdisc_and_mdiff_are_those_of_reckases_textbook() -> None:
    """Slopes (1.2, 0.5) have the length 1.3; the 0.5 contour of the item of intercept −2.6 lies 2 from the origin."""
    bank = ItemBank.multidimensional([[1.2, 0.5]], [-2.6])

    assert bank.discriminations[0] == pytest.approx(1.3)
    assert bank.locations[0] == pytest.approx(2.0)
    assert bank.probability(2.0 * bank.directions[0])[0, 0] == pytest.approx(0.5)
    np.testing.assert_allclose(np.degrees(np.arccos(bank.directions[0])), [22.62, 67.38], atol=0.01)


@pytest.mark.parametrize("shape", SHAPES)
def test_one_dimension_is_the_bank_of_one_dimension(shape: str) -> None:
    bank = compensatory_bank(20, 1, shape)
    theta = np.linspace(-4.0, 4.0, 17)
    a = bank.slopes[:, 0]
    if shape == "MGRM":
        plain = ItemBank.graded(a, -bank.intercepts / a[:, None])
    else:
        asymptotes = bank.to_arrays()
        plain = ItemBank.dichotomous(a, -bank.intercepts / a, asymptotes["guessing"], asymptotes["upper"])
    items = np.array([3, 19, 3])

    for name in ("probability", "information", "warm"):
        expected = getattr(plain, name)(theta)
        np.testing.assert_allclose(getattr(bank, name)(theta), expected, rtol=1e-11, atol=1e-15)
        np.testing.assert_allclose(getattr(bank, name)(theta[:, None]), expected, rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(bank.discriminations, plain.discriminations)
    np.testing.assert_allclose(bank.locations, plain.locations)
    np.testing.assert_allclose(
        bank.information_at(theta[:3, None], items), plain.information_at(theta[:3], items), rtol=1e-11
    )
    responses = Responses.of(answers(bank, theta[:, None]), 20, bank.category_counts)
    here, there = (b.likelihood_equation(t, responses) for b, t in ((bank, theta[:, None]), (plain, theta)))
    np.testing.assert_allclose(here.gradient[:, 0], there.gradient, atol=1e-11)
    np.testing.assert_allclose(here.information[:, 0, 0], there.information, rtol=1e-11)
    np.testing.assert_allclose(here.warm[:, 0, 0, 0], there.warm, atol=1e-11)


def test_the_gradient_is_the_derivative_of_the_log_likelihood_of_the_items_given(
    any_shape: MultidimensionalBank,
) -> None:
    given = answers(any_shape, THETA)
    given[::2, ::3] = np.nan
    responses, step = Responses.of(given, 20, any_shape.category_counts), 1e-6

    gradient, information = any_shape.gradient_and_information(THETA, responses)

    for d in range(2):
        shift = step * np.eye(2)[d]
        ahead, behind = (any_shape.total_log_likelihood(THETA + sign * shift, responses) for sign in (1, -1))
        np.testing.assert_allclose(gradient[:, d], (ahead - behind) / (2 * step), atol=1e-7)
    everything = np.where(np.isnan(given)[:, :, None, None], 0.0, any_shape.information_matrices(THETA))
    np.testing.assert_allclose(information, everything.sum(axis=1), rtol=1e-12)


def test_random_scores_have_the_frequencies_of_the_categories(any_shape: MultidimensionalBank) -> None:
    """20,000 draws: four standard errors are at most 4 × 0.5 / √20000 = 0.0142."""
    theta, item = np.tile([0.5, -0.3], (20_000, 1)), 3

    scores = any_shape.draw_scores(theta, np.full(20_000, item), np.random.default_rng(4))

    frequency = np.bincount(scores, minlength=any_shape.n_categories) / 20_000
    np.testing.assert_allclose(frequency, categories(any_shape, theta[:1])[0, item], atol=0.0142)


def test_a_subset_keeps_parameters_and_content_in_the_order_asked_for(any_shape: MultidimensionalBank) -> None:
    bank = any_shape.with_content(["algebra", "geometry"] * 10, enemies=[[0, 5, 7]])

    subset = bank.subset([7, 2, 0])

    np.testing.assert_array_equal(subset.slopes, bank.slopes[[7, 2, 0]])
    np.testing.assert_allclose(subset.information(THETA), bank.information(THETA)[:, [7, 2, 0]], rtol=1e-14)
    assert subset.content.areas == ("geometry", "algebra", "algebra")
    assert subset.content.enemies == ((0, 2),)


def test_a_bank_survives_being_written_as_json(any_shape: MultidimensionalBank) -> None:
    bank = any_shape.with_content(["algebra"] * 20, enemies=[[0, 1]])

    read = ItemBank.from_arrays(json.loads(json.dumps(bank.to_arrays())))

    assert isinstance(read, MultidimensionalBank)
    assert (read.n_dimensions, read.content) == (2, bank.content)
    np.testing.assert_array_equal(read.probability(THETA), bank.probability(THETA))


def test_a_bank_cannot_be_changed_through_its_arrays(any_shape: MultidimensionalBank) -> None:
    for array in (any_shape.slopes, any_shape.intercepts, any_shape.directions, any_shape.discriminations):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9.0


@given(angle=st.floats(0.0, 6.2), scale=st.floats(0.5, 2.0))
@settings(max_examples=30, deadline=None)
def test_turning_and_stretching_the_axes_of_theta_changes_nothing(angle: float, scale: float) -> None:
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    here = compensatory_bank(5, 2, "M3PL")
    there = ItemBank.multidimensional(here.slopes @ np.linalg.inv(turn), here.intercepts, here.to_arrays()["guessing"])

    moved = THETA @ turn.T

    np.testing.assert_allclose(there.probability(moved), here.probability(THETA), rtol=1e-9)
    np.testing.assert_allclose(
        turn.T @ there.information_matrices(moved) @ turn, here.information_matrices(THETA), atol=1e-9
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (([1.0, 2.0], [0.0, 0.0]), r"slopes must have the shape \(n_items, n_dimensions\)"),
        (([["a", "b"]], [0.0]), "slopes must be numbers"),
        (([[1.0, np.nan]], [0.0]), "slopes of item 0 must be finite"),
        (([[1.0, 1.0], [0.0, 0.0]], [0.0, 0.0]), "slopes of item 1 are all 0"),
        (([[1.0, 1.0]], [0.0, 1.0]), "slopes of 1 items cannot go with intercepts of 2"),
        (([[1.0, 1.0]], [np.inf]), "intercepts of item 0 is not a finite number"),
        (([[1.0, 1.0]], [[0.0, 0.0]]), "intercepts of item 0 must fall"),
        (([[1.0, 1.0]], [[0.0, -1.0]], [0.2]), "graded items have neither guessing nor upper"),
        (([[1.0, 1.0]], [0.0], [1.0]), "guessing of item 0"),
        (([[1.0, 1.0]], [0.0], [0.5], [0.4]), "upper of item 0"),
        ((np.empty((0, 2)), []), "slopes must have the shape"),
    ],
)
def test_parameters_that_no_item_can_have_are_refused_by_name(arguments: Any, complaint: str) -> None:
    with pytest.raises(BankError, match=complaint):
        ItemBank.multidimensional(*arguments)


@pytest.mark.parametrize("theta", [0.0, [0.0, 0.0, 0.0], np.zeros((4, 3)), np.zeros((1, 2, 2))])
def test_theta_of_another_number_of_dimensions_is_refused(theta: Any) -> None:
    with pytest.raises(BankError, match=r"theta must have the shape \(n_theta, 2\)"):
        compensatory_bank(3).probability(theta)


@pytest.mark.parametrize("direction", [[0.0, 0.0], [1.0], [np.nan, 1.0]])
def test_a_direction_that_points_nowhere_is_refused(direction: list[float]) -> None:
    with pytest.raises(BankError, match="a direction has 2 finite numbers"):
        compensatory_bank(3).information_along(THETA, direction)


def test_arrays_without_slopes_or_intercepts_describe_no_bank() -> None:
    with pytest.raises(BankError, match="needs slopes and intercepts"):
        ItemBank.from_arrays({"kind": "multidimensional", "slopes": [[1.0]]})
