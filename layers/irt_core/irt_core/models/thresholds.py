"""Items described by one discrimination and the thresholds between their categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray, IntArray, frozen, parameter
from irt_core.errors import BankError
from irt_core.models.category_rows import Rows, padded_rows, ragged_lists, refuse_items, row_lengths
from irt_core.models.content import ItemContent
from irt_core.models.polytomous import PolytomousBank


@dataclass(frozen=True, eq=False)
class ThresholdBank(PolytomousBank):
    """`discrimination` (n_items,) in the logistic metric, `thresholds` (n_items, n_categories − 1) padded with NaN."""

    discrimination: FloatArray
    thresholds: FloatArray
    content: ItemContent = field(repr=False)

    @classmethod
    def of(cls, discrimination: ArrayLike, thresholds: Rows, D: float = 1.0) -> Self:
        """A bank whose parameters have been checked. Raises BankError."""
        b = padded_rows("thresholds", thresholds)
        a = frozen(D * parameter("discrimination", discrimination, len(b)))
        refuse_items("item {} must have at least 2 categories, one threshold", row_lengths(b) < 1)
        refuse_items("discrimination of item {} must be above 0", a <= 0)
        cls._check_thresholds(b)
        return cls(a, b, ItemContent(len(b)))

    @classmethod
    def _check_thresholds(cls, thresholds: FloatArray) -> None:
        """Raise BankError when the model does not admit them."""

    @property
    def n_items(self) -> int:
        """How many items there are."""
        return int(self.discrimination.size)

    @cached_property
    def category_counts(self) -> IntArray:
        """How many categories each item has, shape (n_items,)."""
        return row_lengths(self.thresholds) + 1

    @property
    def discriminations(self) -> FloatArray:
        """The slopes a."""
        return self.discrimination

    @cached_property
    def locations(self) -> FloatArray:
        """The mean of each item's thresholds."""
        return frozen(np.nanmean(self.thresholds, axis=1))

    def _parameters(self) -> dict[str, Any]:
        return {"discrimination": self.discrimination.tolist(), "thresholds": ragged_lists(self.thresholds)}

    @classmethod
    def _from_parameters(cls, arrays: Mapping[str, Any]) -> Self:
        if "discrimination" not in arrays or "thresholds" not in arrays:
            raise BankError(f"a {cls.kind} bank needs discrimination and thresholds")
        return cls.of(arrays["discrimination"], arrays["thresholds"])

    def _take(self, items: IntArray) -> Self:
        return type(self).of(self.discrimination[items], self.thresholds[items])

    def _rescale(self, slope: float, shift: float) -> Self:
        return type(self).of(self.discrimination / slope, slope * self.thresholds + shift)

    def _with_content(self, content: ItemContent) -> Self:
        return replace(self, content=content)
