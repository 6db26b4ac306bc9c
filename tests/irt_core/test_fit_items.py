"""Item fit: published figures, exhaustive sums, null distributions, and items that do not fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from irt_core import ItemBank, calibrate
from irt_core.calibration.fitted import FittedModel
from irt_core.fit.cells import collapsed_chi_square
from irt_core.fit.item_fit import item_fit
from irt_core.fit.known import known_model
from irt_core.fit.mean_squares import mean_squares
from irt_core.fit.samples import whole_samples
from irt_core.fit.score_groups import own_parameters, score_tables
from irt_core.fit.sum_scores import rest_distributions
from tests.irt_core.fit_samples import (
    answers,
    fitted,
    graded,
    in_two_groups,
    known,
    normal,
    pattern_probabilities,
    patterns_of,
    persons,
    thirds,
    two_parameter,
    with_free_parameters,
)
from tests.irt_core.published import lsat6, lsat7


def test_lsat6_has_the_published_fit_of_its_first_item() -> None:
    """As R's mirt gives it for the two-parameter model: p = 0.7984 on two degrees of freedom."""
    patterns, counts = lsat6()

    fit = item_fit(calibrate(patterns, "2pl", weights=counts).fitted_model)

    assert fit.s_x2[0] == pytest.approx(0.450, abs=5e-4)
    assert fit.df[0] == 2
    assert fit.p[0] == pytest.approx(0.7984, abs=5e-4)


def test_lsat7_has_the_published_fit_of_all_items() -> None:
    """As in the tests of R's mirt, which are exact to 0.01."""
    patterns, counts = lsat7()

    fit = item_fit(calibrate(patterns, "2pl", weights=counts).fitted_model)

    np.testing.assert_allclose(fit.s_x2, [4.749440, 14.451071, 1.270381, 5.237400, 0.941125], atol=0.01)
    assert fit.df.tolist() == [2] * 5
    assert fit.n_persons.tolist() == [1000.0] * 5
    assert fit.rmsea[1] == pytest.approx(np.sqrt((fit.s_x2[1] - 2) / (2 * 999)))


def test_sum_scores_without_each_item_are_those_of_all_patterns() -> None:
    n_categories = [2, 4, 3, 2, 3]
    model = known(graded(n_categories), 5)

    rests = dict(rest_distributions(model.probability, np.array(n_categories) - 1))

    assert sorted(rests) == list(range(5))
    for item, rest in rests.items():
        others = np.delete(np.arange(5), item)
        patterns = patterns_of([n_categories[other] for other in others])
        chances = np.prod([model.probability[o, patterns[:, p]] for p, o in enumerate(others)], axis=0)
        sums = patterns.sum(axis=1)
        np.testing.assert_allclose(rest, [chances[sums == s].sum(axis=0) for s in range(sums.max() + 1)], atol=1e-14)


@pytest.mark.parametrize("has_groups", [False, True], ids=["one group", "two groups"])
def test_expected_counts_are_those_of_all_patterns(has_groups: bool) -> None:
    n_categories = [2, 4, 3, 2]
    model = known(graded(n_categories), 300)
    model = in_two_groups(model) if has_groups else model
    patterns = patterns_of(n_categories)
    sums = patterns.sum(axis=1)

    samples = whole_samples(model)

    assert [sample.group for sample in samples] == ([0, 1] if has_groups else [0])
    for sample in samples:
        chances = pattern_probabilities(model, patterns) @ model.node_weights[sample.group]
        for item, observed, expected in score_tables(model, sample):
            seen = model.scores[model.group == sample.group]
            for total in range(sums.max() + 1):
                is_total = sums == total
                n_persons = np.count_nonzero(seen.sum(axis=1) == total)
                for category in range(n_categories[item]):
                    share = chances[is_total & (patterns[:, item] == category)].sum() / chances[is_total].sum()
                    assert expected[total, category] == pytest.approx(n_persons * share, abs=1e-10)
                    is_cell = (seen.sum(axis=1) == total) & (seen[:, item] == category)
                    assert observed[total, category] == np.count_nonzero(is_cell)


def test_a_group_that_was_given_fewer_items_is_whole_without_the_others() -> None:
    model = in_two_groups(known(two_parameter(6), 400))
    scores = model.scores.copy()
    scores[model.group == 1, 4:] = -1
    scores[1, 0] = -1

    fit = item_fit(replace(model, scores=scores))

    assert fit.n_persons.tolist() == [399, 399, 399, 399, 200, 200]
    assert fit.warnings == ("S-X² is of complete rows only: 1 of 400 persons lack a response",)


