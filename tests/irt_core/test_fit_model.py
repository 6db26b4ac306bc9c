"""Model fit: published figures, the formula of M₂ over all patterns, null distributions, and models that do not fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from irt_core import IrtError, calibrate
from irt_core.calibration.fitted import FittedModel
from irt_core.fit.chi_square import rmsea_interval, upper_tail
from irt_core.fit.model_fit import Statistic, model_fit
from irt_core.fit.moments import GroupMoments
from irt_core.fit.samples import whole_samples
from irt_core.fit.tangent import Complement, GroupTangent
from tests.irt_core.fit_samples import (
    answers,
    fitted,
    graded,
    in_two_groups,
    known,
    normal,
    pattern_probabilities,
    patterns_of,
    thirds,
    two_parameter,
    with_free_parameters,
)
from tests.irt_core.published import lsat6, lsat7


def test_lsat6_has_the_published_m2() -> None:
    """Maydeu-Olivares & Joe's statistic as R's mirt gives it for the two-parameter and the Rasch model."""
    patterns, counts = lsat6()

    two, rasch = (model_fit(calibrate(patterns, model, weights=counts).fitted_model) for model in ("2pl", "rasch"))

    assert two.statistic == "M2"
    assert [two.m2, rasch.m2] == pytest.approx([4.738, 5.2916], abs=1e-3)
    assert [two.df, rasch.df] == [5, 9]
    assert (two.rmsea, two.cfi) == (0.0, 1.0)


def test_lsat7_has_the_published_m2() -> None:
    """As in the tests of R's mirt: 11.93841 on 5 degrees of freedom."""
    patterns, counts = lsat7()

    fit = model_fit(calibrate(patterns, "2pl", weights=counts).fitted_model)

    assert fit.m2 == pytest.approx(11.93841, abs=2e-3)
    assert fit.df == 5
    assert fit.rmsea == pytest.approx(np.sqrt((fit.m2 - 5) / (5 * 999)))
    assert str(fit).startswith("M2 = 11.93")
    assert "on 5 degrees of freedom, p = 0.0356\nRMSEA = 0.0373, 90 % interval 0.0090 to" in str(fit)


def brute(model: FittedModel, statistic: str) -> tuple[float, int]:
    """M₂ = N e' (Ξ⁻¹ − Ξ⁻¹ Δ (Δ' Ξ⁻¹ Δ)⁻¹ Δ' Ξ⁻¹) e with every matrix written out, from raw moments of all patterns."""
    n_categories = np.count_nonzero(model.probability.any(axis=2), axis=1)
    patterns = patterns_of(n_categories.tolist())
    n_items = len(n_categories)
    rows = [patterns[:, i] * patterns[:, j] for i in range(n_items) for j in range(i)]
    if statistic == "M2*":
        rows += list(patterns.T)
    else:
        rows += [patterns[:, i] == c for i in range(n_items) for c in range(1, n_categories[i])]
    moments = np.array(rows, dtype=float)
    chances = pattern_probabilities(model, patterns)
    errors, covariances, slopes = [], [], []
    for group, weights in enumerate(model.node_weights):
        expected = chances @ weights
        is_group = model.group == group
        n = model.weights[is_group].sum()
        seen = np.zeros(len(patterns))
        places = np.ravel_multi_index(tuple(model.scores[is_group].T), tuple(n_categories))
        np.add.at(seen, places, model.weights[is_group] / n)
        derivative = np.zeros((len(patterns), model.n_parameters))
        for item, own in enumerate(model.parameter):
            for column in np.flatnonzero(own >= 0):
                ratio = model.derivative[item, column] / np.maximum(model.probability[item], 1e-300)
                derivative[:, own[column]] += (chances * ratio[patterns[:, item]]) @ weights
        derivative[:, model.latent_parameter] += chances @ model.node_weight_derivative[group].T
        errors.append(np.sqrt(n) * moments @ (seen - expected))
        covariances.append(moments @ (np.diag(expected) - np.outer(expected, expected)) @ moments.T)
        slopes.append(np.sqrt(n) * moments @ derivative)
    size = len(moments)
    xi = np.zeros((size * len(errors),) * 2)
    for place, block in enumerate(covariances):
        xi[place * size : (place + 1) * size, place * size : (place + 1) * size] = block
    e, delta = np.concatenate(errors), np.vstack(slopes)
    inverse = np.linalg.inv(xi)
    middle = inverse @ delta @ np.linalg.pinv(delta.T @ inverse @ delta, rcond=1e-13) @ delta.T @ inverse
    return float(e @ (inverse - middle) @ e), e.size - np.linalg.matrix_rank(delta, tol=1e-7)


