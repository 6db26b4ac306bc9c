"""State machine executions, and reports about the tasks that they wait for."""

from __future__ import annotations

import json
from typing import Any, Protocol
from uuid import UUID

from dreamseed.function import Function
from dreamseed.ports.grants import Grants


class WorkflowAdapter(Protocol):
    """A platform's workflows. `address` is what the grant's variable holds."""

    def start(self, address: str, name: str, input: str) -> None:
        """Start an execution; nothing happens if one of that name was started before."""
        ...

    def stop(self, address: str, name: str, reason: str) -> None:
        """Stop an execution; nothing happens if there is none of that name, or it is over."""
        ...

    def task_succeeded(self, token: str, output: str) -> bool: ...

    def task_failed(self, token: str, error: str, cause: str) -> bool: ...

    def task_is_alive(self, token: str) -> bool: ...


class Workflows:
    """The state machines that one function may run.

    Reports name the workflow that waits, and return False when it waits no longer: it was stopped, timed out, or
    forgotten with the emulator. That is no error for the reporter, whose result is stored in the database.
    """

    def __init__(self, grants: Grants, adapter: WorkflowAdapter) -> None:
        self._grants = grants
        self._adapter = adapter

    def start(self, workflow: str, name: str, input: dict[str, Any]) -> None:
        """Start an execution. The same name starts nothing twice."""
        self._adapter.start(self._address(workflow), name, json.dumps(input))

    def stop(self, workflow: str, name: str, reason: str) -> None:
        """Stop an execution, if it runs."""
        self._adapter.stop(self._address(workflow), name, reason)

    def task_succeeded(self, workflow: str, token: str, output: Any) -> bool:
        """The task that the token stands for is done."""
        self._address(workflow)
        return self._adapter.task_succeeded(token, json.dumps(output))

    def task_failed(self, workflow: str, token: str, error: str, cause: str) -> bool:
        """The task failed. `error` is what the state machine's Retry and Catch match, e.g. an exception's name."""
        self._address(workflow)
        return self._adapter.task_failed(token, error[:256], cause[:32_000])

    def task_is_alive(self, workflow: str, token: str) -> bool:
        """The task is still being worked on: its heartbeat."""
        self._address(workflow)
        return self._adapter.task_is_alive(token)

    def _address(self, workflow: str) -> str:
        return self._grants.address("workflow", workflow)


def connect(function: Function, org_id: UUID | None) -> Workflows:
    """The state machines of this function."""
    from dreamseed.aws.step_functions import StepFunctions

    return Workflows(Grants.of(function), StepFunctions())
