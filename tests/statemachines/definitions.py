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
    start: str
    states: dict[str, State]

    @classmethod
    def read(cls, path: Path) -> Machine:
        """The definition in that file."""
        whole = json.loads(path.read_text(encoding="utf-8"))
        return cls(path.name.removesuffix(".asl.json"), whole["StartAt"], whole["States"])

    def levels(self) -> Iterator[Machine]:
        """This level and those of the Maps inside it."""
        yield self
        for name, state in self.states.items():
            if state["Type"] == "Map":
                inside = state["ItemProcessor"]
                yield from Machine(f"{self.name}.{name}", inside["StartAt"], inside["States"]).levels()

    def next_of(self, name: str) -> set[str]:
        """The states that may follow, after an error too."""
        state = self.states[name]
        caught = {handler["Next"] for handler in state.get("Catch", ())}
        chosen = {choice["Next"] for choice in state.get("Choices", ())} | {state.get("Default", "")}
        return (caught | chosen | {state.get("Next", "")}) - {""}

    def reachable(self) -> set[str]:
        """The states that an execution can come to."""
        seen, waiting = set(), [self.start]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting.extend(self.next_of(name))
        return seen


def all_machines() -> list[Machine]:
    """Every state machine of the product."""
    return [Machine.read(path) for path in sorted(FOLDER.glob("*.asl.json"))]


def all_levels() -> list[Machine]:
    """Every level of every state machine."""
    return [level for machine in all_machines() for level in machine.levels()]


def all_tasks() -> list[tuple[str, State]]:
    """Every task by its full name."""
    return [
        (f"{level.name}.{name}", state)
        for level in all_levels()
        for name, state in level.states.items()
        if state["Type"] == "Task"
    ]
