"""Multistage tests: panels of modules in stages, and the routes between them.

    stage 1        stage 2          stage 3
                 ┌ easy ──────────┬ easy
    routing ─────┼ medium ────────┼ medium           a 1-3-3 panel
                 └ hard ──────────┴ hard

An examinee takes one module of each stage, all of its items in their order. After a module a route says which one comes
next, from what was answered so far. `Panel` is plain data; `routing` sets its cuts, `panel_assembly` fills its modules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, pairwise
from math import isfinite
from typing import Any, Literal, Self

from irt_core.errors import DesignError

RouteBy = Literal["score", "theta", "information"]
Path = tuple[str, ...]


@dataclass(frozen=True)
class Module:
    """A block of items that are given together in this order."""

    name: str
    items: tuple[int, ...]


@dataclass(frozen=True)
class Route:
    """Which module comes next: from `to`, the easiest first, one more than there are `cuts`.

    By «score» the sum of the scores so far is compared with the cuts, by «theta» the estimate; who reaches a cut goes
    above it. By «information» there are no cuts: the module that tells most at the estimate comes next.
    """

    to: tuple[str, ...]
    by: RouteBy = "theta"
    cuts: tuple[float, ...] = ()


@dataclass(frozen=True)
class Panel:
    """Modules by stages, the easiest first in each, and for every way through them but the whole ones the next route.

    `routes` is keyed by the names of the modules so far. Raises DesignError for a panel that cannot be run.
    """

    stages: tuple[tuple[Module, ...], ...]
    routes: Mapping[Path, Route] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.stages or len(self.stages[0]) != 1:
            raise DesignError("panel.stages", "must begin with a stage of one module")
        names = [module.name for module in chain(*self.stages)]
        if len(set(names)) != len(names) or not all(names):
            raise DesignError("panel.stages", "every module needs a name of its own")
        for module in chain(*self.stages):
            if not module.items or len(set(module.items)) != len(module.items):
                raise DesignError(f"panel.{module.name}", "must hold items, and none twice")
        for path in self.paths():
            items = list(chain(*(self.module(name).items for name in path)))
            if len(set(items)) != len(items):
                raise DesignError("panel.routes", f"an item comes twice on the way {' - '.join(path)}")

    @property
    def first(self) -> Module:
        """The module with which everybody begins."""
        return self.stages[0][0]

    def module(self, name: str) -> Module:
        """A module by its name. Raises DesignError."""
        for module in chain(*self.stages):
            if module.name == name:
                return module
        raise DesignError("panel.routes", f"no module is called {name!r}")

    def route(self, path: Path) -> Route:
        """The route after the modules of a path that is not whole yet. Raises DesignError."""
        route = self.routes.get(path)
        if route is None:
            raise DesignError("panel.routes", f"there is no route after {' - '.join(path)}")
        _check_route(path, route, {module.name for module in self.stages[len(path)]})
        return route

    def paths(self, path: Path = ()) -> Iterator[Path]:
        """Every whole way through the panel that begins with `path`."""
        path = path or (self.first.name,)
        if len(path) == len(self.stages):
            yield path
            return
        for name in self.route(path).to:
            yield from self.paths((*path, name))

    def to_dict(self) -> dict[str, Any]:
        """The panel as plain JSON."""
        return {
            "stages": [
                [{"name": module.name, "items": list(module.items)} for module in stage] for stage in self.stages
            ],
            "routes": [
                {"after": list(path), "to": list(route.to), "by": route.by, "cuts": list(route.cuts)}
                for path, route in self.routes.items()
            ],
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The panel that `to_dict` wrote. Raises DesignError."""
        try:
            stages = tuple(
                tuple(Module(str(module["name"]), tuple(map(int, module["items"]))) for module in stage)
                for stage in stored["stages"]
            )
            routes = {
                tuple(route["after"]): Route(tuple(route["to"]), route["by"], tuple(map(float, route["cuts"])))
                for route in stored["routes"]
            }
        except (KeyError, TypeError, ValueError) as error:
            raise DesignError("panel", f"is not as this version writes it: {error!r}") from error
        return cls(stages, routes)


def _check_route(path: Path, route: Route, names: set[str]) -> None:
    field = f"panel.routes.{'/'.join(path)}"
    if not route.to or not set(route.to) <= names or len(set(route.to)) != len(route.to):
        raise DesignError(field, "must lead to modules of the next stage, to each once")
    if route.by not in ("score", "theta", "information"):
        raise DesignError(field, "must be by score, theta or information")
    n_cuts = 0 if route.by == "information" else len(route.to) - 1
    if len(route.cuts) != n_cuts or not all(map(isfinite, route.cuts)):
        raise DesignError(field, f"needs {n_cuts} finite cuts for {len(route.to)} modules")
    if any(second < first for first, second in pairwise(route.cuts)):
        raise DesignError(field, "the cuts must not fall")


def neighbours(stages: tuple[tuple[str, ...], ...]) -> dict[Path, tuple[str, ...]]:
    """The usual ways through named stages: from a module to those of the next stage that are about as hard.

    A module at the part p of its stage, from 0 for the easiest to 1 for the hardest, leads to all modules within one
    step of the next stage from p; a stage of one module leads to all.
    """
    ways: dict[Path, tuple[str, ...]] = {}
    paths: list[Path] = [(stages[0][0],)]
    for stage, following in pairwise(stages):
        last, step = len(stage) - 1, 1.0 / max(1, len(following) - 1)
        further = []
        for path in paths:
            at = stage.index(path[-1]) / last if last else None
            near = tuple(
                name
                for place, name in enumerate(following)
                if at is None or abs(place / max(1, len(following) - 1) - at) <= step + 1e-9
            )
            ways[path] = near
            further += [(*path, name) for name in near]
        paths = further
    return ways
