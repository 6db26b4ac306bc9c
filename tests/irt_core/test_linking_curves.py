"""What linking knows of an item: finite differences for every model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from irt_core import ItemBank, LinkingError
from irt_core.linking.curves import curves_of
from irt_core.linking.item_curves import ItemCurves
from tests.irt_core.linking_samples import KINDS, with_value

THETA = np.linspace(-2.5, 2.5, 7)
STEP = 1e-6


def slope_of(function: Any, at: float) -> Any:
    return (function(at + STEP) - function(at - STEP)) / (2 * STEP)


@pytest.mark.parametrize("kind", ["dichotomous", "graded", "partial credit", "nominal"])
def test_the_derivatives_by_the_parameters_are_those_of_the_curves(kind: str) -> None:
    bank = KINDS[kind]()
    curves = curves_of(bank)

    found = curves.by_parameter(THETA)

    for item, place in np.argwhere(curves.is_free)[::3].tolist():

        def moved(change: float, item: int = item, place: int = place) -> Any:
            return curves_of(with_value(bank, item, place, change)).probability(THETA)

        expected = slope_of(moved, 0.0)
        np.testing.assert_allclose(found[..., place][:, item], expected[:, item], atol=1e-8)
        assert np.abs(np.delete(expected, item, axis=1)).max() == 0.0
    assert np.abs(found.sum(axis=2)).max() < 1e-12


def test_a_parameter_that_an_item_lacks_changes_nothing() -> None:
    curves = curves_of(ItemBank.graded([1.0, 1.2], [[0.0], [-1.0, 1.0]]))

    assert curves.is_free.tolist() == [[True, True, False], [True, True, True]]
    assert np.abs(curves.by_parameter(THETA)[:, 0, :, 2]).max() == 0.0


@pytest.mark.parametrize("kind", KINDS)
def test_the_derivative_by_ability_is_that_of_the_curves(kind: str) -> None:
    curves = curves_of(KINDS[kind]())

    expected = (curves.probability(THETA + STEP) - curves.probability(THETA - STEP)) / (2 * STEP)

    np.testing.assert_allclose(curves.by_theta(THETA), expected, atol=1e-8)


@pytest.mark.parametrize("kind", KINDS)
def test_parameters_move_as_the_bank_is_rescaled(kind: str) -> None:
    bank = KINDS[kind]()
    curves: ItemCurves = curves_of(bank)

    moved = curves.moved(1.3, -0.4)

    np.testing.assert_allclose(moved.values, curves_of(bank.rescaled(1.3, -0.4)).values, atol=1e-14)
    np.testing.assert_allclose(
        moved.by_slope, slope_of(lambda slope: curves.moved(slope, -0.4).values, 1.3), rtol=1e-6, atol=1e-8
    )
    np.testing.assert_allclose(
        moved.by_shift, slope_of(lambda shift: curves.moved(1.3, shift).values, -0.4), rtol=1e-6, atol=1e-8
    )


@pytest.mark.parametrize("kind", ["dichotomous", "graded", "partial credit", "nominal"])
def test_moved_parameters_follow_the_original_ones(kind: str) -> None:
    bank = KINDS[kind](3)
    curves = curves_of(bank)

    moved = curves.moved(1.3, -0.4)

    for item, place in np.argwhere(curves.is_free).tolist():

        def values(change: float, item: int = item, place: int = place) -> Any:
            return curves_of(with_value(bank, item, place, change)).moved(1.3, -0.4).values[item]

        np.testing.assert_allclose(moved.by_value[item, :, place], slope_of(values, 0.0), atol=1e-8)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["discriminations", "locations"])
def test_summaries_have_the_derivatives_of_their_numbers(kind: str, name: str) -> None:
    """By way of another scale, which changes all parameters at once in a known direction."""
    bank = KINDS[kind]()
    curves = curves_of(bank)
    summary, moved = getattr(curves, name), curves.moved(1.0, 0.0)

    for direction, rescaled in (
        (moved.by_slope, lambda step: bank.rescaled(1.0 + step, 0.0)),
        (moved.by_shift, lambda step: bank.rescaled(1.0, step)),
    ):
        found = np.einsum("np,np->n", summary.by_value, direction[summary.items])
        expected = slope_of(lambda step, there=rescaled: getattr(curves_of(there(step)), name).values, 0.0)
        np.testing.assert_allclose(found, expected, atol=1e-7)


def test_several_abilities_have_no_one_scale() -> None:
    bank = ItemBank.multidimensional(slopes=[[1.0, 0.5], [0.3, 1.2]], intercepts=[0.0, 0.5])

    with pytest.raises(LinkingError, match="a multidimensional bank cannot be linked"):
        curves_of(bank)
