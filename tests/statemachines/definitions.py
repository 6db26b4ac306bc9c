"""State machine definitions, read for tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "statemachines"
State = dict[str, Any]


@dataclass(frozen=True)
class Machine:
    """One definition: the states of its top level, or of the inside of a Map."""

    name: str
    states: dict[str, State]

    def levels(self) -> Iterator[Machine]:
        """This level and those of the Maps inside it."""
        yield self
        for name, state in self.states.items():
            if state["Type"] == "Map":
                yield from Machine(f"{self.name}.{name}", state["ItemProcessor"]["States"]).levels()


def read_definition(name: str) -> dict[str, Any]:
    """The definition of that name, as JSON."""
    definition: dict[str, Any] = json.loads((FOLDER / f"{name}.asl.json").read_text(encoding="utf-8"))
    return definition


def all_machines() -> list[Machine]:
    """Every state machine of the product."""
    names = sorted(path.name.removesuffix(".asl.json") for path in FOLDER.glob("*.asl.json"))
    return [Machine(name, read_definition(name)["States"]) for name in names]


def all_tasks() -> list[tuple[str, State]]:
    """Every task by its full name."""
    return [
        (f"{level.name}.{name}", state)
        for machine in all_machines()
        for level in machine.levels()
        for name, state in level.states.items()
        if state["Type"] == "Task"
    ]
