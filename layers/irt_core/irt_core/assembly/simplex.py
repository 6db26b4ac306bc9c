"""Linear programs whose variables all have two bounds, by the dual simplex method.

    maximise Σ c y   subject to   [A, −I] y = 0   and   low ≤ y ≤ high

y holds the columns of a program and the activities of its rows. With two finite bounds everywhere, any basis becomes
dual feasible by putting each other variable on the bound that its reduced cost favours: no first phase is needed, and a
program of which some bounds or costs have changed goes on from where it was. A step takes the basic variable that
breaks its bound most, in the metric of the dual steepest edge (Forrest & Goldfarb 1992, Mathematical Programming 57,
341-374), and lets the dual variable grow past all others that would rather change to their other bound (long-step rule:
Maros 2003, *Computational Techniques of the Simplex Method*, ch. 10.2.3). Tests have few rows, so the inverse of the
basis is kept whole.

Whatever rounding does, the bound that comes out is one: for any prices λ of the rows no y can be worth more than
Σ max over its bounds of each reduced cost times y.
"""

from __future__ import annotations

from typing import Literal, Self

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray

Outcome = Literal["optimal", "infeasible", "stuck"]

_FEASIBLE = 1e-9  # by how much a variable may break its bound; rows are scaled to coefficients of at most 1
_SMALLEST_PIVOT = 1e-9
_MOST_STEPS = 500
_STEPS_BETWEEN_INVERSIONS = 60


class Unsolved(Exception):
    """The search has given up: too many branches, or numbers too bad. The general solver must help."""


class DualSimplex:
    """One linear program and where its solution stands. `copy` before changing bounds to keep the old one."""

    def __init__(self, matrix: FloatArray, costs: FloatArray, low: FloatArray, high: FloatArray) -> None:
        """`matrix` is [A, −I] of the shape (m, n + m), the other arrays are (n + m,); the first basis are the rows."""
        self.matrix, self.costs = matrix, costs
        self.low, self.high = low.copy(), high.copy()
        self.basis = np.arange(matrix.shape[1] - matrix.shape[0], matrix.shape[1])
        self._invert()

    def copy(self) -> Self:
        """The same program at the same solution, with bounds of its own."""
        twin = object.__new__(type(self))
        twin.__dict__.update({name: value.copy() for name, value in self.__dict__.items() if name not in _SHARED})
        twin.__dict__.update({name: self.__dict__[name] for name in _SHARED})
        return twin

    def restricted(self, columns: IntArray) -> Self:
        """The same program at the same solution without the columns that are not named: none basic, all at 0."""
        twin = object.__new__(type(self))
        place = np.full(self.costs.size, -1)
        place[columns] = np.arange(columns.size)
        twin.matrix, twin.costs, twin.inverse = self.matrix[:, columns], self.costs[columns], self.inverse.copy()
        twin.basis = place[self.basis]
        twin.low, twin.high, twin.solution = self.low[columns], self.high[columns], self.solution[columns]
        twin.reduced, twin.is_basic = self.reduced[columns], self.is_basic[columns]
        return twin

    @property
    def value(self) -> float:
        """What the present solution is worth."""
        return float(self.costs @ self.solution)

    def bound(self) -> float:
        """What no solution exceeds: a proof by the present prices."""
        reduced = self.costs - (self.costs[self.basis] @ self.inverse) @ self.matrix
        return float(np.maximum(reduced * self.low, reduced * self.high).sum())

    def fix(self, columns: IntArray | BoolArray) -> None:
        """Let the columns, none of them basic, stay where they are for good."""
        self.low[columns] = self.high[columns] = self.solution[columns]

    def solve(self) -> Outcome:
        """Go on to the optimum."""
        for step in range(1, _MOST_STEPS):
            if step % _STEPS_BETWEEN_INVERSIONS == 0:
                self._invert()
            outcome = self._step()
            if outcome is not None:
                return outcome
        return "stuck"

    def _invert(self) -> None:
        self.inverse = np.linalg.inv(self.matrix[:, self.basis])
        self.is_basic = np.zeros(self.matrix.shape[1], dtype=bool)
        self.is_basic[self.basis] = True
        self.reduced = self.costs - (self.costs[self.basis] @ self.inverse) @ self.matrix
        self.reduced[self.basis] = 0.0
        self.solution = np.where(self.reduced > 0, self.high, self.low)
        self.solution[self.basis] = 0.0
        self.solution[self.basis] = -(self.inverse @ (self.matrix @ self.solution))

    def _step(self) -> Outcome | None:
        """One exchange of a basic variable; the outcome when there is none to make."""
        basic = self.solution[self.basis]
        above, below = basic - self.high[self.basis], self.low[self.basis] - basic
        broken = np.maximum(above, below)
        score = np.where(broken > _FEASIBLE, broken * broken / np.vecdot(self.inverse, self.inverse), 0.0)
        row = int(score.argmax())
        if score[row] <= 0.0:
            return "optimal"
        leaves_at_high = bool(above[row] > below[row])
        slopes = self.inverse[row] @ self.matrix
        passed, entering = self._ratio_test(slopes if leaves_at_high else -slopes, float(broken[row]))
        if entering < 0:
            return "infeasible"
        if abs(slopes[entering]) < _SMALLEST_PIVOT:
            return "stuck"
        self._flip(passed)
        self._exchange(row, entering, leaves_at_high, slopes)
        return None

    def _ratio_test(self, slopes: FloatArray, broken: float) -> tuple[IntArray, int]:
        """The variables that change to their other bounds, and the one that enters the basis, −1 if there is none."""
        is_high = self.solution >= self.high
        can_stop = np.where(is_high, slopes < -_SMALLEST_PIVOT, slopes > _SMALLEST_PIVOT)
        can_stop &= ~self.is_basic & (self.high > self.low)
        candidates = np.flatnonzero(can_stop)
        steepness = np.abs(slopes[candidates])
        order = (np.abs(self.reduced[candidates]) / steepness).argsort(kind="stable")
        relief = (steepness * (self.high - self.low)[candidates])[order].cumsum()
        last = int(relief.searchsorted(broken - _FEASIBLE))
        if last >= order.size:
            return candidates, -1
        return candidates[order[:last]], int(candidates[order[last]])

    def _flip(self, columns: IntArray) -> None:
        """Move variables that are not basic to their other bounds."""
        if columns.size:
            low, high = self.low[columns], self.high[columns]
            other = np.where(self.solution[columns] >= high, low, high)
            moved = other - self.solution[columns]
            self.solution[columns] = other
            self.solution[self.basis] -= self.inverse @ (self.matrix[:, columns] @ moved)

    def _exchange(self, row: int, entering: int, leaves_at_high: bool, slopes: FloatArray) -> None:
        leaving = self.basis[row]
        end = (self.high if leaves_at_high else self.low)[leaving]
        direction = self.inverse @ self.matrix[:, entering]
        length = (self.solution[leaving] - end) / direction[row]
        self.solution[self.basis] -= direction * length
        self.solution[entering] += length
        self.solution[leaving] = end
        self.reduced -= self.reduced[entering] / slopes[entering] * slopes
        pivot_row = self.inverse[row] / direction[row]
        direction[row] = 0.0
        self.inverse -= direction[:, None] * pivot_row
        self.inverse[row] = pivot_row
        self.is_basic[leaving], self.is_basic[entering] = False, True
        self.basis[row] = entering
        self.reduced[self.basis] = 0.0


_SHARED = ("matrix", "costs")
