"""Results as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LONGEST = 60  # rows of a table that are shown


def text_table(columns: Mapping[str, NDArray[Any]]) -> str:
    """Columns of equal length under their names, whole numbers as such and others with three decimals.

    A long table is cut.
    """
    cells = [[name, *_cells(values)] for name, values in columns.items()]
    widths = [max(map(len, column)) for column in cells]
    rows = zip(*cells, strict=True)
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    n_more = len(next(iter(columns.values()))) - _LONGEST
    return "\n".join([*lines, *([f"… {n_more} more rows"] if n_more > 0 else [])])


def _cells(values: NDArray[Any]) -> list[str]:
    numbers = np.asarray(values, dtype=float)
    numbers = numbers[np.isfinite(numbers)]
    decimals = 0 if (numbers == np.floor(numbers)).all() else 3
    return [f"{value:.{decimals}f}" for value in values[:_LONGEST].tolist()]
