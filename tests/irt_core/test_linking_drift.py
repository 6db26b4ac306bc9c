"""Drift: items that changed are found, unchanged ones are not, and Wald's test keeps its error rate."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from irt_core import DriftLimits, ItemBank, LinkingError, Normal, detect_drift
from irt_core.linking.curves import curves_of
from irt_core.linking.stability import curve_differences, robust_z
from tests.irt_core.linking_samples import KINDS, graded, two_parameter

SILENT = DriftLimits(alpha=None, robust_z=None, wrmsd=None)


def with_changes(bank: ItemBank, harder: dict[int, float]) -> ItemBank:
    """The bank with some items made harder."""
    difficulty = np.array(bank.locations)
    for item, change in harder.items():
        difficulty[item] += change
    return ItemBank.dichotomous(bank.discriminations, difficulty)


def covariance_of(n_items: int, variance: float = 0.004, m: int = 4, n_free: int = 2) -> Any:
    """Independent parameters of equal variance, (n_items, m, n_items, m)."""
    diagonal = np.zeros((n_items, m))
    diagonal[:, :n_free] = variance
    return np.diag(diagonal.ravel()).reshape(n_items, m, n_items, m)


@pytest.mark.parametrize("kind", KINDS)
def test_a_bank_on_another_scale_has_not_drifted(kind: str) -> None:
    bank = KINDS[kind]()

    drift = detect_drift(bank, bank.rescaled(0.8, 0.5))

    assert not drift.is_flagged.any()
    assert drift.link.slope == pytest.approx(1 / 0.8)
    assert drift.curves.wrmsd.max() < 1e-8
    assert drift.purification.rounds == ((),)
    assert np.isnan(drift.chi_square).all()


def test_changed_items_are_found_and_leave_the_link() -> None:
    old = two_parameter(20)
    new = with_changes(old, {3: 0.6, 11: 0.5}).rescaled(1.0 / 1.2, -0.3)

    drift = detect_drift(old, new, covariances=(covariance_of(20), covariance_of(20)))

    assert drift.flagged.tolist() == [3, 11]
    assert drift.link.left_out.tolist() == [[3, 3], [11, 11]]
    assert (drift.link.slope, drift.link.shift) == pytest.approx((1.2, 0.36), abs=1e-8)
    assert drift.location_change[[3, 11]] == pytest.approx([0.6, 0.5])
    assert drift.purification.is_stable
    first, _ = drift.sentences
    assert first.startswith("item 3 (new 3) has become harder (location +0.60, discrimination × 1.00): χ²(2) = ")
    assert "robust z of location" in first


def test_items_may_have_other_numbers_in_the_new_bank() -> None:
    old = two_parameter(10)
    new = with_changes(old, {4: 1.0}).subset([9, 4, 0, 1, 2, 3])

    drift = detect_drift(old, new, anchors=[(9, 0), (4, 1), (0, 2), (1, 3), (2, 4), (3, 5)])

    assert drift.anchors[1].tolist() == [4, 1]
    assert drift.flagged.tolist() == [4]


def test_an_item_that_became_sharper_is_found() -> None:
    old = two_parameter(20)
    discrimination = np.array(old.discriminations)
    discrimination[5] *= 2.5
    new = ItemBank.dichotomous(discrimination, old.locations)

    drift = detect_drift(old, new)

    assert drift.flagged.tolist() == [5]
    assert drift.discrimination_ratio[5] == pytest.approx(2.5)
    assert drift.robust_z.discrimination[5] > 2.7


def test_what_is_certain_but_negligible_is_not_flagged() -> None:
    old = two_parameter(20)
    new = with_changes(old, {7: 0.05})
    tiny = covariance_of(20, 1e-6)

    drift = detect_drift(old, new, covariances=(tiny, tiny))
    strict = detect_drift(old, new, covariances=(tiny, tiny), limits=DriftLimits(negligible=0.0))

    assert drift.adjusted_p_value[7] < 1e-10
    assert not drift.is_flagged.any()
    assert strict.flagged.tolist() == [7]


def test_a_large_difference_of_curves_needs_no_certainty() -> None:
    old = two_parameter(12)
    new = with_changes(old, {2: 0.8})
    wide = covariance_of(12, 4.0)

    drift = detect_drift(old, new, covariances=(wide, wide), limits=DriftLimits(robust_z=None))

    assert drift.p_value[2] > 0.5
    assert drift.flagged.tolist() == [2]
    assert drift.reasons[2] == (f"WRMSD {drift.curves.wrmsd[2]:.2f}",)


def test_without_the_link_walds_test_is_that_of_lord() -> None:
    """Forty items link so well that the error of the link hardly matters: χ² = Σ δ² / (variance of both)."""
    old = two_parameter(40)
    new = with_changes(old, {0: 0.3})

    drift = detect_drift(old, new, covariances=(covariance_of(40), covariance_of(40)), limits=SILENT)

    shift = drift.location_change[0]
    assert drift.degrees.tolist() == [2] * 40
    assert drift.chi_square[0] == pytest.approx(shift**2 / 0.008, rel=0.1)


@pytest.mark.parametrize("method", ["mean_mean", "mean_sigma", "stocking_lord"])
def test_walds_test_keeps_its_error_rate_with_few_anchors(method: Any) -> None:
    """Five unchanged items, drawn 60 times with their errors: 300 p-values, 15 of them below 0.05, with a deviation of
    3.8 (more, as those of one draw hang together). Without the error of the link there would be half as many."""
    bank = two_parameter(5)
    covariance = covariance_of(5)
    rng = np.random.default_rng(1)

    def drawn() -> ItemBank:
        noise = rng.normal(0, np.sqrt(0.004), (2, 5))
        return ItemBank.dichotomous(bank.discriminations + noise[0], bank.locations + noise[1])

    p_values = np.concatenate(
        [
            detect_drift(drawn(), drawn(), method=method, covariances=(covariance, covariance), limits=SILENT).p_value
            for _ in range(60)
        ]
    )

    assert 3 <= np.count_nonzero(p_values < 0.05) <= 30
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.07)


def test_two_anchors_say_nothing_about_each_other_by_mean_and_sigma() -> None:
    """Two points always meet two others on a line: the locations agree, and only the discriminations can be tested."""
    old = two_parameter(2)
    new = with_changes(old, {0: 0.3})

    drift = detect_drift(old, new, method="mean_sigma", covariances=(covariance_of(2), covariance_of(2)), limits=SILENT)

    assert np.abs(drift.location_change).max() < 1e-12
    assert drift.degrees.tolist() == [1, 1]


def test_graded_items_are_tested_in_all_their_parameters() -> None:
    old = graded(12)
    thresholds = np.array(old.thresholds)  # type: ignore[attr-defined]
    thresholds[4, 0] -= 0.8
    new = ItemBank.graded(old.discriminations, thresholds)
    covariance = np.zeros((12, 4, 12, 4))
    is_free = curves_of(old).is_free
    for item, place in np.argwhere(is_free).tolist():
        covariance[item, place, item, place] = 0.004

    drift = detect_drift(old, new, covariances=(covariance, covariance))

    assert drift.flagged.tolist() == [4]
    assert drift.degrees.tolist() == is_free.sum(axis=1).tolist()


def test_robust_z_is_the_distance_from_the_median_in_units_of_the_quartiles() -> None:
    """Differences 0.0, 0.1 … 0.6 and one of 3: median 0.35, quartiles 0.175 and 0.525."""
    changes = dict(enumerate([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 3.0]))
    old = two_parameter(8)

    z = robust_z(curves_of(old), curves_of(with_changes(old, changes)), 2.7)

    expected = (np.array(list(changes.values())) - 0.35) / (0.74 * 0.35)
    np.testing.assert_allclose(z.location, expected, atol=1e-12)
    assert (z.discrimination == 0).all()
    assert z.is_beyond(2.7).nonzero()[0].tolist() == [7]


def test_the_difference_of_curves_is_that_of_the_expected_scores() -> None:
    old, new = graded(6, seed=1), graded(6, seed=2)
    theta = np.linspace(-6, 6, 2001)
    weight = np.exp(-0.5 * theta**2) / np.exp(-0.5 * theta**2).sum()

    found = curve_differences(curves_of(old), curves_of(new), Normal())

    scores = np.arange(old.n_categories)
    away = (new.probability(theta) @ scores - old.probability(theta) @ scores) / (old.category_counts - 1)
    np.testing.assert_allclose(found.wrmsd, np.sqrt(weight @ away**2), atol=1e-8)
    np.testing.assert_allclose(found.signed, weight @ away, atol=1e-8)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(LinkingError, match="no linking is called 'wald'"):
        detect_drift(two_parameter(), two_parameter(), method="wald")  # type: ignore[arg-type]
