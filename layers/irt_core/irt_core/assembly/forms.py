"""Fixed forms: one best test, or several parallel ones, under the constraints of a whole test.

    simultaneous   all forms in one program: the best there are, for a few forms
    sequential     one form after the other, each together with what the forms after it will need: a test as long as
                   all of those, made of parts of items (the big shadow test of van der Linden & Adema 1998, Journal of
                   Educational Measurement 35(3), 185-198); so the last form is not left with the dregs

The program is solved by HiGHS until the objective can be better by no more than the `gap`: a part of the information
that is maximised, or of the target.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from irt_core.adaptive.constraints import Constraints
from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.assembly.conflicts import conflict_of
from irt_core.assembly.general import MixedSolution, solve
from irt_core.assembly.joint import JointProgram
from irt_core.assembly.objective import MaximumInformation, Objective, TargetInformation, information_at
from irt_core.assembly.presentation import in_order
from irt_core.assembly.program import Program
from irt_core.errors import AssemblyError, InfeasibleTest
from irt_core.models.bank import ItemBank

Method = Literal["simultaneous", "sequential"]


@dataclass(frozen=True)
class Form:
    """The items of one form in the order in which they are given, and its information at the objective's θ."""

    items: tuple[int, ...]
    information: tuple[float, ...]


@dataclass(frozen=True)
class AssembledForms:
    """The forms; `value` is what the objective came to, and no forms can bring it past `bound`.

    With `MaximumInformation` the value is the smallest information over weight, with `TargetInformation` the largest
    weighted distance from the target, of all forms together. Forms assembled one after the other have no common bound:
    it is None.
    """

    forms: tuple[Form, ...]
    value: float
    bound: float | None

    def to_dict(self) -> dict[str, Any]:
        """The forms as plain JSON."""
        forms = [{"items": list(form.items), "information": list(form.information)} for form in self.forms]
        return {"forms": forms, "value": self.value, "bound": self.bound}


def assemble_forms(
    bank: ItemBank,
    constraints: Constraints,
    objective: Objective,
    n_forms: int = 1,
    *,
    most_uses: int = 1,
    method: Method = "simultaneous",
    gap: float = 0.01,
) -> AssembledForms:
    """Assemble `n_forms` tests of `constraints.length` items that each meet the constraints.

    No item is in more than `most_uses` forms, but those that the specification includes are in all of them (anchors).
    Raises InfeasibleTest with the constraints that conflict when not even one form can be made, AssemblyError when the
    bank does not suffice for all of them, SelectionError or DesignError for constraints that make no sense.
    """
    if n_forms < 1 or most_uses < 1:
        raise AssemblyError("there must be at least one form, and an item must be allowed in at least one")
    program = constraints.program(bank)
    information = information_at(bank, objective.theta)
    task = _Task(program, information, objective, most_uses, gap)
    if method == "simultaneous":
        columns, bound = task.simultaneous(n_forms)
    elif method == "sequential":
        columns, bound = task.sequential(n_forms), None
    else:
        raise AssemblyError(f"no method is called {method!r}; there are: simultaneous, sequential")
    found = [np.flatnonzero(form) for form in columns]
    reached = np.array([information[:, items].sum(axis=1) for items in found])
    forms = tuple(
        Form(in_order(bank.content, constraints, items), tuple(values))
        for items, values in zip(found, reached.tolist(), strict=True)
    )
    return AssembledForms(forms, _value(objective, reached), bound)


def _value(objective: Objective, reached: FloatArray) -> float:
    """What the objective comes to, from the information of the forms (n_forms, n_points)."""
    if isinstance(objective, TargetInformation):
        return float((np.abs(reached - np.array(objective.information)) / objective.shares).max())
    return float((reached / objective.shares).min())


@dataclass(frozen=True, eq=False)
class _Task:
    """What is to be assembled: `information` has the shape (n_points, n_items)."""

    program: Program
    information: FloatArray
    objective: Objective
    most_uses: int
    gap: float

    def simultaneous(self, n_forms: int) -> tuple[FloatArray, float]:
        """The items of each form, (n_forms, n_items), and the bound of the objective."""
        joint = JointProgram()
        quality = self._add_quality(joint)
        tests = [joint.add_test(self.program) for _ in range(n_forms)]
        for columns in tests:
            self._add_information(joint, quality, columns, 1.0)
        most_uses = np.where(self._is_anchor, n_forms, self.most_uses)
        joint.add_most_uses(tests, most_uses, self.program.n_items)
        solution = self._solve(joint, n_forms)
        bound = solution.bound
        if isinstance(self.objective, TargetInformation):
            bound = max(0.0, self._scale - bound)
        return np.array([self._items(solution, columns) for columns in tests]), bound

    def sequential(self, n_forms: int) -> FloatArray:
        """The items of each form, (n_forms, n_items)."""
        uses = np.zeros(self.program.n_items)
        forms = []
        for n_left in range(n_forms - 1, -1, -1):
            joint = JointProgram()
            quality = self._add_quality(joint)
            tests = [joint.add_test(self.program)]
            self._add_information(joint, quality, tests[0], 1.0)
            if n_left:
                tests.append(joint.add_shadow(self.program, n_left))
                self._add_information(joint, quality, tests[1], float(n_left))
            still = np.where(self._is_anchor, n_left + 1, self.most_uses - uses)
            joint.add_most_uses(tests, still, self.program.n_items)
            form = self._items(self._solve(joint, n_left + 1), tests[0])
            uses += form
            forms.append(form)
        return np.array(forms)

    def _add_quality(self, joint: JointProgram) -> IntArray:
        """The column of the least information over weight, which is maximised, or the largest distance.

        A distance can be all but 0, and no gap is small relative to that: so it is taken from the size of the target.
        """
        if isinstance(self.objective, TargetInformation):
            joint.add_columns(1.0, 1.0, cost=self._scale, is_whole=False)
            return joint.add_columns(0.0, np.inf, cost=-1.0, is_whole=False)
        return joint.add_columns(0.0, np.inf, cost=1.0, is_whole=False)

    def _add_information(self, joint: JointProgram, quality: IntArray, columns: IntArray, n_tests: float) -> None:
        items = columns[: self.program.n_items]
        where, share = np.concatenate([items, quality]), n_tests * self.objective.shares[:, None]
        if isinstance(self.objective, MaximumInformation):
            joint.add_rows(where, np.hstack([self.information, -share]), 0.0, np.inf)
            return
        target = n_tests * np.array(self.objective.information)
        joint.add_rows(where, np.hstack([self.information, share]), target, np.inf)
        joint.add_rows(where, np.hstack([self.information, -share]), -np.inf, target)

    @property
    def _scale(self) -> float:
        """The largest distance from the target that an empty form could have."""
        if isinstance(self.objective, MaximumInformation):
            return 0.0
        return float((np.array(self.objective.information) / self.objective.shares).max())

    @property
    def _is_anchor(self) -> BoolArray:
        """Which items must be in every form, (n_items,)."""
        is_anchor: BoolArray = self.program.column_lower[: self.program.n_items] > 0.0
        return is_anchor

    def _items(self, solution: MixedSolution, columns: IntArray) -> FloatArray:
        return solution.columns[columns[: self.program.n_items]]

    def _solve(self, joint: JointProgram, n_forms: int) -> MixedSolution:
        solution = solve(joint.build(), self.gap)
        if solution is not None:
            return solution
        conflict = conflict_of(self.program)
        if conflict:
            raise InfeasibleTest("no form can meet all of", conflict)
        raise AssemblyError(f"one form can be made, but what is left of the bank does not suffice for {n_forms}")
