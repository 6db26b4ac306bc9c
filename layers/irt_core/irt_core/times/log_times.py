"""Seconds as the time model wants them: logarithms, and which of them are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import BoolArray, FloatArray
from irt_core.errors import ResponseError


@dataclass(frozen=True, eq=False)
class LogTimes:
    """Log seconds (n_persons, n_items), 0 where there are none, and `given`, 1.0 or 0.0 in the same places."""

    values: FloatArray
    given: FloatArray

    @classmethod
    def of(cls, seconds: ArrayLike, n_items: int | None = None) -> Self:
        """Read the seconds of one person (n_items,) or of many (n_persons, n_items). Raises ResponseError.

        NaN and −1 mean that there is no time.
        """
        try:
            values = np.atleast_2d(np.asarray(seconds, dtype=np.float64))
        except (TypeError, ValueError) as error:
            raise ResponseError("seconds must be numbers, with NaN or -1 where there is no time") from error
        if values.ndim != 2 or (n_items is not None and values.shape[1] != n_items):
            width = "n_items" if n_items is None else n_items
            raise ResponseError(f"seconds must have the shape (n_persons, {width}), not {values.shape}")
        given = ~(np.isnan(values) | (values == -1.0))
        wrong = given & ~((values > 0.0) & (values < np.inf))
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            raise ResponseError(f"{values[row, column]:g} seconds of person {row} on item {column} is no time above 0")
        return cls(np.log(np.where(given, values, 1.0)), given.astype(np.float64))

    @property
    def is_given(self) -> BoolArray:
        """Where there is a time, (n_persons, n_items)."""
        return self.given > 0.0

    def slowness(self, intensity: FloatArray) -> FloatArray:
        """log T − β, how much longer than the average person's median each took; 0 where there is no time."""
        return self.values - self.given * intensity
