"""Shadow tests: the best next item is the best item of the best whole test.

Before each item a test of full length is assembled that meets every constraint, holds the items already given, and
carries the most information at the estimate; the most informative of its items that has not been given comes next (van
der Linden & Reese 1998, Applied Psychological Measurement 22(3), 259-270; van der Linden 2005, *Linear Models for
Optimal Test Design*, ch. 9). So constraints of every kind are kept to the letter, at hardly any cost in information: an
item comes only if the test can still be finished.

What cannot be said of a test without its order is seen to when the item is taken from it: a set that has begun goes on
in its order, and is not gone back to; sections follow each other; areas wait for those that they build on.

Items that exposure control has made ineligible stay out of the shadow test. If no test can be made without them, they
may come; if none can be made without those that were set aside, these may come too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from irt_core.adaptive.constraints import Constraints
from irt_core.adaptive.state import CatState
from irt_core.arrays import FloatArray, IntArray
from irt_core.assembly.conflicts import conflict_of
from irt_core.assembly.program import Program
from irt_core.assembly.search import best_test
from irt_core.assembly.specification import TestSpecification
from irt_core.errors import DesignError, InfeasibleTest
from irt_core.models.bank import ItemBank
from irt_core.models.content import ItemContent


@dataclass(frozen=True)
class TestSoFar:
    """One examinee's test: the estimate, the items given in their order, those set aside, those ineligible now."""

    __test__ = False  # the name is the field's; pytest is not meant

    theta: float
    given: tuple[int, ...]
    set_aside: tuple[int, ...] = ()
    ineligible: frozenset[int] = frozenset()

    @classmethod
    def of(cls, state: CatState) -> TestSoFar:
        """The test of a live session."""
        ineligible = frozenset[int]() if state.ineligible is None else state.ineligible.at(state.theta)
        return cls(state.theta, state.administered, state.set_aside, ineligible)


def best_of_shadow_test(
    bank: ItemBank, test: TestSoFar, constraints: Constraints, n: int
) -> tuple[list[int], list[float], tuple[int, ...]]:
    """The n best items that can come next, their information, best first, and the whole shadow test.

    Where a set of items is the candidate, its first item stands for it with the mean information of its items. Raises
    InfeasibleTest.
    """
    program = constraints.program(bank)
    information = bank.information([test.theta])[0]
    shadow_test = _shadow_test(bank.content, program, constraints, test, information)
    free = [item for item in shadow_test if item not in set(test.given)]
    candidates = _Order(bank.content, constraints, test.given).candidates(free, information)
    best = sorted(candidates, key=lambda candidate: (-candidate[1], candidate[0]))[:n]
    return [item for item, _ in best], [value for _, value in best], shadow_test


def best_of_shadow_tests(bank: ItemBank, tests: Iterable[TestSoFar], constraints: Constraints, n: int) -> IntArray:
    """The n best items of each examinee, (n_examinees, n), ending in −1; nothing but −1 where there is no test."""
    rows = []
    for test in tests:
        try:
            items, _, _ = best_of_shadow_test(bank, test, constraints, n)
        except InfeasibleTest:
            items = []
        rows.append(items + [-1] * (n - len(items)))
    return np.array(rows, dtype=np.int64)


def check_feasible(bank: ItemBank, constraints: Constraints) -> None:
    """Raise DesignError when no test from this bank meets the constraints, naming those that conflict."""
    program = constraints.program(bank)
    try:
        _shadow_test(bank.content, program, constraints, TestSoFar(0.0, ()), bank.information([0.0])[0])
    except InfeasibleTest as error:
        conflict = "; ".join(conflict_of(program))
        raise DesignError("specification", f"no test can meet all of: {conflict}") from error


def _shadow_test(
    content: ItemContent, program: Program, constraints: Constraints, test: TestSoFar, information: FloatArray
) -> tuple[int, ...]:
    tolerance = (constraints.specification or TestSpecification()).tolerance
    over = _Order(content, constraints, test.given).over()
    ineligible = _Order(content, constraints, test.given).without_current_set(test.ineligible)
    for ruled_out in ({*test.set_aside, *ineligible}, {*test.set_aside}, set[int]()):
        low, high = program.column_lower.copy(), program.column_upper.copy()
        barred = [item for item in ruled_out if not low[item]]
        high[[*over, *barred]] = 0.0
        low[list(test.given)] = high[list(test.given)] = 1.0
        if (low > high).any():
            continue
        found = best_test(program, information, low, high, tolerance)
        if found is not None:
            return tuple(np.flatnonzero(found.columns[: program.n_items]).tolist())
        if not ruled_out:
            break
    raise InfeasibleTest("no whole test meets the constraints")


class _Order:
    """What follows from the order of the items that were given: which are over, and which can come next."""

    def __init__(self, content: ItemContent, constraints: Constraints, given: Sequence[int]) -> None:
        self._content, self._constraints, self._given = content, constraints, given
        sections = None if constraints.specification is None else constraints.specification.sections
        self._section_of = None if sections is None else sections.numbers(content)
        last = content.set_of[given[-1]] if content.sets and given else -1
        self._current: tuple[int, ...] = content.sets[last] if last >= 0 else ()

    def over(self) -> Iterator[int]:
        """The items, not given, whose turn is past: of sets and sections that were left, or before the last item."""
        given = set(self._given)
        for number in {int(self._content.set_of[item]) for item in given} - {-1} if self._content.sets else ():
            members = self._content.sets[number]
            past = members[: members.index(self._given[-1])] if members == self._current else members
            yield from (item for item in past if item not in given)
        if self._section_of is not None and given:
            section = self._section_of[list(given)].max()
            yield from (item for item in np.flatnonzero(self._section_of < section).tolist() if item not in given)

    def without_current_set(self, items: frozenset[int]) -> frozenset[int]:
        """The items but for those of the set that is under way: it shall go on."""
        return items.difference(self._current)

    def candidates(self, free: Sequence[int], information: FloatArray) -> list[tuple[int, float]]:
        """The items of the shadow test that can come next, and what they are worth; of a set only its first item."""
        following = [item for item in self._current if item in free]
        if following:
            return [(following[0], float(information[following[0]]))]
        ready = self._ready(free)
        heads: dict[int, list[int]] = {}
        found = []
        for item in ready:
            number = int(self._content.set_of[item]) if self._content.sets else -1
            if number < 0:
                found.append((item, float(information[item])))
            else:
                heads.setdefault(number, []).append(item)
        for number, members in heads.items():
            first = next(item for item in self._content.sets[number] if item in members)
            found.append((first, float(information[members].mean())))
        return found

    def _ready(self, free: Sequence[int]) -> Sequence[int]:
        """The items of the first section and of areas that need not wait; all where everything would have to wait."""
        ready = free
        if self._section_of is not None and free:
            section = self._section_of[list(free)].min()
            ready = [item for item in free if self._section_of[item] == section]
        areas, blueprint = self._content.areas, self._constraints.blueprint
        if areas is None or blueprint is None:
            return ready
        given = [areas[item] for item in self._given]
        waiting = {
            name
            for name, area in blueprint.areas.items()
            if any(given.count(other) < max(1, blueprint.minimum(other)) for other in area.after)
        }
        return [item for item in ready if areas[item] not in waiting] or ready
