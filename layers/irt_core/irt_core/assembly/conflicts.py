"""Which constraints conflict, when no test meets them all.

Constraints are left out one after the other; one without which there is still no test stays out, the others are needed
for the conflict (the deletion filter of Chinneck & Dravnieks 1991, ORSA Journal on Computing 3(2), 157-168). What is
left cannot be kept together, but any part of it can.
"""

from __future__ import annotations

import numpy as np

from irt_core.arrays import BoolArray
from irt_core.assembly.general import MixedProgram, solve
from irt_core.assembly.program import Program

INCLUDED = "items that must be in the test"
EXCLUDED = "items that must not be in the test"


def conflict_of(program: Program) -> tuple[str, ...]:
    """The names of constraints that cannot all be kept, though any part of them can; none if there is a test."""
    names = [*dict.fromkeys(program.names)]
    names += [INCLUDED] if program.column_lower.any() else []
    names += [EXCLUDED] if (program.column_upper == 0).any() else []
    needed = list(names)
    if _is_feasible(program, needed):
        return ()
    for name in names:
        without = [other for other in needed if other != name]
        if not _is_feasible(program, without):
            needed = without
    return tuple(needed)


def _is_feasible(program: Program, names: list[str]) -> bool:
    """Whether a test keeps the constraints of these names."""
    is_asked: BoolArray = np.isin(program.names, names)
    matrix = program.matrix[is_asked]
    rows, columns = np.nonzero(matrix)
    n = program.n_columns
    mixed = MixedProgram(
        costs=np.zeros(n),
        rows=rows,
        columns=columns,
        values=matrix[rows, columns],
        lower=program.lower[is_asked],
        upper=program.upper[is_asked],
        low=program.column_lower if INCLUDED in names else np.zeros(n),
        high=program.column_upper if EXCLUDED in names else np.ones(n),
        is_whole=np.ones(n, dtype=bool),
    )
    return solve(mixed) is not None
