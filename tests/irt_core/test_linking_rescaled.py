"""Banks on another scale."""

from __future__ import annotations

import numpy as np
import pytest

from irt_core import BankError, ItemBank
from tests.irt_core.linking_samples import KINDS, dichotomous

THETA = np.linspace(-3, 3, 13)


@pytest.mark.parametrize("kind", KINDS)
def test_a_rescaled_bank_has_the_same_curves_at_the_rescaled_abilities(kind: str) -> None:
    bank = KINDS[kind]()

    rescaled = bank.rescaled(1.3, -0.4)

    np.testing.assert_allclose(rescaled.probability(1.3 * THETA - 0.4), bank.probability(THETA), atol=1e-14)
    np.testing.assert_allclose(rescaled.locations, 1.3 * bank.locations - 0.4)
    np.testing.assert_allclose(rescaled.discriminations, bank.discriminations / 1.3)


def test_rescaling_keeps_the_content() -> None:
    bank = dichotomous(4).with_content(["a", "b", "a", "b"], enemies=[[0, 1]])

    assert bank.rescaled(2.0, 1.0).content == bank.content


@pytest.mark.parametrize(("slope", "shift"), [(0.0, 0.0), (-1.0, 0.0), (np.inf, 0.0), (1.0, np.nan)])
def test_a_scale_without_a_direction_is_refused(slope: float, shift: float) -> None:
    with pytest.raises(BankError, match="positive slope and a finite shift"):
        dichotomous().rescaled(slope, shift)


def test_several_abilities_cannot_be_rescaled_by_one_slope() -> None:
    bank = ItemBank.multidimensional(slopes=[[1.0, 0.5], [0.3, 1.2]], intercepts=[0.0, 0.5])

    with pytest.raises(BankError, match="a scale for each ability"):
        bank.rescaled(1.0, 0.0)