@pytest.mark.parametrize("statistic", ["C2", "M2*"])
@pytest.mark.parametrize("has_groups", [False, True], ids=["one group", "two groups"])
def test_the_statistic_is_that_of_the_formula_for_all_patterns(statistic: Statistic, has_groups: bool) -> None:
    bank = graded([2, 4, 3, 2, 3])
    model = with_free_parameters(known(bank, 400), bank)
    shared = model.parameter.copy()
    shared[:, 0] = shared[0, 0]  # one discrimination for all items
    model = in_two_groups(replace(model, parameter=shared, weights=thirds(400)))
    if not has_groups:  # whose mean could not be told from the locations
        model = replace(
            model,
            group=np.zeros(400, dtype=int),
            node_weights=model.node_weights[1:],
            node_weight_derivative=np.zeros((1, 0, model.node_weights.shape[1])),
            latent_parameter=np.zeros(0, dtype=int),
        )

    fit = model_fit(model, statistic)

    value, df = brute(model, statistic)
    assert fit.statistic == statistic
    assert fit.m2 == pytest.approx(value, rel=1e-6)
    assert fit.df == df


def test_m2_of_a_calibration_is_that_of_the_formula_for_all_patterns() -> None:
    for seed in range(3):
        model = fitted(two_parameter(6, seed), 300, seed)

        fit = model_fit(model)

        value, df = brute(model, "M2")
        assert fit.m2 == pytest.approx(value, rel=1e-6)
        assert fit.df == df == 9


def test_all_statistics_are_the_same_for_two_categories() -> None:
    model = fitted(two_parameter(6), 300)

    fits = [model_fit(model), model_fit(model, "C2"), model_fit(model, "M2*")]

    assert {fit.statistic for fit in fits} == {"M2"}
    assert len({fit.m2 for fit in fits}) == 1


@pytest.mark.parametrize("has_all_margins", [True, False])
def test_the_covariance_of_moments_is_that_over_all_patterns(has_all_margins: bool) -> None:
    n_categories = [3, 2, 4, 3]
    model = known(graded(n_categories), 50)
    moments = GroupMoments.of(model, whole_samples(model)[0], has_all_margins)
    patterns = patterns_of(n_categories)
    chances = pattern_probabilities(model, patterns) @ model.node_weights[0]
    first = [moments.functions[j, :, patterns[:, j]].T[moments.is_moment[j]] for j in range(4)]
    second = [first[i][0] * first[j][0] for i, j in zip(*moments.pairs, strict=True)]
    values = np.vstack([*first, *second])
    centred = values - (values @ chances)[:, None]

    formed = np.array([moments.covariance_times(unit) for unit in np.eye(moments.n_moments)])

    np.testing.assert_allclose(formed, (centred * chances) @ centred.T, atol=1e-12)
    np.testing.assert_allclose(np.diagonal(formed)[: len(np.vstack(first))], 1.0)


