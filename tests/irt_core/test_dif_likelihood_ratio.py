"""Likelihood ratios: the calibrations they compare, error rates and power, sizes against closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from irt_core import DifError, ItemBank, MantelHaenszelDif, Normal, Screening, calibrate, likelihood_ratio_dif
from irt_core.arrays import FloatArray
from irt_core.dif.effect_sizes import curve_effects
from irt_core.dif.of_calibration import DifMethod
from tests.irt_core.dif_samples import two_groups

ONCE = Screening(most_rounds=1)


def test_the_statistic_is_that_of_two_calibrations() -> None:
    scores, groups = two_groups(500, 5, {1: 0.7})

    result = likelihood_ratio_dif(scores, groups, "2pl", screening=ONCE)

    compact = calibrate(scores, "2pl", groups=groups)
    for item in (0, 1):
        others = [other for other in range(5) if other != item]
        augmented = calibrate(scores, "2pl", groups=groups, anchors=others)
        gain = 2 * (augmented.log_likelihood - compact.log_likelihood)
        assert result.chi_square[item] == pytest.approx(gain, abs=1e-4)
    assert result.degrees.tolist() == [2] * 5


@pytest.mark.parametrize(
    ("model", "n_categories", "degrees"),
    [("rasch", 2, 1), ("1pl", 2, 1), ("3pl", 2, 3), ("grm", 3, 3), ("pcm", 3, 2), ("nrm", 3, 4)],
)
def test_every_model_frees_its_own_parameters(model: str, n_categories: int, degrees: int) -> None:
    scores, groups = two_groups(700, 5, {2: 1.5}, n_categories=n_categories)

    result = likelihood_ratio_dif(scores, groups, model, reference="ref", screening=ONCE)

    assert result.degrees.tolist() == [degrees] * 5
    assert result.p_value.argmin() == 2
    assert result.effects.signed_area[0, 2] < -0.5


def test_an_item_that_is_harder_for_one_group_is_found_and_leaves_the_anchors() -> None:
    scores, groups = two_groups(1500, 8, {4: 1.0}, impact=0.6)

    result = likelihood_ratio_dif(scores, groups, "2pl", reference="ref", screening=Screening(adjust="bh"))

    assert result.flagged.tolist() == [4]
    assert result.purification.rounds == ((4,), (4,))
    assert result.groups == ("ref", "foc")
    assert result.latent[0].mean == pytest.approx(-0.6, abs=0.2)
    assert result.latent[0].sd == pytest.approx(1.0, abs=0.15)
    (sentence,) = result.sentences
    assert sentence.startswith("item 4 functions differently (χ²(2) = ")
    assert "group foc can expect 0.1" in sentence
    assert sentence.endswith("than ref at equal ability")


def test_a_flagged_item_is_tested_by_tying_it_to_purified_anchors() -> None:
    """One of six items is harder, one easier: in the last round both are free, and each is tied alone."""
    scores, groups = two_groups(1200, 6, {0: 1.2, 1: -1.2}, impact=0.0)

    result = likelihood_ratio_dif(scores, groups, "rasch")

    free = calibrate(scores, "rasch", groups=groups, anchors=[2, 3, 4, 5])
    tied = calibrate(scores, "rasch", groups=groups, anchors=[1, 2, 3, 4, 5])
    assert result.flagged.tolist() == [0, 1]
    assert result.chi_square[1] == pytest.approx(2 * (free.log_likelihood - tied.log_likelihood), abs=1e-3)


def test_given_anchors_are_not_tested_and_never_freed() -> None:
    scores, groups = two_groups(1000, 6, {0: 1.0, 1: 1.0, 2: 1.0}, impact=0.0)

    result = likelihood_ratio_dif(scores, groups, "rasch", screening=Screening(anchors=[4, 5]))

    assert result.flagged.tolist() == [0, 1, 2]
    assert np.isnan(result.p_value[[4, 5]]).all()
    assert len(result.purification.rounds) == 1
    assert result.purification.is_stable


def test_a_test_without_differences_is_wrong_as_often_as_it_may_be() -> None:
    """40 p-values of items that function alike: 2 below 0.05 are expected, with a deviation of 1.4."""
    samples = [two_groups(500, 8, seed=seed) for seed in range(5)]
    p_values = np.concatenate([likelihood_ratio_dif(*sample, "rasch", screening=ONCE).p_value for sample in samples])

    assert np.count_nonzero(p_values < 0.05) <= 7
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.17)


def test_several_focal_groups_are_compared_with_the_reference_group_at_once() -> None:
    scores, groups = two_groups(1200, 5, {3: 1.5})
    labels = np.where(groups == "foc", 7, np.where(np.arange(1200) % 4 == 0, 3, 5))

    result = likelihood_ratio_dif(scores, labels, "rasch", reference=5)

    assert result.groups == ("5", "3", "7")
    assert result.degrees.tolist() == [2] * 5
    assert result.flagged.tolist() == [3]
    assert abs(result.effects.standardised_difference[0, 3]) < 0.3
    assert result.effects.standardised_difference[1, 3] < -0.5
    assert len(result.latent) == 2


def test_what_cannot_be_tested_is_said_and_the_rest_is_tested() -> None:
    scores, groups = two_groups(600, 6)
    table = scores.astype(float)
    table[groups == "foc", 2] = 1.0
    table[:, 5] = 0.0

    result = likelihood_ratio_dif(table, groups, "rasch", screening=ONCE)

    assert np.isnan(result.p_value[[2, 5]]).all()
    assert np.isfinite(result.p_value[[0, 1, 3, 4]]).all()
    assert "item 5 was answered right by nobody and is left out" in result.warnings
    assert "item 2 is not tested: a group has no response in one of its categories" in result.warnings


def test_missing_responses_say_nothing() -> None:
    scores, groups = two_groups(1200, 6, {4: 1.4})
    table = scores.astype(float)
    table[np.random.default_rng(1).random(table.shape) < 0.3] = np.nan

    result = likelihood_ratio_dif(table, groups, "rasch", screening=Screening(adjust="bh"))

    assert result.flagged.tolist() == [4]


def test_a_calibration_examines_its_own_responses() -> None:
    scores, groups = two_groups(800, 6, {1: 1.8})
    columns = np.column_stack([np.ones(800, dtype=int), scores])

    fit = calibrate(columns, "rasch", groups=groups)
    by_ratio, by_table = fit.dif(reference="ref"), fit.dif("mantel_haenszel", focal="foc")
    anchored = fit.dif("logistic", focal="foc", screening=Screening(anchors=[3, 4, 5, 6]))

    assert fit.items.tolist() == [1, 2, 3, 4, 5, 6]
    assert by_ratio.items.tolist() == by_table.items.tolist() == fit.items.tolist()
    assert by_ratio.flagged.tolist() == by_table.flagged.tolist() == anchored.flagged.tolist() == [2]
    assert by_table.purification.rounds[-1] == (2,)
    assert by_table.sentences[0].startswith("item 2 is of class C")
    direct = likelihood_ratio_dif(scores, groups, "rasch", reference="ref")
    np.testing.assert_allclose(by_ratio.p_value, direct.p_value, atol=1e-3)


def test_a_calibration_with_own_items_knows_its_responses_too() -> None:
    scores, groups = two_groups(800, 6, {1: 1.2})
    table = scores.astype(float)
    table[np.random.default_rng(1).random(table.shape) < 0.1] = np.nan

    shared = calibrate(table, "rasch", groups=groups)
    own = calibrate(table, "rasch", groups=groups, anchors=[0, 2, 3])

    np.testing.assert_allclose(
        own.dif("mantel_haenszel", focal="foc").p_value, shared.dif("mantel_haenszel", focal="foc").p_value
    )


@pytest.mark.parametrize("method", ["likelihood_ratio", "mantel_haenszel", "logistic"])
def test_groups_can_be_named_after_the_calibration(method: DifMethod) -> None:
    scores, groups = two_groups(800, 6, {1: 1.8})
    table = scores.astype(float)
    table[:20] = np.nan
    table[20:200, 3] = np.nan

    later = calibrate(table, "rasch").dif(method, groups=groups)
    before = calibrate(table, "rasch", groups=groups).dif(method)

    np.testing.assert_allclose(later.p_value, before.p_value, rtol=1e-6)
    assert later.flagged.tolist() == [1]


def test_of_two_groups_the_second_is_focal_unless_it_is_the_reference() -> None:
    scores, groups = two_groups(800, 6, {1: 1.8})
    fit = calibrate(scores, "rasch", groups=groups)

    def delta(**options: str) -> FloatArray:
        found = fit.dif("mantel_haenszel", **options)
        assert isinstance(found, MantelHaenszelDif)
        return found.delta

    np.testing.assert_allclose(delta(), delta(focal="ref"))
    np.testing.assert_allclose(delta(reference="ref"), -delta())


def test_groups_named_late_must_be_everybodys() -> None:
    scores, groups = two_groups(300, 5)

    with pytest.raises(DifError, match="300 labels, one for each person"):
        calibrate(scores, "rasch").dif(groups=groups[1:])
    with pytest.raises(DifError, match="of weighted persons"):
        calibrate(scores, "rasch", weights=np.full(300, 2.0)).dif(groups=groups)


@pytest.mark.parametrize(
    ("ask", "complaint"),
    [
        (lambda fit: fit.dif("sibtest"), "no method is called 'sibtest'"),
        (lambda fit: fit.dif(screening=Screening(anchors=[9])), "item 9 cannot be an anchor"),
    ],
)
def test_a_calibration_refuses_what_it_does_not_know(ask: Any, complaint: str) -> None:
    scores, groups = two_groups(300, 5)

    with pytest.raises(DifError, match=complaint):
        ask(calibrate(scores, "rasch", groups=groups))


def test_a_calibration_of_one_group_has_nobody_to_compare() -> None:
    with pytest.raises(DifError, match="one group only"):
        calibrate(two_groups(300, 5)[0], "rasch").dif()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"model": "m2pl"}, "under one of the models"),
        ({"groups": ["a"] * 300}, "there must be a group 'a' and another one"),
        ({"reference": "nobody"}, "there must be a group 'nobody'"),
        ({"groups": ["a", "b"]}, "groups must be 300 labels"),
    ],
)
def test_what_cannot_be_compared_is_refused(change: dict[str, Any], complaint: str) -> None:
    scores, groups = two_groups(300, 5)

    with pytest.raises(DifError, match=complaint):
        likelihood_ratio_dif(**{"responses": scores, "groups": groups} | change)


def test_areas_are_those_of_raju() -> None:
    """Of items so sharp that nothing lies outside of −6 to 6: the signed area is the difference of difficulties, the
    unsigned one of crossing curves |2 (a₂ − a₁) / (a₁ a₂) ln(1 + exp(a₁ a₂ (b₂ − b₁) / (a₂ − a₁))) − (b₂ − b₁)|."""
    reference = ItemBank.dichotomous([4.0, 3.0, 4.0], [0.0, 0.2, 0.0], [0.2, 0.0, 0.0])
    focal = ItemBank.dichotomous([4.0, 5.0, 4.0], [0.5, 0.5, -0.3], [0.2, 0.0, 0.0])

    effects = curve_effects(reference, focal, Normal())

    crossing = abs(2 * 2.0 / 15.0 * np.log1p(np.exp(15.0 * 0.3 / 2.0)) - 0.3)
    np.testing.assert_allclose(effects.signed_area, [-0.8 * 0.5, -0.3, 0.3], atol=1e-6)
    np.testing.assert_allclose(effects.unsigned_area, [0.8 * 0.5, crossing, 0.3], atol=1e-4)


def test_graded_items_differ_by_the_sum_of_their_thresholds() -> None:
    """E = Σ P(X ≥ k): the areas between the thresholds' curves add up."""
    reference = ItemBank.graded([4.0], [[-0.5, 0.5]])
    focal = ItemBank.graded([4.0], [[-0.2, 0.9]])

    effects = curve_effects(reference, focal, Normal())

    assert effects.signed_area == pytest.approx(-0.7, abs=1e-6)


def test_standardised_differences_are_means_over_the_focal_group_in_pooled_deviations() -> None:
    reference, focal = ItemBank.dichotomous([1.2], [0.0]), ItemBank.dichotomous([0.8], [0.6])
    theta = np.random.default_rng(1).normal(-0.5, 1.1, 400_000)

    effects = curve_effects(reference, focal, Normal(-0.5, 1.1))

    ours, theirs = reference.probability(theta)[:, 0], focal.probability(theta)[:, 0]
    pooled = np.sqrt((ours.var() + theirs.var()) / 2)
    assert effects.mean_difference[0] == pytest.approx((theirs - ours).mean(), abs=1e-3)
    assert effects.unsigned_difference[0] == pytest.approx(np.abs(theirs - ours).mean(), abs=1e-3)
    assert effects.standardised_difference[0] == pytest.approx((theirs - ours).mean() / pooled, abs=5e-3)
