"""Mixed-integer linear programs of any kind, by HiGHS (Huangfu & Hall 2018, Math. Programming Computation 10, 119-142).

Fixed forms and panels have thousands of columns and a continuous one; nobody waits for them in the middle of a test.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.errors import AssemblyError


@dataclass(frozen=True, eq=False)
class MixedProgram:
    """maximise costs · x subject to lower ≤ A x ≤ upper and low ≤ x ≤ high, some x whole numbers.

    A is sparse: `values[k]` stands in `rows[k]` and `columns[k]`. The other arrays have the shapes (n_rows,) or
    (n_columns,).
    """

    costs: FloatArray
    rows: IntArray
    columns: IntArray
    values: FloatArray
    lower: FloatArray
    upper: FloatArray
    low: FloatArray
    high: FloatArray
    is_whole: BoolArray


@dataclass(frozen=True, eq=False)
class MixedSolution:
    """The best x that was found, (n_columns,), what it is worth, and what no x is worth more than."""

    columns: FloatArray
    value: float
    bound: float


def solve(program: MixedProgram, gap: float = 0.0, most_nodes: int | None = None) -> MixedSolution | None:
    """The best x within the relative `gap`, or the best that `most_nodes` branches find; None if there is none.

    No time limit: the same program has the same solution, on fast machines and slow ones. Raises AssemblyError when the
    branches end before any x was found.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    shape = (program.lower.size, program.costs.size)
    matrix = csr_array((program.values, (program.rows, program.columns)), shape=shape)
    options = {"mip_rel_gap": gap} | ({} if most_nodes is None else {"node_limit": most_nodes})
    found = milp(
        -program.costs,
        integrality=program.is_whole.astype(np.int64),
        bounds=Bounds(program.low, program.high),
        constraints=LinearConstraint(matrix, program.lower, program.upper),
        options=options,
    )
    if found.x is None:
        if found.status == 2:
            return None
        raise AssemblyError(f"the solver gave up: {found.message}")
    columns = np.where(program.is_whole, np.round(found.x), found.x)
    bound = -found.mip_dual_bound if found.mip_dual_bound is not None else -found.fun
    return MixedSolution(columns, float(program.costs @ columns), max(float(bound), float(program.costs @ columns)))