def test_without_a_whole_row_there_is_no_chi_square_but_there_are_mean_squares() -> None:
    model = known(two_parameter(6), 400)
    scores = model.scores.copy()
    scores[np.arange(400), np.arange(400) % 6] = -1

    fit = item_fit(replace(model, scores=scores))

    assert np.isnan([fit.s_x2, fit.p, fit.rmsea]).all()
    assert np.isfinite([fit.outfit, fit.infit, fit.outfit_z, fit.infit_z]).all()
    assert "400 of 400" in str(fit)


def test_sparse_score_groups_join_the_smaller_neighbour() -> None:
    observed = np.array([[1.0, 0.0], [10.0, 10.0], [2.0, 1.0], [6.0, 6.0], [0.0, 0.0]])
    expected = np.array([[0.5, 0.5], [9.0, 11.0], [2.5, 0.5], [7.0, 5.0], [0.0, 0.0]])

    found = collapsed_chi_square(observed, expected, 1.0)

    rows = [(11.0, 9.5), (10.0, 11.5), (8.0, 9.5), (7.0, 5.5)]  # first with second, third with fourth
    assert found[0] == pytest.approx(sum((o - e) ** 2 / e for o, e in rows))
    assert found[1] == 2


def test_sparse_categories_join_their_neighbours_within_a_score_group() -> None:
    observed, expected = np.array([[0.0, 4.0, 5.0, 1.0]]), np.array([[0.4, 3.6, 5.3, 0.7]])

    assert collapsed_chi_square(observed, expected, 1.0) == (0.0, 1)  # 0 + 4 of 4.0 and 5 + 1 of 6.0


@given(
    arrays(float, (6, 4), elements=st.floats(0, 8)),
    arrays(int, (6, 4), elements=st.integers(0, 8)),
    st.sampled_from([0.5, 1.0, 3.0]),
)
@settings(deadline=None, max_examples=60)
def test_collapsing_leaves_only_cells_that_hold_enough(
    expected: np.ndarray, observed: np.ndarray, minimum: float
) -> None:
    """With all cells kept χ² could be anything; no cell of fewer than the minimum can give more than (O − E)² / min."""
    statistic, n_free = collapsed_chi_square(observed.astype(float), expected, minimum)

    assert 0 <= n_free <= 18
    assert 0 <= statistic <= (observed.sum() + expected.sum()) ** 2 / minimum
    if expected[observed.sum(axis=1) > 0].sum() < 2 * minimum:
        assert (statistic, n_free) == (0.0, 0)


def test_a_parameter_that_items_share_costs_none_of_them_a_degree_of_freedom() -> None:
    parameter = np.array([[0, 5], [1, 5], [2, -1], [3, 4]])

    assert own_parameters(parameter).tolist() == [1, 1, 1, 2]


def test_fitting_items_have_chi_squares_like_their_degrees_of_freedom() -> None:
    """16 samples of 10 items: the 160 p-values have a share of 0.05 below 0.05, give or take 3 × 0.017."""
    fits = [item_fit(fitted(two_parameter(10, seed), 500, 100 + seed)) for seed in range(16)]

    ratio = np.sum([fit.s_x2.sum() for fit in fits]) / np.sum([fit.df.sum() for fit in fits])
    rejected = np.mean([fit.p < 0.05 for fit in fits])
    assert ratio == pytest.approx(1.0, abs=0.12)  # the standard deviation of a mean of 160 χ² of about 5 is 0.05
    assert rejected == pytest.approx(0.05, abs=0.05)


def test_polytomous_items_with_their_own_parameters_have_chi_squares_like_their_degrees_of_freedom() -> None:
    fits = [item_fit(known(graded([3, 4, 5] * 2, seed), 500, 50 + seed)) for seed in range(15)]

    ratio = np.sum([fit.s_x2.sum() for fit in fits]) / np.sum([fit.df.sum() for fit in fits])
    assert ratio == pytest.approx(1.0, abs=0.07)
    assert np.mean([fit.p < 0.05 for fit in fits]) == pytest.approx(0.05, abs=0.05)


def test_standardised_mean_squares_are_standard_normal_for_fitting_items() -> None:
    """Under each model, with and without priors: 10 samples of 8 items, so the mean square has an error of 0.16."""
    for model in ("rasch", "2pl", "3pl"):
        outfit, infit = [], []
        for seed in range(10):
            bank = two_parameter(8, seed, spread=0.0 if model == "rasch" else 0.25)
            fit = mean_squares(calibrate(answers(bank, normal(500, seed), 70 + seed), model).fitted_model)
            outfit.append(fit.outfit_z)
            infit.append(fit.infit_z)
        assert np.mean(np.square(outfit)) == pytest.approx(0.95, abs=0.48)
        assert np.mean(np.square(infit)) == pytest.approx(0.95, abs=0.48)


