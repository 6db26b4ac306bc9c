"""Items whose categories compete: the generalised partial credit and the nominal model.

Both are divide-by-total models (Thissen & Steinberg 1986, Psychometrika 51(4), 567-577): with u_c the slope and v_c the
intercept of category c, and the moments of u over the categories at θ,

    P_c       = exp(u_c θ + v_c) / Σ_k exp(u_k θ + v_k)
    P'_c/P_c  = u_c − ū                     ū = Σ P_c u_c
    P''_c/P_c = (u_c − ū)² − V              V = Σ P_c (u_c − ū)², which is the information
    J         = Σ P_c (u_c − ū)³ = V'       so that Warm's weight is the square root of the information

Generalised partial credit (Muraki 1992, APM 16(2), 159-176): u_c = a c, v_c = −a (b_1 + … + b_c), so that adjacent
categories are equally likely at their threshold b_c; with a = 1 the partial credit model (Masters 1982, Psychometrika
47(2), 149-174). Nominal (Bock 1972, Psychometrika 37(1), 29-51): u and v as they are; adding a constant to all slopes
or to all intercepts of an item changes nothing.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from irt_core.arrays import FloatArray, IntArray, frozen
from irt_core.errors import BankError
from irt_core.models.category_rows import Rows, padded_rows, ragged_lists, refuse_items, row_lengths
from irt_core.models.content import ItemContent
from irt_core.models.polytomous import CategoryCurves, PolytomousBank, over_categories
from irt_core.models.thresholds import ThresholdBank


class _Kernel(NamedTuple):
    """u and v, shape (n_categories, n_items) each; u = 0 and v = −∞ for a category that an item has not."""

    slope: FloatArray
    intercept: FloatArray

    @classmethod
    def of(cls, slopes: FloatArray, intercepts: FloatArray) -> Self:
        """From rows (n_items, n_categories) padded with NaN."""
        is_there = ~np.isnan(slopes)
        return cls(frozen(np.where(is_there, slopes, 0.0).T), frozen(np.where(is_there, intercepts, -np.inf).T))


class DivideByTotalBank(PolytomousBank):
    """A bank whose probabilities follow from a slope and an intercept of each category."""

    @property
    @abstractmethod
    def _kernel(self) -> _Kernel:
        """The slopes and intercepts of the categories."""

    def _log_probability(self, theta: FloatArray, items: IntArray) -> FloatArray:
        logits = self._kernel.slope.take(items, axis=1) * theta
        logits += self._kernel.intercept.take(items, axis=1)
        logits -= logits.max(axis=0)
        logits -= np.log(over_categories(np.exp(logits)))
        return logits

    def _curves(self, theta: FloatArray, items: IntArray) -> CategoryCurves:
        slope = self._kernel.slope.take(items, axis=1)
        logits = slope * theta
        logits += self._kernel.intercept.take(items, axis=1)
        logits -= logits.max(axis=0)
        probability = np.exp(logits, out=logits)
        probability /= over_categories(probability)
        gradient = slope - over_categories(probability * slope)
        square = gradient * gradient
        return CategoryCurves(probability, gradient, square - over_categories(probability * square))


class PartialCreditBank(DivideByTotalBank, ThresholdBank):
    """Generalised partial credit items: thresholds in any order."""

    kind: ClassVar[str] = "generalized_partial_credit"

    @cached_property
    def _kernel(self) -> _Kernel:
        a, lowest = self.discrimination[:, None], np.zeros((self.n_items, 1))
        intercepts = np.hstack([lowest, -a * np.cumsum(self.thresholds, axis=1)])
        slopes = np.where(np.isnan(intercepts), np.nan, a * np.arange(self.n_categories))
        return _Kernel.of(slopes, intercepts)


@dataclass(frozen=True, eq=False)
class NominalBank(DivideByTotalBank):
    """`slopes` and `intercepts` (n_items, n_categories) padded with NaN."""

    kind: ClassVar[str] = "nominal"
    slopes: FloatArray
    intercepts: FloatArray
    content: ItemContent = field(repr=False)

    @classmethod
    def of(cls, slopes: Rows, intercepts: Rows) -> Self:
        """A bank whose parameters have been checked. Raises BankError."""
        u, v = padded_rows("slopes", slopes), padded_rows("intercepts", intercepts)
        if len(u) != len(v):
            raise BankError(f"intercepts has {len(v)} rows for {len(u)} items")
        refuse_items("item {} must have as many intercepts as slopes", row_lengths(u) != row_lengths(v))
        refuse_items("item {} must have at least 2 categories", row_lengths(u) < 2)
        refuse_items("slopes of item {} must not all be equal", np.nanmax(u, axis=1) == np.nanmin(u, axis=1))
        return cls(u, v, ItemContent(len(u)))

    @property
    def n_items(self) -> int:
        """How many items there are."""
        return len(self.slopes)

    @cached_property
    def category_counts(self) -> IntArray:
        """How many categories each item has, shape (n_items,)."""
        return row_lengths(self.slopes)

    @cached_property
    def discriminations(self) -> FloatArray:
        """The range of each item's slopes over the number of steps: a of a partial credit item written as nominal."""
        lowest, highest = self._extremes(self.slopes)
        return frozen((highest - lowest) / (self.category_counts - 1))

    @cached_property
    def locations(self) -> FloatArray:
        """Where the categories of the lowest and the highest slope are equally likely: the mean of the thresholds when
        the item is a partial credit item."""
        (low_slope, high_slope), (low, high) = self._extremes(self.slopes), self._extremes(self.intercepts)
        return frozen((low - high) / (high_slope - low_slope))

    def _extremes(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        """A parameter of the categories with the lowest and the highest slope, each of shape (n_items,)."""
        rows = np.arange(self.n_items)
        return parameters[rows, np.nanargmin(self.slopes, axis=1)], parameters[rows, np.nanargmax(self.slopes, axis=1)]

    @cached_property
    def _kernel(self) -> _Kernel:
        return _Kernel.of(self.slopes, self.intercepts)

    def _parameters(self) -> dict[str, Any]:
        return {"slopes": ragged_lists(self.slopes), "intercepts": ragged_lists(self.intercepts)}

    @classmethod
    def _from_parameters(cls, arrays: Mapping[str, Any]) -> Self:
        if "slopes" not in arrays or "intercepts" not in arrays:
            raise BankError("a nominal bank needs slopes and intercepts")
        return cls.of(arrays["slopes"], arrays["intercepts"])

    def _take(self, items: IntArray) -> Self:
        return type(self).of(self.slopes[items], self.intercepts[items])

    def _rescale(self, slope: float, shift: float) -> Self:
        return type(self).of(self.slopes / slope, self.intercepts - self.slopes * (shift / slope))

    def _with_content(self, content: ItemContent) -> Self:
        return replace(self, content=content)
