"""An item as a function of its parameters: curves, derivatives, and what another scale does to the parameters.

On the scale θ* = A θ + B discriminations and thresholds become

    a* = a / A,  b* = A b + B                    dichotomous, graded and partial credit items; asymptotes stay
    u* = u / A,  v* = v − u B / A                slopes and intercepts of nominal items

so that P(θ*; parameters*) = P(θ; parameters). The derivative by θ follows from that by the parameters: to move θ is to
move the item the other way, P' = −Σ ∂P/∂parameter · ∂parameter*/∂B.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.models.bank import ItemBank


class Moved(NamedTuple):
    """Parameters on another scale, with derivatives; m parameters an item, 0 where an item has fewer."""

    values: FloatArray
    """(n_items, m)"""
    by_slope: FloatArray
    """∂ / ∂A, (n_items, m)"""
    by_shift: FloatArray
    """∂ / ∂B, (n_items, m)"""
    by_value: FloatArray
    """∂ parameter*_p / ∂ parameter_q, (n_items, m, m)"""


class Summary(NamedTuple):
    """Numbers that the methods of moments average, with their derivatives by the parameters of the items."""

    values: FloatArray
    """(n,)"""
    items: IntArray
    """Whose they are, (n,)"""
    by_value: FloatArray
    """(n, m)"""


class ItemCurves(ABC):
    """The items of a bank. `values` (n_items, m) are their parameters in the order of `names`, 0 where one is lacking.

    `is_free` (n_items, m) says which of them an item has and could change alone.
    """

    bank: ItemBank
    names: tuple[str, ...]
    values: FloatArray
    is_free: BoolArray

    def probability(self, theta: FloatArray) -> FloatArray:
        """P(category | θ), shape (n_theta, n_items, n_categories), of right or wrong items too."""
        probability = self.bank.probability(theta)
        return np.stack([1.0 - probability, probability], axis=2) if probability.ndim == 2 else probability

    @abstractmethod
    def by_parameter(self, theta: FloatArray) -> FloatArray:
        """∂P / ∂ parameter, shape (n_theta, n_items, n_categories, m)."""

    def by_theta(self, theta: FloatArray) -> FloatArray:
        """∂P / ∂θ, shape (n_theta, n_items, n_categories)."""
        here = self.moved(1.0, 0.0).by_shift
        slope: FloatArray = -np.einsum("tjcp,jp->tjc", self.by_parameter(theta), here, optimize=True)
        return slope

    @abstractmethod
    def moved(self, slope: float, shift: float) -> Moved:
        """The parameters on the scale θ* = slope θ + shift."""

    @property
    @abstractmethod
    def discriminations(self) -> Summary:
        """One discrimination of each item."""

    @property
    @abstractmethod
    def locations(self) -> Summary:
        """Every difficulty or threshold; of a nominal item the one location that its bank gives it."""


def through_softmax(probability: FloatArray, logits: FloatArray) -> FloatArray:
    """∂P of categories whose logits have the derivatives (n_theta, n_items, n_categories, m): P (l' − Σ P l')."""
    mean = np.einsum("tjc,tjcp->tjp", probability, logits)
    slopes: FloatArray = probability[..., None] * (logits - mean[:, :, None, :])
    return slopes


def sigmoid(x: FloatArray) -> FloatArray:
    return 1.0 / (1.0 + np.exp(-np.clip(x, -500.0, 500.0)))
