"""A good test near the solution of the relaxed program, by exchanging one item at a time.

The relaxed program takes most items wholly or not at all and a few of them in part. Rounded to as many items as the
test has, its solution breaks a constraint or two by little; the exchanges that gain most, a broken constraint counting
against them, soon lead to a test that keeps them all and is worth nearly as much. Only the few dozen items that the
relaxed program is least sure about take part.
"""

from __future__ import annotations

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.assembly.program import Program

_MOST_EXCHANGES = 60
_PENALTY = 10.0  # per unit of a broken row, in the largest value of an item
_NEARLY = 1e-9


def nearby_test(
    program: Program, values: FloatArray, relaxed: FloatArray, candidates: IntArray, is_fixed: BoolArray
) -> FloatArray | None:
    """A choice of columns (n_columns,) that meets the program, or None when exchanges find none.

    `values` and `relaxed`, the solution of the relaxed program, are (n_columns,); `candidates` are the items that may
    come or go, as far as they are not fixed.
    """
    n_items = program.n_items
    columns = np.round(relaxed)
    columns[:n_items] = 0.0
    columns[np.argsort(-relaxed[:n_items], kind="stable")[: program.length]] = 1.0
    penalty = _PENALTY * float(np.abs(values).max(initial=0.0))
    activity = program.matrix @ columns
    open_items = candidates[~is_fixed[candidates]]
    for _ in range(_MOST_EXCHANGES):
        inside, outside = open_items[columns[open_items] == 1.0], open_items[columns[open_items] == 0.0]
        if not inside.size or not outside.size:
            break
        without = activity[:, None] - program.matrix[:, inside]
        after = without[:, :, None] + program.matrix[:, None, outside]
        merit = values[outside] - values[inside][:, None] - penalty * _broken(program, after)
        place = int(merit.argmax())
        if merit.ravel()[place] <= _NEARLY - penalty * float(_broken(program, activity)):
            break
        leaves, enters = inside[place // outside.size], outside[place % outside.size]
        columns[leaves], columns[enters] = 0.0, 1.0
        activity += program.matrix[:, enters] - program.matrix[:, leaves]
    return columns if program.is_met(columns).all() else None


def _broken(program: Program, activity: FloatArray) -> FloatArray:
    """By how much the rows are broken together; `activity` has the shape (n_rows, ...)."""
    shape = (-1, *(1,) * (activity.ndim - 1))
    above = activity - (program.upper + _NEARLY).reshape(shape)
    below = (program.lower - _NEARLY).reshape(shape) - activity
    np.maximum(above, below, out=above)
    np.maximum(above, 0.0, out=above)
    broken: FloatArray = above.sum(axis=0)
    return broken
