"""Panels put together from a bank: all modules of a panel in one program, one panel after the other.

Every module gets as much information where it is to measure as the others, in the proportion of what the bank has to
give there: maximise y subject to Σ I(θₘ) x ≥ y Bₘ for each module m, Bₘ being what its most informative items would
come to, were they free. Every way through a panel is a test that meets the constraints of a whole test, and each module
those of its own (top-down and bottom-up assembly: Luecht & Nungester 1998, Journal of Educational Measurement 35(3),
229-249). Items that share a stimulus stay in one module.

Each panel is assembled together with what the panels after it will need, as in `forms`: so the last ones are not left
with the dregs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np

from irt_core.adaptive.constraints import Constraints
from irt_core.adaptive.item_sets import SetRule
from irt_core.arrays import IntArray
from irt_core.assembly.conflicts import conflict_of
from irt_core.assembly.general import solve
from irt_core.assembly.joint import JointProgram
from irt_core.assembly.objective import information_at
from irt_core.assembly.panel import Module, Panel, Path, RouteBy, neighbours
from irt_core.assembly.presentation import in_order
from irt_core.assembly.program import Program
from irt_core.assembly.routing import with_routes
from irt_core.assembly.specification import TestSpecification
from irt_core.errors import AssemblyError, DesignError, InfeasibleTest
from irt_core.models.bank import ItemBank
from irt_core.priors import Normal


@dataclass(frozen=True)
class ModulePlan:
    """A module to be filled: how many items, and at which abilities it is to measure (in equal proportions)."""

    name: str
    length: int
    theta: tuple[float, ...]

    def __post_init__(self) -> None:
        if self.length < 1 or not self.theta:
            raise DesignError(f"panel.{self.name}", "needs a length of 1 or more and a theta to measure at")


@dataclass(frozen=True)
class PanelPlan:
    """The stages of a panel, the easiest module first in each, and how examinees are routed.

    `ways` says which modules may come after each path, its neighbours unless given; `parts[s]` are the parts of the
    population for the modules of stage s, counted from 0 (`routing.with_routes`).
    """

    stages: tuple[tuple[ModulePlan, ...], ...]
    by: RouteBy = "theta"
    parts: Mapping[int, Sequence[float]] = field(default_factory=dict)
    population: Normal = field(default_factory=Normal)
    ways: Mapping[Path, tuple[str, ...]] | None = None

    def __post_init__(self) -> None:
        if not self.stages or len(self.stages[0]) != 1 or not all(self.stages):
            raise DesignError("panel.stages", "must begin with a stage of one module, and none may be empty")
        if len({plan.name for plan in self.modules}) != len(self.modules):
            raise DesignError("panel.stages", "every module needs a name of its own")
        if len({self.length_of(path) for path in self.paths()}) > 1:
            raise DesignError("panel.stages", "every way through the panel must have the same number of items")

    @property
    def modules(self) -> tuple[ModulePlan, ...]:
        """The modules of all stages."""
        return tuple(chain(*self.stages))

    def paths(self) -> list[Path]:
        """Every whole way through the panel. Raises DesignError for ways that end before."""
        names = tuple(tuple(plan.name for plan in stage) for stage in self.stages)
        ways = self.ways or neighbours(names)
        paths: list[Path] = [names[0]]
        for stage in names[1:]:
            for path in paths:
                if not set(stage) >= set(ways.get(path, ())) > set():
                    raise DesignError("panel.ways", f"must lead from {' - '.join(path)} to modules of the next stage")
            paths = [(*path, name) for path in paths for name in ways[path]]
        return paths

    def length_of(self, path: Path) -> int:
        """How many items a way through the panel has."""
        lengths = {plan.name: plan.length for plan in self.modules}
        return sum(lengths[name] for name in path)


def assemble_panels(
    bank: ItemBank,
    plan: PanelPlan,
    constraints: Constraints | None = None,
    n_panels: int = 1,
    *,
    of_modules: Mapping[str, Constraints] | None = None,
    most_uses: int = 1,
    gap: float = 0.05,
) -> tuple[Panel, ...]:
    """Fill `n_panels` panels with items of the bank.

    `constraints` hold for every way through a panel (their length, if they have one, must be that of the plan),
    `of_modules` for the modules of that name. How many items of a set go together, and how many sets, is meant of each
    module, and said anew in the constraints of a module that has its own. No item is in more than one module of a
    panel, nor in more than `most_uses` panels, but those that the constraints of a module include are in all. Raises
    InfeasibleTest with the constraints that conflict when a single module or way cannot be made, AssemblyError when all
    of them together cannot.
    """
    if n_panels < 1 or most_uses < 1:
        raise AssemblyError("there must be at least one panel, and an item must be allowed in at least one")
    task = _Task.of(bank, plan, constraints or Constraints(), of_modules or {})
    chosen = task.solve(n_panels, most_uses, gap)
    return tuple(_panel(bank, plan, task, items) for items in chosen)


def _panel(bank: ItemBank, plan: PanelPlan, task: _Task, items: Mapping[str, IntArray]) -> Panel:
    def filled(module: ModulePlan) -> Module:
        return Module(module.name, in_order(bank.content, task.constraints, items[module.name]))

    stages = tuple(tuple(filled(module) for module in stage) for stage in plan.stages)
    return with_routes(bank, stages, by=plan.by, parts=plan.parts, population=plan.population, ways=plan.ways)


@dataclass(frozen=True, eq=False)
class _Task:
    """What is to be assembled: `whole_way` is the program of a way through a panel, `modules` those of its modules."""

    bank: ItemBank
    plan: PanelPlan
    constraints: Constraints
    whole_way: Program
    modules: Mapping[str, Program]

    @classmethod
    def of(
        cls, bank: ItemBank, plan: PanelPlan, constraints: Constraints, of_modules: Mapping[str, Constraints]
    ) -> _Task:
        length = plan.length_of(plan.paths()[0])
        if constraints.length not in (None, length):
            raise DesignError("panel.length", f"is {length}, the constraints say {constraints.length}")
        unknown = set(of_modules) - {module.name for module in plan.modules}
        if unknown:
            raise DesignError("panel.of_modules", f"no module is called {min(unknown)!r}")
        specification = constraints.specification or TestSpecification()
        if specification.include:
            raise DesignError("specification.include", "must be said of a module, not of every way through a panel")
        of_way = replace(specification, least_sets=0)
        whole_way = replace(constraints, length=length, sets=SetRule(), specification=of_way).program(bank)
        shut = tuple(np.flatnonzero(whole_way.column_upper == 0.0).tolist())
        default = Constraints(
            sets=constraints.sets, specification=TestSpecification(least_sets=specification.least_sets)
        )
        modules = {}
        for module in plan.modules:
            own = of_modules.get(module.name, default)
            limits = own.specification or TestSpecification()
            limits = replace(limits, exclude=tuple({*limits.exclude, *shut}))
            modules[module.name] = replace(own, length=module.length, specification=limits).program(bank)
        return cls(bank, plan, constraints, whole_way, modules)

    def solve(self, n_panels: int, most_uses: int, gap: float) -> list[dict[str, IntArray]]:
        """The items of each module of each panel."""
        n_items = self.bank.n_items
        is_anchor = np.any([program.column_lower[:n_items] > 0.0 for program in self.modules.values()], axis=0)
        uses, panels = np.zeros(n_items), list[dict[str, IntArray]]()
        for n_left in range(n_panels - 1, -1, -1):
            joint = JointProgram()
            quality = joint.add_columns(0.0, np.inf, cost=1.0, is_whole=False)
            panel = self._add_panel(joint, quality)
            tests = [*panel.values(), *(self._add_shadow(joint, quality, n_left) if n_left else ())]
            joint.add_most_uses(tests, np.where(is_anchor, n_left + 1, most_uses - uses), n_items)
            solution = solve(joint.build(), gap)
            if solution is None:
                raise self._why_not()
            chosen = {name: solution.columns[columns[:n_items]] for name, columns in panel.items()}
            panels.append({name: np.flatnonzero(is_chosen) for name, is_chosen in chosen.items()})
            uses += sum(chosen.values())
        return panels

    def _add_panel(self, joint: JointProgram, quality: IntArray) -> dict[str, IntArray]:
        """The columns of each module of one panel."""
        modules = {name: joint.add_test(program) for name, program in self.modules.items()}
        self._bind(joint, quality, modules, 1)
        joint.add_most_uses(modules.values(), 1.0, self.bank.n_items)
        for group in self.bank.content.sets:
            self._keep_together(joint, group, list(modules.values()))
        return modules

    def _add_shadow(self, joint: JointProgram, quality: IntArray, n_left: int) -> list[IntArray]:
        """What the panels that are left will need, as one panel of parts of items: the columns of its modules."""
        modules = {name: joint.add_shadow(program, n_left) for name, program in self.modules.items()}
        self._bind(joint, quality, modules, n_left)
        return list(modules.values())

    def _bind(self, joint: JointProgram, quality: IntArray, modules: Mapping[str, IntArray], n_panels: int) -> None:
        """The rows of the modules' information, and of every way through the panel, or panels."""
        n_items = self.bank.n_items
        for module in self.plan.modules:
            information = information_at(self.bank, module.theta)
            most = n_panels * np.sort(information, axis=1)[:, -module.length :].sum(axis=1)
            where = np.concatenate([modules[module.name][:n_items], quality])
            joint.add_rows(where, np.hstack([information, -most[:, None]]), 0.0, np.inf)
        for path in self.plan.paths():
            where = np.concatenate([modules[name][:n_items] for name in path])
            matrix = np.hstack([self.whole_way.matrix[:, :n_items]] * len(path))
            joint.add_rows(where, matrix, n_panels * self.whole_way.lower, n_panels * self.whole_way.upper)

    def _keep_together(self, joint: JointProgram, group: tuple[int, ...], modules: list[IntArray]) -> None:
        """A set is in one module of a panel at most: a column for each module says whether it is there."""
        used = joint.add_columns(np.zeros(len(modules)), np.ones(len(modules)))
        for place, columns in enumerate(modules):
            where = np.append(columns[list(group)], used[place])
            joint.add_rows(where, np.array([[1.0] * len(group) + [-float(len(group))]]), -np.inf, 0.0)
        joint.add_rows(used, np.ones((1, len(modules))), -np.inf, 1.0)

    def _why_not(self) -> AssemblyError | InfeasibleTest:
        for name, program in self.modules.items():
            conflict = conflict_of(program)
            if conflict:
                return InfeasibleTest(f"the module {name} cannot meet all of", conflict)
        conflict = conflict_of(self.whole_way)
        if conflict:
            return InfeasibleTest("no way through a panel can meet all of", conflict)
        return AssemblyError("each module and each way can be made alone, but not all of them from this bank")
