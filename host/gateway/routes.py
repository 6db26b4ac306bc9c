"""Finds the function for a path, as API Gateway does: a literal segment is preferred to a `{parameter}`, and that to
a greedy `{parameter+}` (FastAPI writes `{parameter:path}`), which takes all the rest.

    table = RouteTable([Route("GET", "/api/v1/sessions/{id}", "read_session")])
    table.find("/api/v1/sessions/42")  →  Found(by_method={"GET": Route(...)}, parameters={"id": "42"})
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the API."""

    method: str
    path: str
    function: str

    @property
    def key(self) -> str:
        """API Gateway's name of the route."""
        return f"{self.method} {self.path.replace(':path}', '+}')}"


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at a path: its operations and the values of its parameters, percent-decoded."""

    by_method: dict[str, Route]
    parameters: dict[str, str]


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    greedy: _Node | None = None
    routes: dict[str, Route] = field(default_factory=dict)


class RouteTable:
    """All routes as a tree of path segments."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Raises ValueError when two routes have the same method and the same path but for parameters' names."""
        self._root = _Node()
        for route in routes:
            self._add(route)

    def find(self, raw_path: str) -> Found | None:
        """What stands at the path (as sent, still percent-encoded); None if nothing does."""
        values: list[str] = []
        node = _descend(self._root, raw_path.split("/")[1:], values)
        if node is None:
            return None
        names = _parameter_names(next(iter(node.routes.values())).path)
        return Found(node.routes, {name: unquote(value) for name, value in zip(names, values, strict=True)})

    def _add(self, route: Route) -> None:
        node = self._root
        for segment in route.path.split("/")[1:]:
            if segment.endswith(("+}", ":path}")):
                node.greedy = node.greedy or _Node()
                node = node.greedy
            elif segment.startswith("{"):
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(segment, _Node())
        if route.method in node.routes:
            raise ValueError(f"{route.key} is served by both {node.routes[route.method].function} and {route.function}")
        node.routes[route.method] = route


def _descend(node: _Node, segments: list[str], values: list[str]) -> _Node | None:
    """Walk down the tree, collecting parameters' values; back and another way where one leads nowhere."""
    if not segments:
        return node if node.routes else None
    segment, *rest = segments
    if segment in node.literals and (found := _descend(node.literals[segment], rest, values)) is not None:
        return found
    if not segment:
        return None
    if node.parameter is not None:
        values.append(segment)
        if (found := _descend(node.parameter, rest, values)) is not None:
            return found
        values.pop()
    if node.greedy is not None:
        values.append("/".join(segments))
    return node.greedy


def _parameter_names(path: str) -> list[str]:
    segments = (segment for segment in path.split("/") if segment.startswith("{"))
    return [segment[1:-1].removesuffix("+").removesuffix(":path") for segment in segments]
