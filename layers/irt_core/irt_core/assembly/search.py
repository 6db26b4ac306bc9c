"""The best test that meets a program, and the proof that no test is much better.

Branch and bound over the relaxed program (Land & Doig 1960, Econometrica 28(3), 497-520), the most promising branch
first. What makes it fast enough to be done between two items of a live test:

    the relaxation   is solved in a millisecond (`simplex`), and goes on from its parent's solution in each branch
    exchanges        find a test that is the best, or nearly, at the root already (`swaps`)
    reduced costs    say what is lost by forcing a column to its other bound; a column that would lose more than the
                     relaxed program exceeds the best test by can only stay where it is, and leaves the search

The search ends when what the best open branch is worth exceeds the best test by no more than the tolerance. A bank of
thousands is searched through the columns that matter: the others are left out first, and let in when the prices of the
rows say that one of them could gain.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import count

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.assembly.program import Program
from irt_core.assembly.simplex import DualSimplex, Unsolved
from irt_core.assembly.swaps import nearby_test

_INTEGRAL = 1e-7
_NEARLY = 1e-9
_CANDIDATES = 70  # items that take part in exchanges
_MOST_BRANCHES = 2000
_BRANCHES_BETWEEN_EXCHANGES = 4
_MOST_COLUMNS_AT_ONCE = 2500
_FIRST_COLUMNS, _FIRST_COLUMNS_OF_ROW = 600, 40
_ASSUMED_GAP = 0.02  # between the relaxed program and the best test, as long as no test is known


@dataclass(frozen=True, eq=False)
class BestTest:
    """The chosen `columns` (n_columns,) of zeros and ones, what they are worth, and what no test exceeds."""

    columns: FloatArray
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """How much more, relatively, another test could be worth at most."""
        return max(0.0, self.bound / self.value - 1.0) if self.value > 0 else 0.0


def best_test(
    program: Program, values: FloatArray, low: FloatArray, high: FloatArray, tolerance: float
) -> BestTest | None:
    """The test whose items are worth most, or None when no test meets the program.

    `values` (n_items,) are what items are worth, 0 or more; `low` and `high` (n_columns,) the columns' bounds of 0 and
    1. The test lacks at most the part `tolerance` of what the best is worth. Should the search give up, the general
    solver finishes; it also confirms that there is no test.
    """
    try:
        found = _Search(program, values, low, high, tolerance).run()
    except Unsolved:
        found = None
    return found or _by_general_solver(program, values, low, high, tolerance)


def _by_general_solver(
    program: Program, values: FloatArray, low: FloatArray, high: FloatArray, tolerance: float
) -> BestTest | None:
    from irt_core.assembly.general import MixedProgram, solve

    rows, columns = np.nonzero(program.matrix)
    costs = np.concatenate([values, np.zeros(program.n_columns - values.size)])
    is_whole = np.ones(costs.size, dtype=bool)
    coefficients = program.matrix[rows, columns]
    mixed = MixedProgram(costs, rows, columns, coefficients, program.lower, program.upper, low, high, is_whole)
    found = solve(mixed, tolerance)
    return None if found is None else BestTest(found.columns, found.value, found.bound)


class _Search:
    def __init__(
        self, program: Program, values: FloatArray, low: FloatArray, high: FloatArray, tolerance: float
    ) -> None:
        self._program, self._tolerance = program, tolerance
        self._values = np.concatenate([values, np.zeros(program.n_columns - values.size)])
        self._low, self._high = low, high
        self._best: FloatArray | None = None
        self._best_value = -np.inf
        self._numbers = count()

    def run(self) -> BestTest | None:
        columns = self._first_columns()
        while True:
            relaxed, columns = self._relaxed(columns)
            if relaxed is None:
                return None
            if not self._is_whole(relaxed, columns):
                self._exchange(relaxed, columns)
            left_out = self._left_out(relaxed, columns)
            if left_out.size:
                columns = np.union1d(columns, left_out)
                continue
            bound = self._search(relaxed, columns)
            if self._best is not None and not self._left_out(relaxed, columns).size:
                return BestTest(self._best, self._best_value, max(bound, self._best_value))
            if columns.size == self._program.n_columns:
                return None
            columns = np.arange(self._program.n_columns)

    def _first_columns(self) -> IntArray:
        """All columns of a small bank; of a large one those that must be there and the most valuable of each row."""
        program = self._program
        if program.n_columns <= _MOST_COLUMNS_AT_ONCE:
            return np.arange(program.n_columns)
        is_kept = (self._low > 0) | (np.arange(program.n_columns) >= program.n_items)
        is_kept[np.argpartition(-self._values, _FIRST_COLUMNS)[:_FIRST_COLUMNS]] = True
        for row in np.flatnonzero(program.lower > 0):
            members = np.flatnonzero(program.matrix[row] > 0)
            is_kept[members[np.argsort(-self._values[members], kind="stable")[:_FIRST_COLUMNS_OF_ROW]]] = True
        return np.flatnonzero(is_kept & (self._high > 0))

    def _relaxed(self, columns: IntArray) -> tuple[DualSimplex | None, IntArray]:
        """The relaxed program of the whole bank, solved through as few columns as it takes; None if infeasible."""
        while True:
            relaxed = self._relaxation(columns)
            outcome = relaxed.solve()
            if outcome == "stuck":
                raise Unsolved
            if outcome == "infeasible":
                if columns.size == self._program.n_columns:
                    return None, columns
                columns = np.arange(self._program.n_columns)
                continue
            gain = self._gain(relaxed, columns)
            gaining = np.flatnonzero(gain > _NEARLY)
            if not gaining.size:
                return relaxed, columns
            columns = np.union1d(columns, gaining[np.argsort(-gain[gaining], kind="stable")[:_FIRST_COLUMNS]])

    def _gain(self, relaxed: DualSimplex, columns: IntArray) -> FloatArray:
        """What one unit of each column that was left out would gain at the prices of the rows, −∞ for the others."""
        if columns.size == self._program.n_columns:
            return np.full(columns.size, -np.inf)
        gain = self._values - (relaxed.costs[relaxed.basis] @ relaxed.inverse) @ self._program.matrix
        gain[self._high == 0] = -np.inf
        gain[columns] = -np.inf
        return gain

    def _left_out(self, relaxed: DualSimplex, columns: IntArray) -> IntArray:
        """The columns left out that a test better than the best so far could have."""
        least = self._enough() if self._best is not None else relaxed.value * (1.0 - _ASSUMED_GAP)
        return np.flatnonzero(self._gain(relaxed, columns) > least - relaxed.value)

    def _relaxation(self, columns: IntArray) -> DualSimplex:
        program, n_rows = self._program, len(self._program.names)
        kept = np.concatenate([columns, program.n_columns + np.arange(n_rows)])
        costs = np.concatenate([self._values[columns], np.zeros(n_rows)])
        low = np.concatenate([self._low[columns], program.lower])
        high = np.concatenate([self._high[columns], program.upper])
        return DualSimplex(program.with_activities[:, kept], costs, low, high)

    def _search(self, root: DualSimplex, columns: IntArray) -> float:
        """Go through the branches; what no test exceeds."""
        root, columns = self._fixed(root, columns)
        branches = [(-root.value, next(self._numbers), root)]
        for number in range(_MOST_BRANCHES):
            if not branches or -branches[0][0] <= self._enough():
                return min(root.value, self._enough())
            branch = heapq.heappop(branches)[2]
            for further in self._branch(branch, columns):
                if number % _BRANCHES_BETWEEN_EXCHANGES == 0:
                    self._exchange(further, columns)
                heapq.heappush(branches, (-further.value, next(self._numbers), further))
        raise Unsolved

    def _branch(self, parent: DualSimplex, columns: IntArray) -> list[DualSimplex]:
        """The open branches at the column that the relaxed program is least sure about; sets come before items."""
        self._fix(parent)
        parts = parent.solution[: columns.size]
        doubt = np.minimum(parts, 1.0 - parts)
        if doubt.max() <= _INTEGRAL:
            return []
        of_sets = np.where(columns >= self._program.n_items, doubt, 0.0)
        column = int((of_sets if of_sets.max() > _INTEGRAL else doubt).argmax())
        branches = []
        for value in (0.0, 1.0):
            branch = parent.copy()
            branch.low[column] = branch.high[column] = value
            outcome = branch.solve()
            if outcome == "stuck":
                raise Unsolved
            if outcome == "optimal" and branch.value > self._enough() and not self._is_whole(branch, columns):
                branches.append(branch)
        return branches

    def _is_whole(self, branch: DualSimplex, columns: IntArray) -> bool:
        """Whether the relaxed solution takes every column wholly or not at all: then it is a test."""
        parts = branch.solution[: columns.size]
        if np.minimum(parts, 1.0 - parts).max() > _INTEGRAL:
            return False
        test = np.zeros(self._program.n_columns)
        test[columns] = np.round(parts)
        if not self._program.is_met(test).all():
            raise Unsolved
        self._keep(test)
        return True

    def _exchange(self, relaxed: DualSimplex, columns: IntArray) -> None:
        """Look for a test near a relaxed solution."""
        n = columns.size
        solution = np.zeros(self._program.n_columns)
        solution[columns] = relaxed.solution[:n]
        is_item = columns < self._program.n_items
        loss = np.where(is_item & (relaxed.low[:n] < relaxed.high[:n]), np.abs(relaxed.reduced[:n]), np.inf)
        loss[is_item & (solution[columns] > 1.0 - _INTEGRAL)] = 0.0
        candidates = columns[np.argsort(loss, kind="stable")[:_CANDIDATES]]
        candidates = candidates[candidates < self._program.n_items]
        is_fixed = np.ones(self._program.n_columns, dtype=bool)
        is_fixed[columns] = relaxed.low[:n] >= relaxed.high[:n]
        test = nearby_test(self._program, self._values, solution, candidates, is_fixed)
        if test is not None:
            self._keep(test)

    def _keep(self, test: FloatArray) -> None:
        value = float(self._values @ test)
        if value > self._best_value:
            self._best, self._best_value = test, value

    def _enough(self) -> float:
        """A branch that is worth no more need not be looked into."""
        if self._best is None:
            return -np.inf
        return self._best_value + max(self._tolerance * abs(self._best_value), _NEARLY)

    def _fix(self, branch: DualSimplex) -> None:
        """Fix the columns that could change only in tests that are not wanted."""
        if self._best is not None:
            cannot = branch.value - np.abs(branch.reduced) <= self._enough()
            branch.fix(cannot & ~branch.is_basic & (np.arange(cannot.size) < cannot.size - len(self._program.names)))

    def _fixed(self, root: DualSimplex, columns: IntArray) -> tuple[DualSimplex, IntArray]:
        """The root without the columns that stay out of every test that is wanted."""
        self._fix(root)
        n = columns.size
        is_out = (root.low[:n] == root.high[:n]) & (root.solution[:n] == 0.0) & ~root.is_basic[:n]
        kept = np.flatnonzero(~is_out)
        return root.restricted(np.concatenate([kept, n + np.arange(len(self._program.names))])), columns[kept]
