"""Results as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LONGEST = 60  # rows of a table that are shown


def text_table(columns: Mapping[str, NDArray[Any]]) -> str:
    """Columns of equal length under their names, numbers with three decimals; a long table is cut."""
    cells = {name: [_cell(value) for value in values[:_LONGEST]] for name, values in columns.items()}
    widths = {name: max(len(name), *map(len, texts), 1) if texts else len(name) for name, texts in cells.items()}
    lines = ["  ".join(name.rjust(widths[name]) for name in cells)]
    lines += [
        "  ".join(text.rjust(width) for text, width in zip(row, widths.values(), strict=True))
        for row in zip(*cells.values(), strict=True)
    ]
    n_rows = len(next(iter(columns.values())))
    return "\n".join([*lines, *([f"… {n_rows - _LONGEST} more rows"] if n_rows > _LONGEST else [])])


def _cell(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "*" if value else ""
    if isinstance(value, (int, np.integer)) or float(value).is_integer():
        return f"{int(value)}"
    return f"{value:.3f}"