def test_the_complement_is_orthogonal_to_every_derivative() -> None:
    bank = graded([2, 4, 3, 2, 3])
    model = in_two_groups(with_free_parameters(known(bank, 100), bank))
    tangents = [
        GroupTangent.of(model, GroupMoments.of(model, sample, has_all_margins=True)) for sample in whole_samples(model)
    ]
    columns = np.array(
        [
            np.concatenate([np.sqrt(50) * tangent.times(unit) for tangent in tangents])
            for unit in np.eye(model.n_parameters)
        ]
    )
    vector = normal(columns.shape[1])

    complement = Complement.of(tangents)
    left = complement.project(vector)

    assert complement.rank == np.linalg.matrix_rank(columns)
    np.testing.assert_allclose(columns @ left, 0.0, atol=1e-9)
    np.testing.assert_allclose(complement.project(left), left, atol=1e-10)
    np.testing.assert_allclose(sum(50 * tangent.gram() for tangent in tangents), columns @ columns.T, atol=1e-9)
    back = np.sum(
        [np.sqrt(50) * t.transposed_times(v) for t, v in zip(tangents, np.split(vector, 2), strict=True)], axis=0
    )
    np.testing.assert_allclose(back, columns @ vector, atol=1e-9)


def test_the_baseline_is_m2_of_the_independence_model() -> None:
    """One node, at which each category has the frequency that it has in the sample, all free."""
    responses = answers(graded([3, 2, 4, 2]), normal(500))
    model = known(graded([3, 2, 4, 2]), 500)
    margins = np.array([np.bincount(column, minlength=4) / 500 for column in responses.T])
    derivative = np.zeros((4, 3, 4, 1))
    derivative[:, :, 0] = -1.0
    derivative[:, range(3), range(1, 4)] = 1.0
    free = np.array([[0, 1, -1], [2, -1, -1], [3, 4, 5], [6, -1, -1]])
    independent = replace(
        model,
        scores=responses.astype(int),
        probability=margins[:, :, None],
        nodes=np.zeros((1, 1)),
        node_weights=np.ones((1, 1)),
        derivative=derivative,
        parameter=free,
        node_weight_derivative=np.zeros((1, 0, 1)),
        covariance=np.zeros((7, 7)),
    )

    fit = model_fit(independent)

    correlations = np.corrcoef(responses.T)[np.triu_indices(4, 1)]
    assert fit.m2 == pytest.approx(500 * (correlations**2).sum(), rel=1e-6)
    assert fit.baseline == pytest.approx(fit.m2, rel=1e-6)
    assert fit.baseline_df == fit.df == 6
    assert fit.srmsr == pytest.approx(np.sqrt((correlations**2).mean()))
    assert [fit.tli, fit.cfi] == pytest.approx([0.0, 0.0], abs=1e-6)


def test_the_standardised_residual_is_that_of_correlations_over_all_patterns() -> None:
    model = known(graded([2, 4, 3]), 400)
    patterns = patterns_of([2, 4, 3])
    chances = pattern_probabilities(model, patterns) @ model.node_weights[0]
    expected = np.cov(patterns.T, aweights=chances, bias=True)
    expected /= np.sqrt(np.outer(np.diagonal(expected), np.diagonal(expected)))

    fit = model_fit(model)

    away = (np.corrcoef(model.scores.T) - expected)[np.triu_indices(3, 1)]
    assert fit.srmsr == pytest.approx(np.sqrt((away**2).mean()))


def test_the_interval_holds_the_noncentralities_that_go_with_the_statistic() -> None:
    from scipy.special import chndtr

    low, high = rmsea_interval(60.0, 35, 500)

    assert chndtr(60.0, 35, low**2 * 35 * 499) == pytest.approx(0.95)
    assert chndtr(60.0, 35, high**2 * 35 * 499) == pytest.approx(0.05)
    assert rmsea_interval(30.0, 35, 500)[0] == 0.0
    assert rmsea_interval(15.0, 35, 500) == (0.0, 0.0)
    assert np.isnan(rmsea_interval(15.0, 0, 500)).all()


