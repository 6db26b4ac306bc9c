"""Links: known transformations, an independent search, symmetry, standard errors against resampling."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from irt_core import ItemBank, Link, LinkingError, Normal, calibrate, link_banks, parameter_covariance
from irt_core.linking.anchors import Anchors
from irt_core.linking.criteria import Criterion
from irt_core.linking.curves import curves_of
from irt_core.linking.link import estimate
from tests.irt_core.linking_samples import KINDS, dichotomous, graded, two_parameter, with_value

METHODS: list[Any] = ["mean_mean", "mean_sigma", "haebara", "stocking_lord"]
CURVE_METHODS: list[Any] = METHODS[2:]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_known_transformation_is_found(kind: str, method: Any) -> None:
    bank = KINDS[kind]()

    link = link_banks(bank, bank.rescaled(1.27, -0.45), method=method)
    itself = link_banks(bank, bank, method=method)

    assert (link.slope, link.shift) == pytest.approx((1.27, -0.45), abs=1e-10)
    assert (itself.slope, itself.shift) == pytest.approx((1.0, 0.0), abs=1e-10)


@pytest.mark.parametrize("is_of_sums", [False, True], ids=["Haebara", "Stocking-Lord"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_search_finds_it_from_far_away(kind: str, is_of_sums: bool) -> None:
    bank = KINDS[kind]()
    pairs = Anchors.of(bank, bank.rescaled(0.8, 0.6), None, None)

    found = Criterion(pairs.source, pairs.target, (Normal(), Normal()), is_of_sums, True).minimise(1.6, -0.8)

    assert (found.slope, found.shift) == pytest.approx((0.8, 0.6), abs=1e-8)


@pytest.mark.parametrize("is_symmetric", [True, False])
def test_no_constants_near_by_are_better_than_the_ones_found(is_symmetric: bool) -> None:
    """The sums of Haebara and of Stocking & Lord, written out for banks that no transformation makes equal."""
    source, target = two_parameter(8, seed=1), two_parameter(8, seed=2)
    theta = np.linspace(-6, 6, 61)
    weight = np.exp(-0.5 * theta**2)

    def differences(slope: float, shift: float) -> list[Any]:
        onto_target = target.probability(theta) - source.rescaled(slope, shift).probability(theta)
        inverse = target.rescaled(1 / slope, -shift / slope)
        return [onto_target, source.probability(theta) - inverse.probability(theta)][: 1 + is_symmetric]

    def haebara(slope: float, shift: float) -> float:
        return sum(float(weight @ (d**2).sum(axis=1)) for d in differences(slope, shift))

    def stocking_lord(slope: float, shift: float) -> float:
        return sum(float(weight @ d.sum(axis=1) ** 2) for d in differences(slope, shift))

    for method, criterion in zip(CURVE_METHODS, (haebara, stocking_lord), strict=True):
        link = link_banks(source, target, method=method, is_symmetric=is_symmetric)
        least = criterion(link.slope, link.shift)
        for slope, shift in ((1e-3, 0), (-1e-3, 0), (0, 1e-3), (0, -1e-3), (1e-3, 1e-3), (-1e-3, 1e-3)):
            assert criterion(link.slope + slope, link.shift + shift) > least


@pytest.mark.parametrize("method", METHODS)
def test_linking_the_other_way_round_is_the_inverse(method: Any) -> None:
    one, other = graded(8, seed=1), graded(8, seed=4)
    covariance = spd(8, 4, seed=1), spd(8, 4, seed=2)

    there = link_banks(one, other, method=method, covariances=covariance)
    back = link_banks(other, one, method=method, covariances=covariance[::-1]).inverse()

    assert (there.slope, there.shift) == pytest.approx((back.slope, back.shift), abs=1e-7)
    np.testing.assert_allclose(there.covariance, back.covariance, rtol=1e-5)


def spd(n_items: int, m: int, seed: int) -> Any:
    """A covariance of parameters, (n_items, m, n_items, m)."""
    root = 0.02 * np.random.default_rng(seed).normal(size=(n_items * m, n_items * m))
    return (root @ root.T).reshape(n_items, m, n_items, m)


def test_links_are_lines_that_can_be_chained() -> None:
    a, b, c = (two_parameter(10, seed=seed) for seed in (1, 2, 3))
    first, second = link_banks(a, b), link_banks(b, c)

    whole = first.then(second)

    np.testing.assert_allclose(whole.theta([-1.0, 0.5]), second.theta(first.theta([-1.0, 0.5])))
    np.testing.assert_allclose(whole.bank(a).locations, second.bank(first.bank(a)).locations)
    assert first.then(first.inverse()).slope == pytest.approx(1.0)


def test_the_error_of_a_chain_is_that_of_drawn_links() -> None:
    rng = np.random.default_rng(1)
    covariance = np.array([[0.0009, 0.0002], [0.0002, 0.0016]])
    none = np.empty((0, 2), dtype=np.int64)
    first, second = Link(1.1, 0.3, covariance, "x", none, none), Link(0.9, -0.2, 2 * covariance, "x", none, none)

    a1, b1 = rng.multivariate_normal([1.1, 0.3], covariance, 40_000).T
    a2, b2 = rng.multivariate_normal([0.9, -0.2], 2 * covariance, 40_000).T

    np.testing.assert_allclose(first.then(second).covariance, np.cov([a1 * a2, a2 * b1 + b2]), atol=3e-5)
    np.testing.assert_allclose(first.inverse().covariance, np.cov([1 / a1, -b1 / a1]), atol=3e-5)
    assert first.theta_error([2.0])[0] == pytest.approx(np.std(2 * a1 + b1), rel=0.02)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["dichotomous", "graded", "partial credit", "nominal"])
def test_a_link_follows_the_parameters_as_its_derivatives_say(kind: str, method: Any) -> None:
    """Each parameter of the source and of the target is changed alone. A transformed bank has the same curves, so that
    nothing is left of the terms which the derivatives leave out."""
    bank = KINDS[kind](3)
    target = bank.rescaled(1.2, 0.3)

    constants = estimate(Anchors.of(bank, target, None, None), method)

    for item, place in np.argwhere(curves_of(bank).is_free).tolist():
        for side, by_value in ((0, constants.by_source), (1, constants.by_target)):

            def ends(change: float, item: int = item, place: int = place, side: int = side) -> Any:
                banks = [bank, target]
                banks[side] = with_value(banks[side], item, place, change)
                moved = estimate(Anchors.of(banks[0], banks[1], None, None), method)
                return np.array([moved.slope, moved.shift])

            slope = (ends(1e-5) - ends(-1e-5)) / 2e-5
            np.testing.assert_allclose(by_value[:, item, place], slope, atol=2e-5)


def test_the_standard_errors_add_up_what_the_parameters_contribute() -> None:
    """With independent parameters the variance is the sum of squared derivatives times variances."""
    bank = two_parameter(6)
    variances = np.zeros((6, 4))
    variances[:, :2] = np.random.default_rng(1).uniform(0.001, 0.01, (6, 2))
    covariance = np.zeros((6, 4, 6, 4))
    for item, place in np.ndindex(6, 4):
        covariance[item, place, item, place] = variances[item, place]

    link = link_banks(bank, bank.rescaled(1.1, 0.2), covariances=(covariance, 2 * covariance))

    constants = estimate(Anchors.of(bank, bank.rescaled(1.1, 0.2), None, None), "stocking_lord")
    expected = (constants.by_source**2 * variances + constants.by_target**2 * 2 * variances).sum(axis=(1, 2))
    np.testing.assert_allclose(link.standard_errors, np.sqrt(expected))


def test_without_covariances_the_errors_are_unknown() -> None:
    assert np.isnan(link_banks(two_parameter(), two_parameter()).standard_errors).all()


def test_anchors_may_be_any_pairs_of_items() -> None:
    bank = dichotomous(10)
    target = bank.subset([7, 2, 5, 0]).rescaled(0.9, 0.2)

    link = link_banks(bank, target, anchors=[(7, 0), (5, 2), (0, 3)])

    assert (link.slope, link.shift) == pytest.approx((0.9, 0.2), abs=1e-8)
    assert link.anchors.tolist() == [[7, 0], [5, 2], [0, 3]]


def test_the_covariance_of_a_bank_is_read_by_the_pairs() -> None:
    bank, target = two_parameter(6), two_parameter(6).rescaled(1.1, 0.0)
    covariance = spd(6, 4, seed=3)
    pairs = [(4, 4), (1, 1), (2, 2)]
    order = [4, 1, 2]
    taken = covariance[order][:, :, order]

    link = link_banks(bank, target, pairs, covariances=(covariance, covariance))
    alone = link_banks(bank.subset(order), target.subset(order), covariances=(taken, taken))

    np.testing.assert_allclose(link.covariance, alone.covariance)


def test_anchors_that_stand_out_are_left_out() -> None:
    bank = two_parameter(15)
    difficulty = np.array(bank.locations)
    difficulty[[3, 8]] += [0.9, -0.7]
    target = ItemBank.dichotomous(bank.discriminations, difficulty).rescaled(1.1, -0.2)

    plain = link_banks(bank, target)
    robust = link_banks(bank, target, robust_z=2.7)

    assert robust.left_out.tolist() == [[3, 3], [8, 8]]
    assert len(robust.anchors) == 13
    assert (robust.slope, robust.shift) == pytest.approx((1.1, -0.2), abs=1e-8)
    assert abs(plain.slope - 1.1) > 0.02


@pytest.mark.parametrize("model", ["rasch", "1pl", "2pl", "3pl"])
def test_the_covariance_of_a_calibration_has_its_standard_errors(model: Any) -> None:
    rng = np.random.default_rng(1)
    bank = dichotomous(8)
    responses = (rng.random((600, 8)) < bank.probability(rng.normal(size=600))).astype(np.int8)

    fit = calibrate(responses, model)

    errors = np.sqrt(np.einsum("jpjp->jp", parameter_covariance(fit)))
    known = fit.standard_errors
    np.testing.assert_allclose(errors[:, 1], known["difficulty"], rtol=1e-4)
    if "slope" in known:
        np.testing.assert_allclose(errors[:, 0], known["slope"], rtol=1e-4)
    if "guessing" in known:
        np.testing.assert_allclose(errors[:, 2], known["guessing"], rtol=1e-3)
    assert (errors[:, 3] == 0).all()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"method": "equipercentile"}, "no linking is called 'equipercentile'"),
        ({"target": two_parameter(9)}, "banks of 12 and 9 items: say which items are the same"),
        ({"anchors": [(0, 0)]}, "at least two anchors"),
        ({"anchors": [(0, 0), (0, 1)]}, "an item of the source is an anchor twice"),
        ({"anchors": [(0, 0), (1, 12)]}, "the target has the items 0 to 11 only"),
        ({"anchors": [0, 1]}, "anchors must be pairs"),
        ({"target": graded(12)}, "item 0 of the source and item 0 of the target are of different models"),
        ({"covariances": (np.zeros((12, 4)), np.zeros((12, 4)))}, "the covariance of the source must have the shape"),
        ({"covariances": (np.full((12, 4, 12, 4), np.nan),) * 2}, "the covariance of the source is not known"),
    ],
)
def test_what_cannot_be_linked_is_refused(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(LinkingError, match=complaint):
        link_banks(**{"source": two_parameter(), "target": two_parameter()} | change)


def test_graded_items_of_other_categories_are_not_the_same_items() -> None:
    one, other = ItemBank.graded([1.0, 1.0], [[0.0, 1.0], [0.0]]), ItemBank.graded([1.0, 1.0], [[0.0], [0.0, 1.0]])

    with pytest.raises(LinkingError, match="item 0 of the source and item 0 of the target"):
        link_banks(one, other)


def test_items_of_equal_difficulty_have_no_spread_to_compare() -> None:
    bank = ItemBank.dichotomous([1.0, 1.2], [0.5, 0.5])

    with pytest.raises(LinkingError, match="different places of the scale"):
        link_banks(bank, bank, method="mean_sigma")
