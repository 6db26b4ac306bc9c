"""Banks of graded, partial credit and nominal items, alone and mixed: against closed forms and finite differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irt_core import ItemBank, Quadrature
from irt_core.responses import Responses
from tests.irt_core.conftest import random_polytomous_bank

THETA = np.linspace(-4.0, 4.0, 33)
THRESHOLDS = [[-1.0, 0.2, 1.5], [0.4], [-0.5, 0.9]]
SLOPES = [1.2, 0.8, 1.7]


def derivatives(bank: ItemBank, theta: np.ndarray, step: float = 1e-4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """P, P' and P'' of every category by differences, P being 1 where there is no such category."""
    above, here, below = (bank.probability(theta + shift) for shift in (step, 0.0, -step))
    return np.where(here > 0, here, 1.0), (above - below) / (2 * step), (above - 2 * here + below) / step**2


def test_graded_probabilities_are_differences_of_the_boundary_curves() -> None:
    """Samejima's definition, item by item."""
    bank = ItemBank.graded(SLOPES, THRESHOLDS)

    probability = bank.probability(THETA)

    for item, (slope, thresholds) in enumerate(zip(SLOPES, THRESHOLDS, strict=True)):
        at_least = [np.ones(33), *(1 / (1 + np.exp(-slope * (THETA - b))) for b in thresholds), np.zeros(33)]
        expected = -np.diff(at_least, axis=0).T
        np.testing.assert_allclose(probability[:, item, : expected.shape[1]], expected, rtol=1e-9)
        assert (probability[:, item, expected.shape[1] :] == 0).all()


def test_partial_credit_probabilities_are_murakis_sums_of_steps() -> None:
    """Muraki's definition: the exponent of category c is the sum of its steps."""
    bank = ItemBank.generalized_partial_credit(SLOPES, THRESHOLDS)

    probability = bank.probability(THETA)

    for item, (slope, thresholds) in enumerate(zip(SLOPES, THRESHOLDS, strict=True)):
        weight = np.exp(
            [slope * sum(THETA - b for b in thresholds[:c]) + 0 * THETA for c in range(len(thresholds) + 1)]
        )
        np.testing.assert_allclose(probability[:, item, : len(weight)], (weight / weight.sum(axis=0)).T, rtol=1e-12)
        assert (probability[:, item, len(weight) :] == 0).all()


def test_nominal_probabilities_are_a_multinomial_logit() -> None:
    bank = ItemBank.nominal([[0.0, 1.0, -0.5], [0.3, -0.7]], [[0.0, 0.4, 0.8], [1.0, 0.2]])

    probability = bank.probability(0.7)[0]

    first = np.exp([0.0, 1.0 * 0.7 + 0.4, -0.5 * 0.7 + 0.8])
    second = np.exp([0.3 * 0.7 + 1.0, -0.7 * 0.7 + 0.2])
    np.testing.assert_allclose(probability[0], first / first.sum(), rtol=1e-14)
    np.testing.assert_allclose(probability[1], [*(second / second.sum()), 0.0], rtol=1e-14)


def test_masters_item_of_three_categories_has_its_published_form() -> None:
    """Partial credit with both steps at 0: 1, e^θ and e^2θ over their sum (Masters 1982, Psychometrika 47, 149-174)."""
    probability = ItemBank.partial_credit([[0.0, 0.0]]).probability([0.0, np.log(2.0)])[:, 0]

    np.testing.assert_allclose(probability, [[1 / 3, 1 / 3, 1 / 3], [1 / 7, 2 / 7, 4 / 7]], rtol=1e-14)


def test_partial_credit_is_nominal_with_slopes_in_equal_steps() -> None:
    credit = ItemBank.generalized_partial_credit(SLOPES, THRESHOLDS)

    nominal = ItemBank.nominal(
        [a * np.arange(len(row) + 1) for a, row in zip(SLOPES, THRESHOLDS, strict=True)],
        [np.append(0.0, -a * np.cumsum(row)) for a, row in zip(SLOPES, THRESHOLDS, strict=True)],
    )

    np.testing.assert_allclose(nominal.probability(THETA), credit.probability(THETA), rtol=1e-12)
    np.testing.assert_allclose(nominal.information(THETA), credit.information(THETA), rtol=1e-12)
    np.testing.assert_allclose(nominal.locations, credit.locations, rtol=1e-12)
    np.testing.assert_allclose(nominal.discriminations, credit.discriminations, rtol=1e-12)


