"""Several tests as one program: each with constraints of its own, bound together by the items they share."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.assembly.general import MixedProgram
from irt_core.assembly.program import Program


class JointProgram:
    """A mixed program under construction. Columns and rows are added, never changed."""

    def __init__(self) -> None:
        self._entries: list[tuple[IntArray, IntArray, FloatArray]] = []
        self._bounds: list[tuple[FloatArray, FloatArray]] = []
        self._columns: list[tuple[FloatArray, FloatArray, FloatArray, BoolArray]] = []
        self._n_rows = self._n_columns = 0

    def add_columns(self, low: ArrayLike, high: ArrayLike, cost: float = 0.0, is_whole: bool = True) -> IntArray:
        """New columns between `low` and `high` (n,), and where they are."""
        low, high = np.atleast_1d(np.asarray(low, dtype=float)), np.atleast_1d(np.asarray(high, dtype=float))
        self._columns.append((low, high, np.full(low.size, cost), np.full(low.size, is_whole)))
        self._n_columns += low.size
        return np.arange(self._n_columns - low.size, self._n_columns)

    def add_rows(self, columns: IntArray, matrix: FloatArray, lower: ArrayLike, upper: ArrayLike) -> None:
        """New rows lower ≤ matrix · columns ≤ upper; `matrix` has the shape (n_rows, len(columns))."""
        rows, places = np.nonzero(matrix)
        self._entries.append((rows + self._n_rows, columns[places], matrix[rows, places]))
        n_rows = len(matrix)
        self._bounds.append((np.broadcast_to(lower, n_rows), np.broadcast_to(upper, n_rows)))
        self._n_rows += n_rows

    def add_test(self, program: Program) -> IntArray:
        """The columns and rows of a test: where its columns are."""
        columns = self.add_columns(program.column_lower, program.column_upper)
        self.add_rows(columns, program.matrix, program.lower, program.upper)
        return columns

    def add_shadow(self, program: Program, n_tests: int) -> IntArray:
        """The columns and rows of what `n_tests` tests will need, as one test as long as all of them.

        It is made of parts of items: so it is solved at once, and needs no more of anything than those tests.
        """
        low, high = n_tests * program.column_lower, n_tests * program.column_upper
        columns = self.add_columns(low, high, is_whole=False)
        self.add_rows(columns, program.matrix, n_tests * program.lower, n_tests * program.upper)
        return columns

    def add_most_uses(self, tests: Iterable[IntArray], most_uses: ArrayLike, n_items: int) -> None:
        """Each of the first `n_items` columns of the tests is used so often in all of them, at most: (n_items,) or one.

        The tests are given by their columns.
        """
        uses = np.array([columns[:n_items] for columns in tests])
        rows = np.broadcast_to(np.arange(n_items), uses.shape)
        self._entries.append((rows.ravel() + self._n_rows, uses.ravel(), np.ones(uses.size)))
        self._bounds.append((np.full(n_items, -np.inf), np.broadcast_to(np.asarray(most_uses, dtype=float), n_items)))
        self._n_rows += n_items

    def build(self) -> MixedProgram:
        """The program as the solver wants it."""
        rows, columns, values = (np.concatenate(parts) for parts in zip(*self._entries, strict=True))
        lower, upper = (np.concatenate(parts) for parts in zip(*self._bounds, strict=True))
        low, high, costs, is_whole = (np.concatenate(parts) for parts in zip(*self._columns, strict=True))
        return MixedProgram(costs, rows, columns, values, lower, upper, low, high, is_whole)