@pytest.mark.parametrize("has_gaps", [False, True], ids=["complete", "with gaps"])
def test_mean_squares_are_averages_over_the_posteriors(has_gaps: bool) -> None:
    model = in_two_groups(known(graded([2, 4, 3, 3]), 60))
    scores = model.scores.copy()
    if has_gaps:
        scores[np.random.default_rng(1).random(scores.shape) < 0.3] = -1
    model = replace(model, scores=scores, weights=thirds(60))

    fit = mean_squares(model)

    outfit, infit = brute_mean_squares(model)
    np.testing.assert_allclose(fit.outfit, outfit)
    np.testing.assert_allclose(fit.infit, infit)


def brute_mean_squares(model: FittedModel) -> tuple[np.ndarray, np.ndarray]:
    """Outfit and infit, person by person."""
    n_items = len(model.probability)
    ratios, n_answers, squares, variances = np.zeros((4, n_items))
    categories = np.arange(model.probability.shape[1])
    for scores, weight, posterior in persons(model):
        for item in np.flatnonzero(scores >= 0):
            mean = categories @ model.probability[item]
            variance = categories**2 @ model.probability[item] - mean**2
            square = (scores[item] - mean) ** 2
            ratios[item] += weight * (posterior @ (square / variance))
            n_answers[item] += weight
            squares[item] += weight * (posterior @ square)
            variances[item] += weight * (posterior @ variance)
    return ratios / n_answers, squares / variances


def test_the_standard_error_of_mean_squares_is_that_of_all_answers_the_model_allows() -> None:
    """One item's answers, drawn anew from the model given the persons' other answers: z has mean 0 and variance 1."""
    bank = two_parameter(5)
    model = with_free_parameters(known(bank, 150), bank)
    rng = np.random.default_rng(8)
    rests = []
    for scores, _, posterior in persons(model):
        rest = posterior / model.probability[2, scores[2]]
        rests.append(rest @ model.probability[2, 1] / rest.sum())

    fixed = replace(model, parameter=np.full_like(model.parameter, -1))
    z = []
    for _ in range(150):
        scores = model.scores.copy()
        scores[:, 2] = rng.random(150) < rests
        fit = mean_squares(replace(fixed, scores=scores))
        z.append([fit.outfit_z[2], fit.infit_z[2]])

    np.testing.assert_allclose(np.mean(z, axis=0), 0.0, atol=0.3)
    np.testing.assert_allclose(np.std(z, axis=0), 1.0, atol=0.2)


def test_items_of_the_wrong_shape_are_flagged_and_the_others_are_not() -> None:
    """The best among the persons miss one item that the middle gets: no logistic curve falls again."""
    theta = normal(3000)
    responses = answers(two_parameter(15), theta)
    chance = 0.9 * np.exp(-0.5 * (theta - 0.3) ** 2)
    responses[:, 7] = np.random.default_rng(6).random(3000) < chance

    fit = item_fit(calibrate(responses, "2pl").fitted_model)

    assert fit.p[7] < 1e-6
    assert np.argmax(fit.rmsea) == 7
    assert np.delete(fit.p, 7).min() > 1e-3


def test_under_the_rasch_model_flat_items_have_large_mean_squares_and_steep_ones_small() -> None:
    slopes = np.array([0.3, 2.5, *[1.0] * 10])
    bank = ItemBank.dichotomous(slopes, np.linspace(-1, 1, 12))

    fit = item_fit(calibrate(answers(bank, normal(2000)), "rasch").fitted_model)

    assert fit.infit[0] > 1.1
    assert fit.infit_z[0] > 4
    assert fit.outfit_z[0] > 4
    assert fit.infit[1] < 0.9
    assert fit.infit_z[1] < -4


def test_an_operational_bank_is_checked_against_new_responses_without_calibrating() -> None:
    bank = two_parameter(10)
    drifted = ItemBank.dichotomous(bank.discriminations, bank.locations + 0.6 * (np.arange(10) == 4))

    fit = item_fit(known_model(bank, answers(drifted, normal(2000))))

    assert np.argmin(fit.p) == 4
    assert fit.p[4] < 1e-6


def test_a_fit_prints_as_a_table() -> None:
    lines = str(item_fit(known(two_parameter(70), 500))).splitlines()

    assert lines[0].split() == ["item", "s_x2", "df", "p", "rmsea", "outfit", "outfit_z", "infit", "infit_z"]
    assert len(lines) == 62
    assert lines[-1] == "… 10 more rows"
