"""Parameters that come as one row for each item, as long as the item has categories or thresholds.

A caller writes them as a list of lists or as an array whose short rows end in NaN; banks hold them the second way.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import BoolArray, FloatArray, IntArray, frozen
from irt_core.errors import BankError

Rows = ArrayLike | Sequence[ArrayLike]
"""A row of numbers for each item: an array (n_items, longest) padded with NaN, or rows of different lengths."""


def padded_rows(name: str, values: Rows) -> FloatArray:
    """The rows as (n_items, longest), padded with NaN. Raises BankError."""
    padded = _as_matrix(name, values)
    if not len(padded):
        raise BankError("a bank holds at least one item")
    lengths = row_lengths(padded)
    is_after_the_end = np.arange(padded.shape[1]) >= lengths[:, None]
    refuse_items(
        f"{name} of item {{}} must be finite numbers, NaN only after the last", _unlike(padded, is_after_the_end)
    )
    return frozen(padded[:, : lengths.max()])


def row_lengths(padded: FloatArray) -> IntArray:
    """How many numbers each row has, shape (n_items,)."""
    return np.asarray(np.count_nonzero(~np.isnan(padded), axis=1), dtype=np.int64)


def ragged_lists(padded: FloatArray) -> list[list[float]]:
    """The rows as lists without their padding."""
    return [row[:length] for row, length in zip(padded.tolist(), row_lengths(padded).tolist(), strict=True)]


def refuse_items(message: str, is_wrong: BoolArray | np.bool_) -> None:
    """Raise BankError with the number of the first item that is wrong, (n_items,), in the braces of the message."""
    if is_wrong.any():
        raise BankError(message.format(int(is_wrong.argmax())))


def _as_matrix(name: str, values: Rows) -> FloatArray:
    try:
        if isinstance(values, np.ndarray) and values.ndim == 2:
            return values.astype(np.float64)
        rows = [np.asarray(row, dtype=np.float64) for row in values]  # type: ignore[union-attr]
    except (TypeError, ValueError) as error:
        raise BankError(f"{name} must be a list of numbers for each item") from error
    if any(row.ndim != 1 for row in rows):
        raise BankError(f"{name} must be a list of numbers for each item")
    padded = np.full((len(rows), max((row.size for row in rows), default=0)), np.nan)
    for item, row in enumerate(rows):
        padded[item, : row.size] = row
    return padded


def _unlike(padded: FloatArray, is_after_the_end: BoolArray) -> BoolArray:
    """Whose numbers are infinite or have a gap among them, shape (n_items,)."""
    is_wrong: BoolArray = (np.isinf(padded) | (np.isnan(padded) != is_after_the_end)).any(axis=1)
    return is_wrong
