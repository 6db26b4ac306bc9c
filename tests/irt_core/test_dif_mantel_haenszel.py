"""Mantel–Haenszel statistics: published tables, hand calculation, brute force, error rates and power."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from irt_core import DifError, Matching, ResponseError, Screening, mantel_haenszel_dif
from irt_core.dif.stratified import (
    common_log_odds_ratio,
    general_chi_square,
    mantel_chi_square,
    standardised_difference,
)
from tests.irt_core.dif_samples import two_groups

# Berkeley admissions of 1973 by department (Bickel, Hammel & O'Connell 1975, Science 187, 398-404): refused and
# admitted, men first. Odds ratio, interval and χ² are those that R 3 prints for `mantelhaen.test(UCBAdmissions)`.
BERKELEY = np.array(
    [
        [[313, 512], [19, 89]],
        [[207, 353], [8, 17]],
        [[205, 120], [391, 202]],
        [[279, 138], [244, 131]],
        [[138, 53], [299, 94]],
        [[351, 22], [317, 24]],
    ],
    dtype=float,
)[None]
# Three strata with whole numbers, for calculation by hand: (wrong, right) of the reference and of the focal group.
SMALL = np.array([[[4, 6], [7, 3]], [[3, 9], [4, 4]], [[1, 11], [2, 6]]], dtype=float)[None]


def test_the_berkeley_admissions_give_the_published_figures() -> None:
    log_ratio, error = common_log_odds_ratio(BERKELEY)

    assert np.exp(log_ratio) == pytest.approx(0.9046968, abs=1e-7)
    assert np.exp(log_ratio - 1.959964 * error) == pytest.approx(0.7719074, abs=1e-6)
    assert np.exp(log_ratio + 1.959964 * error) == pytest.approx(1.0603298, abs=1e-6)
    assert mantel_chi_square(BERKELEY, np.array([True])) == pytest.approx(1.4269, abs=1e-4)


def test_a_small_table_gives_what_the_definitions_give_in_fractions() -> None:
    """Strata of 20, 20 and 20 persons, so that every term is a fraction that can be checked by eye."""
    odds = Fraction(6 * 7 + 9 * 4 + 11 * 2, 20) / Fraction(4 * 3 + 3 * 4 + 1 * 6, 20)
    expected = Fraction(10 * 9, 20) + Fraction(8 * 13, 20) + Fraction(8 * 17, 20)
    variances = [Fraction(n * (20 - n) * m * (20 - m), 20 * 20 * 19) for n, m in ((10, 9), (8, 13), (8, 17))]
    departure = abs(3 + 4 + 6 - expected)
    mean_difference = sum(
        Fraction(n, 26) * (Fraction(f, n) - Fraction(r, 20 - n)) for n, f, r in ((10, 3, 6), (8, 4, 9), (8, 6, 11))
    )

    assert np.exp(common_log_odds_ratio(SMALL).value) == pytest.approx(float(odds))
    assert mantel_chi_square(SMALL, np.array([True])) == pytest.approx(
        float((departure - Fraction(1, 2)) ** 2 / sum(variances))
    )
    assert mantel_chi_square(SMALL, np.array([False])) == pytest.approx(float(departure**2 / sum(variances)))
    assert standardised_difference(SMALL).value == pytest.approx(float(mean_difference))


@given(arrays(float, (1, 4, 2, 2), elements=st.integers(1, 30)))
@settings(max_examples=50, deadline=None)
def test_the_standard_error_is_also_that_of_phillips_and_holland(counts: Any) -> None:
    """Var ln α = Σ T⁻² (A D + α B C) (A + D + α (B + C)) / (2 U²), U = Σ A D / T: another way to write the same."""
    b, a, d, c = counts[0, :, 0, 0], counts[0, :, 0, 1], counts[0, :, 1, 0], counts[0, :, 1, 1]
    total = a + b + c + d
    alpha = (a * d / total).sum() / (b * c / total).sum()
    variance = ((a * d + alpha * b * c) * (a + d + alpha * (b + c)) / total**2).sum() / (2 * (a * d / total).sum() ** 2)

    assert common_log_odds_ratio(counts).standard_error == pytest.approx(np.sqrt(variance))


def test_expectation_and_variance_are_those_of_all_tables_with_the_same_margins() -> None:
    """Of two reference and three focal members with the scores 0, 0, 1, 2, 2, each is equally likely to be focal."""
    scores = np.array([0, 0, 1, 2, 2])
    sums = [scores[list(focal)].sum() for focal in product(range(5), repeat=3) if len(set(focal)) == 3]
    counts = np.zeros((1, 1, 2, 3))
    counts[0, 0, 0], counts[0, 0, 1] = [2, 0, 0], [0, 1, 2]

    chi_square = mantel_chi_square(counts, np.array([False]))

    assert chi_square == pytest.approx((5 - np.mean(sums)) ** 2 * (4 / 5) / np.var(sums) * 5 / 4)
    difference = standardised_difference(counts)
    assert difference.value == pytest.approx(5 / 3)
    assert difference.standard_error == pytest.approx((1 / 3 + 1 / 2) * np.std(sums))


@given(arrays(float, (1, 3, 2, 2), elements=st.integers(1, 20)))
@settings(max_examples=50, deadline=None)
def test_with_two_categories_the_general_test_is_mantels(counts: Any) -> None:
    general, degrees = general_chi_square(counts)

    assert degrees == 1
    assert general == pytest.approx(mantel_chi_square(counts, np.array([False])), abs=1e-9)


def test_the_general_test_sees_what_leaves_the_mean_score_alone() -> None:
    counts = np.array([[[[10, 40, 10], [25, 10, 25]]]], dtype=float)

    general, degrees = general_chi_square(counts)

    assert mantel_chi_square(counts, np.array([False])) == pytest.approx(0.0)
    assert degrees == 2
    assert general > 20


def test_strata_that_lack_a_group_tell_nothing() -> None:
    lone = np.array([[[[5, 5], [0, 0]]]], dtype=float)
    more = np.concatenate([SMALL, lone], axis=1)

    for statistic in (common_log_odds_ratio, standardised_difference):
        np.testing.assert_allclose(statistic(more), statistic(SMALL))
    assert mantel_chi_square(more, np.array([True])) == mantel_chi_square(SMALL, np.array([True]))


def test_an_item_that_is_harder_for_one_group_is_found_and_no_other() -> None:
    scores, groups = two_groups(3000, shift={4: 1.0})

    result = mantel_haenszel_dif(scores, groups, "foc")

    assert result.flagged.tolist() == [4]
    assert result.classes[4] == "C"
    assert result.delta[4] == pytest.approx(-2.35, abs=3 * result.delta_se[4])
    assert result.purification.rounds == ((4,), (4,))
    assert result.purification.is_stable
    (sentence,) = result.sentences
    assert sentence.startswith("item 4 is of class C: at equal standing, group foc has 0.41 times the odds")
    assert "of all others to answer it right (Δ = -2.10, p = " in sentence


def test_under_the_rasch_model_delta_estimates_the_difference_of_difficulties() -> None:
    """With the total as sufficient statistic α is exp(b_F − b_R): over seeds the mean of Δ is −2.35 × 0.5 but for its
    error, and its spread is the reported standard error."""
    results = [mantel_haenszel_dif(*two_groups(1000, 12, {0: 0.5}, seed=seed), "foc") for seed in range(40)]

    deltas = np.array([result.delta[0] for result in results])
    errors = np.array([result.delta_se[0] for result in results])
    assert np.mean(deltas) == pytest.approx(-2.35 * 0.5, abs=3 * errors[0] / np.sqrt(40))
    assert np.std(deltas) == pytest.approx(np.mean(errors), rel=0.35)


@pytest.mark.parametrize("n_categories", [2, 4])
def test_a_test_without_differences_is_wrong_as_often_as_it_may_be(n_categories: int) -> None:
    """600 p-values of items that function alike: 30 below 0.05 are expected, with a deviation of 5.3."""
    p_values = np.concatenate(
        [
            mantel_haenszel_dif(*two_groups(800, 20, n_categories=n_categories, seed=seed), "foc").p_value
            for seed in range(30)
        ]
    )

    assert 10 <= np.count_nonzero(p_values < 0.05) <= 50


def test_purification_takes_the_blame_off_the_other_items() -> None:
    """Six items of twenty are harder for the focal group, so the total is not fair at first."""
    scores, groups = two_groups(4000, 20, dict.fromkeys(range(6), 1.2), impact=0.0)

    once = mantel_haenszel_dif(scores, groups, "foc", screening=Screening(most_rounds=1))
    purified = mantel_haenszel_dif(scores, groups, "foc")

    assert not once.purification.is_stable
    assert np.abs(once.delta[6:].mean()) > 0.5
    assert np.abs(purified.delta[6:].mean()) < 0.1
    assert purified.flagged.tolist() == list(range(6))
    assert purified.purification.is_stable


def test_given_anchors_are_the_yardstick_and_stay_it() -> None:
    scores, groups = two_groups(3000, 12, dict.fromkeys(range(6), 1.0), impact=0.0)

    result = mantel_haenszel_dif(scores, groups, "foc", screening=Screening(anchors=range(6, 12)))

    assert result.flagged.tolist() == list(range(6))
    assert len(result.purification.rounds) == 1


def test_ordinal_items_are_sorted_by_their_mean_difference() -> None:
    scores, groups = two_groups(3000, 15, {2: 1.0}, n_categories=4)

    result = mantel_haenszel_dif(scores, groups, "foc")

    assert result.flagged.tolist() == [2]
    assert result.classes[2] == "C"
    assert np.isnan(result.odds_ratio).all()
    assert result.general_degrees.tolist() == [3] * 15
    assert "group foc earns" in result.sentences[0]
    assert "score points fewer than all others" in result.sentences[0]


def test_missing_answers_are_not_wrong_answers() -> None:
    """The focal group skips item 3 by chance: as wrong answers that would make it harder for that group."""
    scores, groups = two_groups(3000, 20, {7: 1.0})
    table = scores.astype(float)
    rng = np.random.default_rng(1)
    table[rng.random(table.shape) < 0.1] = np.nan
    table[(groups == "foc") & (rng.random(3000) < 0.4), 3] = np.nan

    as_missing = mantel_haenszel_dif(table, groups, "foc")
    as_wrong = mantel_haenszel_dif(np.nan_to_num(table), groups, "foc")

    assert as_missing.flagged.tolist() == [7]
    assert {3, 7} <= set(as_wrong.flagged.tolist())


def test_a_weight_counts_as_so_many_persons() -> None:
    scores, groups = two_groups(400, 10, {0: 0.8})
    weights = np.random.default_rng(1).integers(0, 4, 400)

    weighted = mantel_haenszel_dif(scores, groups, "foc", weights=weights)
    repeated = mantel_haenszel_dif(np.repeat(scores, weights, axis=0), np.repeat(groups, weights), "foc")

    np.testing.assert_allclose(weighted.delta, repeated.delta)
    np.testing.assert_allclose(weighted.chi_square, repeated.chi_square)


def test_turning_the_groups_round_turns_the_signs() -> None:
    scores, groups = two_groups(600, 8)

    one = mantel_haenszel_dif(scores, groups, "foc", reference="ref")
    other = mantel_haenszel_dif(scores, groups, "ref", reference="foc")

    np.testing.assert_allclose(one.delta, -other.delta)
    np.testing.assert_allclose(one.chi_square, other.chi_square)
    assert one.groups == ("ref", "foc")


def test_an_item_that_nobody_gets_wrong_cannot_be_tested() -> None:
    scores, groups = two_groups(300, 6)
    scores[:, 2] = 1

    result = mantel_haenszel_dif(scores, groups, "foc", screening=Screening(adjust="bh"))

    assert result.classes[2] == ""
    assert np.isnan(result.adjusted_p_value[2])
    assert result.general_degrees[2] == 0
    assert np.isfinite(np.delete(result.p_value, 2)).all()


def test_thick_strata_compare_persons_whom_thin_ones_cannot() -> None:
    scores, groups = two_groups(60, 20, impact=1.5)

    thin = mantel_haenszel_dif(scores, groups, "foc")
    thick = mantel_haenszel_dif(scores, groups, "foc", matching=Matching(n_strata=4))

    assert thin.compared.max() < 0.95
    assert thick.compared.min() > thin.compared.max()


def test_persons_can_be_matched_by_something_known_from_elsewhere() -> None:
    scores, groups = two_groups(2000, 10, {1: 1.0}, impact=0.0)
    standing = scores[:, 2:].sum(axis=1) + np.random.default_rng(1).normal(0, 0.1, 2000)

    result = mantel_haenszel_dif(scores, groups, "foc", matching=Matching(by=standing))

    assert 1 in result.flagged
    assert len(result.purification.rounds) == 1


@pytest.mark.parametrize(
    ("change", "error", "complaint"),
    [
        ({"focal": "nobody"}, DifError, "nobody is in group 'nobody'"),
        ({"reference": "foc"}, DifError, "must be different"),
        ({"groups": ["foc"] * 40}, DifError, "nobody is outside the focal group"),
        ({"groups": ["foc"] * 39}, DifError, "groups must be 40 labels"),
        ({"responses": np.ones(40)}, ResponseError, "responses must be numbers of the shape"),
        ({"responses": np.full((40, 5), 0.5)}, ResponseError, "0.5 is not a score"),
        ({"weights": [1.0]}, ResponseError, "weights must be 40 numbers"),
        ({"matching": Matching(by=[1.0])}, DifError, "matching variable must have 40 values"),
        ({"matching": Matching(by=np.full(40, np.nan))}, DifError, "known of nobody"),
        ({"screening": Screening(anchors=[5])}, DifError, "anchors must be columns from 0 to 4"),
        ({"screening": Screening(anchors=[])}, DifError, "anchors must be a list"),
    ],
)
def test_what_cannot_be_compared_is_refused(change: dict[str, Any], error: type[Exception], complaint: str) -> None:
    scores, groups = two_groups(40, 5)

    with pytest.raises(error, match=complaint):
        mantel_haenszel_dif(**{"responses": scores, "groups": groups, "focal": "foc"} | change)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: Screening(alpha=1.0), "alpha must be between 0 and 1"),
        (lambda: Screening(most_rounds=0), "most_rounds must be at least 1"),
        (lambda: Matching(n_strata=1), "at least 2 strata"),
    ],
)
def test_impossible_settings_are_refused(make: Any, complaint: str) -> None:
    with pytest.raises(DifError, match=complaint):
        make()