def test_fitting_models_have_m2_like_its_degrees_of_freedom() -> None:
    """20 samples of 35 degrees of freedom: the mean has a standard deviation of √(2 × 35 / 20) = 1.9, the share of
    p-values below 0.05 one of 0.05."""
    fits = [model_fit(fitted(two_parameter(10, seed), 500, 200 + seed)) for seed in range(20)]

    assert {fit.df for fit in fits} == {35}
    assert np.mean([fit.m2 for fit in fits]) == pytest.approx(35.0, abs=5.6)
    assert np.mean([fit.p < 0.05 for fit in fits]) <= 0.2


def test_known_polytomous_models_have_c2_like_its_degrees_of_freedom() -> None:
    fits = [model_fit(known(graded([3, 4, 5] * 2, seed), 500, 90 + seed)) for seed in range(40)]

    assert {fit.df for fit in fits} == {2 * (2 + 3 + 4) + 15}
    assert np.mean([fit.m2 for fit in fits]) == pytest.approx(33.0, abs=4.0)
    assert all(np.isfinite(fit.tli) for fit in fits)


def test_a_second_dimension_is_seen() -> None:
    theta = np.random.default_rng(1).multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 2000)
    responses = np.hstack([answers(two_parameter(8, seed), theta[:, seed], seed) for seed in (0, 1)])

    fit = model_fit(calibrate(responses, "2pl").fitted_model)

    assert fit.p < 1e-10
    assert fit.rmsea > 0.03
    assert fit.rmsea_interval[0] < fit.rmsea < fit.rmsea_interval[1]
    assert fit.cfi < 0.95
    assert fit.srmsr > 0.04


def test_a_model_with_as_many_parameters_as_moments_has_nothing_to_test() -> None:
    fit = model_fit(calibrate(*lsat7()[:1], "3pl", weights=lsat7()[1]).fitted_model)

    assert fit.df == 0
    assert np.isnan([fit.m2, fit.p, fit.rmsea, fit.tli, fit.cfi]).all()
    assert fit.srmsr < 0.05


def test_incomplete_rows_are_left_out_and_reported() -> None:
    model = fitted(two_parameter(6), 300)
    scores = model.scores.copy()
    scores[:5, 2] = -1
    lost = model.weights[:5].sum()

    fit = model_fit(replace(model, scores=scores))
    cut = model_fit(replace(model, scores=scores[5:], weights=model.weights[5:], group=model.group[5:]))

    assert fit.m2 == cut.m2
    assert fit.n_persons == 300 - lost
    assert fit.warnings == (f"M2 is of complete rows only: {lost:g} of 300 persons lack a response",)


def test_without_a_whole_row_there_is_no_statistic() -> None:
    model = known(two_parameter(6), 30)
    scores = model.scores.copy()
    scores[np.arange(30), np.arange(30) % 6] = -1

    fit = model_fit(replace(model, scores=scores))

    assert np.isnan([fit.m2, fit.p, fit.rmsea, *fit.rmsea_interval, fit.srmsr, fit.tli, fit.cfi]).all()
    assert fit.n_persons == 0


def test_a_group_that_was_given_a_single_item_has_no_pairs() -> None:
    model = in_two_groups(known(two_parameter(4), 200))
    scores = model.scores.copy()
    scores[model.group == 1, 1:] = -1

    fit = model_fit(replace(model, scores=scores))

    assert (fit.df, fit.baseline_df) == (10 + 1 - 1, 6)
    assert fit.srmsr < 0.2


def test_an_unknown_statistic_is_refused() -> None:
    with pytest.raises(IrtError, match=r"no statistic of model fit is called 'G2'; there are: M2\*, C2"):
        model_fit(known(two_parameter(5), 50), "G2")  # type: ignore[arg-type]


def test_tail_areas_are_those_of_known_quantiles() -> None:
    assert upper_tail(3.841459, 1.0) == pytest.approx(0.05, abs=1e-6)
    assert upper_tail(18.307038, 10.0) == pytest.approx(0.05, abs=1e-6)
    assert np.isnan(upper_tail(1.0, 0.0))
