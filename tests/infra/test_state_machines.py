"""State machines keep to the Amazon States Language, in JSONPath, and to what runs everywhere.

What they owe the jobs that they work for is checked in tests/statemachines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.plan import PLACEHOLDER

ROOT = Path(__file__).resolve().parents[2]
MACHINES = sorted((ROOT / "statemachines").glob("*.asl.json"))

State = dict[str, Any]

RESOURCES = ("arn:aws:states:::lambda:invoke", "arn:aws:states:::lambda:invoke.waitForTaskToken")
"""Batch jobs are submitted by a function that passes the token on: `batch:submitJob.sync` runs on AWS alone."""
TERMINAL = ("Succeed", "Fail")
TYPES = ("Task", "Map", "Parallel", "Choice", "Wait", "Pass", *TERMINAL)

pytestmark = pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.name)


def test_every_state_leads_to_a_state_that_exists_or_ends(path: Path) -> None:
    for scope in _scopes(_read(path)):
        states = scope["States"]

        assert scope["StartAt"] in states
        for name, state in states.items():
            assert state["Type"] in TYPES, name
            assert set(_targets(state)) <= states.keys(), name
            ways_out = ("Next" in state) + ("End" in state)
            assert ways_out == (0 if state["Type"] in (*TERMINAL, "Choice") else 1), name


def test_every_state_can_be_reached(path: Path) -> None:
    for scope in _scopes(_read(path)):
        reached, waiting = set(), [scope["StartAt"]]
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting.extend(_targets(scope["States"][name]))

        assert reached == scope["States"].keys()


def test_every_task_calls_a_function_by_name_in_a_way_that_runs_everywhere(path: Path) -> None:
    for name, state in _states(_read(path)):
        if state["Type"] == "Task":
            assert state["Resource"] in RESOURCES, name
            assert PLACEHOLDER.fullmatch(state["Parameters"]["FunctionName"]), name


def test_a_task_that_waits_for_a_report_passes_the_token_on(path: Path) -> None:
    for name, state in _states(_read(path)):
        if state.get("Resource", "").endswith(".waitForTaskToken"):
            assert "$$.Task.Token" in json.dumps(state["Parameters"]), name


def test_nothing_but_json_path_is_used(path: Path) -> None:
    machine = _read(path)

    assert machine.get("QueryLanguage", "JSONPath") == "JSONPath"
    assert not any(key in state for _, state in _states(machine) for key in ("Arguments", "Output", "Assign"))


def test_no_execution_and_no_task_can_last_for_ever(path: Path) -> None:
    machine = _read(path)

    assert machine["TimeoutSeconds"] > 0
    assert all(state["TimeoutSeconds"] > 0 for _, state in _states(machine) if state["Type"] == "Task")


def _read(path: Path) -> State:
    machine: State = json.loads(path.read_text(encoding="utf-8"))
    return machine


def _scopes(machine: State) -> Iterator[State]:
    """The machine, and the machines inside its maps and parallels."""
    yield machine
    for state in machine["States"].values():
        inner = [state["ItemProcessor"]] if "ItemProcessor" in state else state.get("Branches", [])
        for scope in inner:
            yield from _scopes(scope)


def _states(machine: State) -> Iterator[tuple[str, State]]:
    for scope in _scopes(machine):
        yield from scope["States"].items()


def _targets(state: State) -> list[str]:
    choices = [*state.get("Choices", ()), *state.get("Catch", ())]
    named = [state.get("Next"), state.get("Default"), *(choice["Next"] for choice in choices)]
    return [name for name in named if name is not None]
