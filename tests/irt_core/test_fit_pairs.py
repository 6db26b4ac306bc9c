"""Local dependence: published figures, sums person by person, and pairs that depend."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from irt_core import ItemBank, calibrate
from irt_core.fit.local_dependence import local_dependence
from tests.irt_core.fit_samples import (
    answers,
    fitted,
    graded,
    in_two_groups,
    known,
    normal,
    persons,
    thirds,
    two_parameter,
    with_free_parameters,
)
from tests.irt_core.published import lsat6, lsat7


def test_lsat6_has_the_published_chi_squares_of_its_first_item() -> None:
    """As in the tests of R's mirt, which integrates with quasi-random points and is exact to one per cent there."""
    patterns, counts = lsat6()

    pairs = local_dependence(calibrate(patterns, "2pl", weights=counts).fitted_model)

    published = [0.0468866, 0.3906001, 0.2476980, 0.5195561]
    np.testing.assert_allclose(np.abs(pairs.ld_x2[0, 1:]), published, rtol=0.01)


def test_lsat7_has_the_published_chi_squares_and_signs() -> None:
    """As in the tests of R's mirt, whose signs are those of its Cramér's V."""
    patterns, counts = lsat7()

    pairs = local_dependence(calibrate(patterns, "2pl", weights=counts).fitted_model)

    published = [-0.451213, -0.8562096, 2.577395, 2.392183, 1.053826, -0.2662122, -1.383089, -0.1542321]
    np.testing.assert_allclose(pairs.ld_x2[np.triu_indices(5, 1)][:8], published, rtol=0.01)
    np.testing.assert_allclose(pairs.ld_x2, pairs.ld_x2.T)
    assert pairs.p[0, 1] == pytest.approx(0.5018, abs=1e-3)


@pytest.mark.parametrize("has_gaps", [False, True], ids=["complete", "with gaps"])
def test_q3_and_ld_x2_are_those_of_every_person_and_cell(has_gaps: bool) -> None:
    n_categories = [2, 4, 3, 3]
    model = in_two_groups(known(graded(n_categories), 120))
    scores = model.scores.copy()
    if has_gaps:
        scores[np.random.default_rng(1).random(scores.shape) < 0.3] = -1
    model = replace(model, scores=scores, weights=thirds(120))
    expected_score = np.arange(4) @ model.probability
    residuals = np.array([np.where(s >= 0, s - expected_score @ p, np.nan) for s, _, p in persons(model)])

    pairs = local_dependence(model)

    for i, j in zip(*np.triu_indices(4, 1), strict=True):
        both = (scores[:, i] >= 0) & (scores[:, j] >= 0)
        covariance = np.cov(residuals[both][:, [i, j]].T, aweights=model.weights[both])
        assert pairs.q3[i, j] == pytest.approx(covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]))
        seen, hoped = np.zeros((4, 4)), np.zeros((4, 4))
        np.add.at(seen, (scores[both, i], scores[both, j]), model.weights[both])
        for group, weights in enumerate(model.node_weights):
            n = model.weights[both & (model.group == group)].sum()
            hoped += n * (model.probability[i] * weights) @ model.probability[j].T
        is_cell = hoped > 0
        size = ((seen - hoped)[is_cell] ** 2 / hoped[is_cell]).sum()
        sign = np.sign(table_covariance(seen) - table_covariance(hoped))
        assert pairs.ld_x2[i, j] == pytest.approx(sign * size)
        assert pairs.df[i, j] == n_categories[i] * n_categories[j] - 1
    assert np.isnan(np.diagonal(pairs.q3)).all()
    assert np.isnan(np.diagonal(pairs.ld_x2)).all()


def table_covariance(table: np.ndarray) -> float:
    """Covariance of row and column number in a table of counts."""
    first, second = np.indices(table.shape)
    return float(np.cov(first.ravel(), second.ravel(), aweights=table.ravel(), bias=True)[0, 1])


def test_pairs_that_nobody_answered_both_of_have_no_figures() -> None:
    model = known(two_parameter(6), 200)
    scores = model.scores.copy()
    scores[:100, 0], scores[100:, 1] = -1, -1

    pairs = local_dependence(replace(model, scores=scores))

    assert np.isnan([pairs.q3[0, 1], pairs.ld_x2[0, 1], pairs.p[0, 1]]).all()
    assert np.isfinite(pairs.q3[0, 2:]).all()
    assert np.isfinite(pairs.mean_q3)


def test_independent_items_have_q3_a_little_below_zero_and_few_large_chi_squares() -> None:
    """The mean is near −1 / (n − 1), and LD-X² with fitted slopes is smaller than its χ² (Chen & Thissen 1997)."""
    fits = [local_dependence(fitted(two_parameter(12, seed), 800, 300 + seed)) for seed in range(10)]

    assert np.mean([fit.mean_q3 for fit in fits]) == pytest.approx(-1 / 11, abs=0.03)
    assert np.nanmean([np.where(np.isnan(fit.p), np.nan, fit.p < 0.05) for fit in fits]) < 0.05
    assert all(len(fit.flagged()) == 0 for fit in fits)


def test_known_models_have_chi_squares_like_their_degrees_of_freedom() -> None:
    bank = ItemBank.graded(discrimination=[1.0, 1.0, 1.0], thresholds=[[0.0], [-0.7, 0.7], [-1.0, 0.0, 1.0]])
    fits = [local_dependence(known(bank, 600, seed)) for seed in range(60)]

    mean = np.mean([np.abs(fit.ld_x2) for fit in fits], axis=0)
    for i, j, df in ((0, 1, 5), (0, 2, 7), (1, 2, 11)):
        assert fits[0].df[i, j] == df
        assert mean[i, j] == pytest.approx(df, abs=4 * np.sqrt(2 * df / 60))


def test_fitted_margins_cost_degrees_of_freedom_and_fixed_ones_do_not() -> None:
    bank = graded([2, 3, 4])
    model = with_free_parameters(known(bank, 100), bank)
    anchored = model.parameter.copy()
    anchored[1] = -1

    free, fixed = (local_dependence(replace(model, parameter=p)).df for p in (model.parameter, anchored))

    assert (free[0, 1], free[0, 2], free[1, 2]) == (2, 3, 6)
    assert (fixed[0, 1], fixed[0, 2], fixed[1, 2]) == (4, 3, 8)


def test_a_dependent_pair_is_flagged_first() -> None:
    """Half of the persons answer item 5 as they answered item 2, and half of them item 9 just the other way than 8."""
    responses = answers(two_parameter(14), normal(2000))
    copies = np.random.default_rng(7).random(2000) < 0.5
    responses[copies, 5] = responses[copies, 2]
    responses[~copies, 9] = 1 - responses[~copies, 8]

    pairs = local_dependence(calibrate(responses, "2pl").fitted_model)

    assert {tuple(pair) for pair in pairs.flagged()[:2].tolist()} == {(2, 5), (8, 9)}
    assert pairs.q3[2, 5] > 0.2 > 0 > pairs.q3[8, 9]
    assert pairs.ld_x2[2, 5] > 50
    assert pairs.ld_x2[8, 9] < -50
    assert "mean Q3" in str(pairs)


def test_limits_decide_what_is_flagged() -> None:
    pairs = local_dependence(known(two_parameter(8), 300))

    assert len(pairs.flagged(q3=0.0)) == 28
    assert len(pairs.flagged(q3=1.0, standardised=np.inf)) == 0
    assert str(pairs).startswith("no pair of items is flagged")