TWO_CATEGORIES: dict[str, Callable[[np.ndarray, np.ndarray], ItemBank]] = {
    "graded": lambda a, b: ItemBank.graded(a, b[:, None]),
    "gpcm": lambda a, b: ItemBank.generalized_partial_credit(a, b[:, None]),
    "nominal": lambda a, b: ItemBank.nominal(
        np.column_stack([np.zeros_like(a), a]), np.column_stack([np.zeros_like(a), -a * b])
    ),
}


@pytest.mark.parametrize("model", TWO_CATEGORIES)
def test_two_categories_make_the_two_parameter_model(model: str) -> None:
    a, b = np.array([0.5, 1.0, 2.5]), np.array([-1.5, 0.0, 0.8])

    bank, plain = TWO_CATEGORIES[model](a, b), ItemBank.dichotomous(a, b)

    np.testing.assert_allclose(bank.probability(THETA)[:, :, 1], plain.probability(THETA), rtol=1e-12)
    np.testing.assert_allclose(bank.log_likelihood_table(THETA), plain.log_likelihood_table(THETA), atol=1e-12)
    np.testing.assert_allclose(bank.information(THETA), plain.information(THETA), rtol=1e-10)
    np.testing.assert_allclose(bank.warm(THETA), plain.warm(THETA), rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(bank.locations, b, atol=1e-15)
    np.testing.assert_array_equal(bank.discriminations, a)
    assert bank.n_categories == 2


def test_arrays_have_a_row_for_each_theta_and_a_column_for_each_item(polytomous_bank: ItemBank) -> None:
    assert polytomous_bank.probability(THETA).shape == (33, 24, 5)
    assert polytomous_bank.information(THETA).shape == polytomous_bank.warm(THETA).shape == (33, 24)
    assert polytomous_bank.information(0.0).shape == (1, 24)
    assert polytomous_bank.log_likelihood_table(THETA).shape == (5, 24, 33)


def test_probabilities_of_the_categories_an_item_has_add_up_to_one(polytomous_bank: ItemBank) -> None:
    probability = polytomous_bank.probability(np.array([-300.0, -4.0, 0.3, 4.0, 300.0]))

    np.testing.assert_allclose(probability.sum(axis=2), 1.0, rtol=1e-13)
    missing = np.arange(5) >= polytomous_bank.category_counts[:, None]
    assert (probability[:, missing] == 0).all()
    assert (polytomous_bank.probability(0.0)[0][~missing] > 0).all()
    assert np.isneginf(polytomous_bank.log_likelihood_table(THETA).transpose(2, 1, 0)[:, missing]).all()


def test_information_is_the_sum_of_squared_slopes_over_the_probabilities(polytomous_bank: ItemBank) -> None:
    probability, slope, _ = derivatives(polytomous_bank, THETA)

    np.testing.assert_allclose(
        polytomous_bank.information(THETA), np.sum(slope**2 / probability, axis=2), rtol=1e-5, atol=1e-8
    )


def test_information_is_minus_the_expected_second_derivative_of_the_log_likelihood(polytomous_bank: ItemBank) -> None:
    step = 1e-4
    ahead, here, behind = (
        np.maximum(polytomous_bank.log_likelihood_table(THETA + shift), -1e3) for shift in (step, 0.0, -step)
    )
    second = (ahead - 2 * here + behind) / step**2

    expected = -np.sum(np.exp(here) * second, axis=0).T

    np.testing.assert_allclose(polytomous_bank.information(THETA), expected, rtol=1e-4, atol=1e-6)


def test_warms_term_is_the_sum_of_slope_times_curvature_over_the_probabilities(polytomous_bank: ItemBank) -> None:
    probability, slope, curvature = derivatives(polytomous_bank, THETA)

    np.testing.assert_allclose(
        polytomous_bank.warm(THETA), np.sum(slope * curvature / probability, axis=2), rtol=1e-4, atol=1e-6
    )


@pytest.mark.parametrize("model", ["gpcm", "nominal"])
def test_warms_term_is_the_slope_of_the_information_where_the_categories_compete(model: str) -> None:
    bank, step = random_polytomous_bank(model, 12), 1e-5

    slope = (bank.information(THETA + step) - bank.information(THETA - step)) / (2 * step)

    np.testing.assert_allclose(bank.warm(THETA), slope, rtol=1e-6, atol=1e-8)


def test_the_likelihood_equation_is_the_derivative_of_the_log_likelihood(polytomous_bank: ItemBank) -> None:
    rng, step = np.random.default_rng(3), 1e-6
    theta = rng.normal(size=40)
    scores = rng.integers(0, polytomous_bank.category_counts, (40, 24)).astype(float)
    scores[rng.random(scores.shape) < 0.2] = np.nan
    given_items = ~np.isnan(scores)

    equation = polytomous_bank.likelihood_equation(theta, Responses.of(scores, 24, polytomous_bank.category_counts))

    for person in range(40):
        items = np.flatnonzero(given_items[person])
        rows = polytomous_bank.log_likelihood(
            items, scores[person, items].astype(int), theta[person] + np.array([step, -step])
        )
        assert equation.gradient[person] == pytest.approx(-np.diff(rows.sum(axis=0))[0] / (2 * step), abs=1e-7)
    information, warm = polytomous_bank.information(theta), polytomous_bank.warm(theta)
    np.testing.assert_allclose(equation.information, np.sum(information * given_items, axis=1), rtol=1e-12)
    np.testing.assert_allclose(equation.warm, np.sum(warm * given_items, axis=1), rtol=1e-10, atol=1e-12)


def test_a_response_far_from_its_item_has_an_exact_logarithm() -> None:
    """At θ = ±1000, where every other form of P has underflowed to 0 or rounded to 1."""
    graded = ItemBank.graded([2.0], [[-1.0, 1.0]]).log_likelihood_table(np.array([-1000.0, 1000.0]))[:, 0]
    credit = ItemBank.partial_credit([[-1.0, 1.0]]).log_likelihood_table(np.array([-1000.0, 1000.0]))[:, 0]

    middle = np.log(-np.expm1(-4.0)) - 1998.0
    np.testing.assert_allclose(graded, [[0.0, -2002.0], [middle, middle], [-2002.0, 0.0]], rtol=1e-13)
    np.testing.assert_allclose(credit, [[0.0, -2000.0], [-999.0, -999.0], [-2000.0, 0.0]], rtol=1e-13)


def test_theta_beyond_all_reason_leaves_everything_finite(polytomous_bank: ItemBank) -> None:
    theta = np.array([-1e6, 1e6])
    is_there = np.arange(5)[:, None] < polytomous_bank.category_counts

    assert np.isfinite(polytomous_bank.log_likelihood_table(theta)[is_there]).all()
    for curve in (polytomous_bank.probability, polytomous_bank.information, polytomous_bank.warm):
        assert np.isfinite(curve(theta)).all()


def test_the_table_and_single_rows_hold_the_same_bits(polytomous_bank: ItemBank) -> None:
    points, rng = Quadrature().points, np.random.default_rng(5)
    items = np.array([3, 17, 3, 22, 7])
    scores = rng.integers(0, polytomous_bank.category_counts[items])

    table = polytomous_bank.log_likelihood_table(points)

    np.testing.assert_array_equal(polytomous_bank.log_likelihood(items, scores, points), table[scores, items])
    for item, score in zip(items, scores, strict=True):
        (row,) = polytomous_bank.log_likelihood(np.array([item]), np.array([score]), points)
        np.testing.assert_array_equal(row, table[score, item])


def test_information_at_pairs_of_theta_and_item_is_the_entry_of_the_whole_table(polytomous_bank: ItemBank) -> None:
    items, theta = np.array([[4, 9], [0, 21]]), np.array([[-1.0], [2.0]])
    table = polytomous_bank.information(theta[:, 0])

    of_each_row = polytomous_bank.information_at(theta, items)
    of_every_item = polytomous_bank.information_at(np.full((3, 24), 2.0), np.arange(24))
    of_one_theta = polytomous_bank.information_at(np.array(-1.0), items[:, 0])

    np.testing.assert_allclose(of_each_row, np.take_along_axis(table, items, axis=1), rtol=1e-14)
    np.testing.assert_allclose(of_every_item, np.tile(table[1], (3, 1)), rtol=1e-14)
    np.testing.assert_allclose(of_one_theta, table[0, items[:, 0]], rtol=1e-14)


def test_drawn_scores_have_the_probabilities_of_the_model(polytomous_bank: ItemBank) -> None:
    """20,000 draws on each of eight items: four standard errors are 4 × 0.5 / √20000 = 0.0142."""
    rng = np.random.default_rng(6)
    items = np.arange(8)

    scores = polytomous_bank.draw_scores(np.full(160_000, 0.4), np.tile(items, 20_000), rng).reshape(20_000, 8)

    frequency = np.stack([(scores == category).mean(axis=0) for category in range(5)], axis=1)
    np.testing.assert_allclose(frequency, polytomous_bank.probability(0.4)[0, :8], atol=0.0142)
    assert (scores < polytomous_bank.category_counts[:8]).all()


def test_the_normal_metric_multiplies_the_discrimination_by_d() -> None:
    for make in (ItemBank.graded, ItemBank.generalized_partial_credit):
        normal = make([0.5, 0.9, 1.0], THRESHOLDS, D=1.702)
        logistic = make([0.5 * 1.702, 0.9 * 1.702, 1.702], THRESHOLDS)

        np.testing.assert_array_equal(normal.probability(THETA), logistic.probability(THETA))


item_slopes = st.floats(0.2, 3.0)
item_thresholds = st.lists(st.floats(-3.0, 3.0), min_size=1, max_size=6).map(
    lambda values: (np.sort(values) + 0.05 * np.arange(len(values))).tolist()
)


@settings(max_examples=50, deadline=None)
@given(a=item_slopes, thresholds=item_thresholds, theta=st.floats(-30.0, 30.0), rise=st.floats(0.01, 5.0))
def test_higher_ability_makes_higher_scores_more_likely(
    a: float, thresholds: list[float], theta: float, rise: float
) -> None:
    for make in (ItemBank.graded, ItemBank.generalized_partial_credit):
        probability = make([a], [thresholds]).probability([theta, theta + rise])[:, 0]

        at_least = probability[:, ::-1].cumsum(axis=1)
        np.testing.assert_allclose(probability.sum(axis=1), 1.0, rtol=1e-13)
        assert (at_least[1] >= at_least[0] - 1e-14).all()


@settings(max_examples=50, deadline=None)
@given(a=item_slopes, thresholds=item_thresholds, shift=st.floats(-3.0, 3.0), scale=st.floats(0.3, 3.0))
def test_a_linear_change_of_the_scale_of_theta_changes_nothing(
    a: float, thresholds: list[float], shift: float, scale: float
) -> None:
    theta = np.array([-1.0, 0.0, 2.0])
    for make in (ItemBank.graded, ItemBank.generalized_partial_credit):
        here = make([a], [thresholds])
        there = make([a / scale], [scale * np.array(thresholds) + shift])

        moved = scale * theta + shift

        np.testing.assert_allclose(there.probability(moved), here.probability(theta), rtol=1e-7, atol=1e-12)
        np.testing.assert_allclose(there.information(moved) * scale**2, here.information(theta), rtol=1e-7, atol=1e-12)
        np.testing.assert_allclose(there.locations, scale * here.locations + shift, atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(
    slopes=st.lists(st.integers(-20, 20).map(lambda tenths: tenths / 10), min_size=2, max_size=6, unique=True),
    u=st.floats(-2.0, 2.0),
    v=st.floats(-3.0, 3.0),
    theta=st.floats(-20.0, 20.0),
)
def test_a_constant_added_to_all_slopes_or_intercepts_of_a_nominal_item_changes_nothing(
    slopes: list[float], u: float, v: float, theta: float
) -> None:
    intercepts = np.linspace(-1.0, 1.0, len(slopes))
    here = ItemBank.nominal([slopes], [intercepts])
    there = ItemBank.nominal([np.array(slopes) + u], [intercepts + v])

    np.testing.assert_allclose(there.probability(theta), here.probability(theta), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(there.information(theta), here.information(theta), rtol=1e-8, atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(a=item_slopes, thresholds=item_thresholds)
def test_the_information_of_a_graded_item_is_at_most_that_of_infinitely_many_categories(
    a: float, thresholds: list[float]
) -> None:
    """Collapsing categories loses information; the logistic distribution cut into ever finer categories has a² / 3."""
    theta = np.linspace(-6, 6, 61)
    graded = ItemBank.graded([a], [thresholds]).information(theta)[:, 0]
    collapsed = ItemBank.dichotomous([a], [thresholds[0]]).information(theta)[:, 0]

    assert (graded >= collapsed * (1 - 1e-9)).all()
    assert (graded <= a * a / 3 * (1 + 1e-9)).all()
