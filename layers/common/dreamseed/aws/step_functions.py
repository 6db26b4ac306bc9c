"""Workflows on Step Functions. An address is a state machine's ARN."""

from __future__ import annotations

from typing import Any

from dreamseed.aws.clients import client
from dreamseed.aws.errors import ignoring, unavailable_on_failure

_NOBODY_WAITS = ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")


class StepFunctions:
    """See dreamseed.ports.workflows.WorkflowAdapter."""

    def start(self, address: str, name: str, input: str) -> None:
        with unavailable_on_failure("starting a workflow"), ignoring("ExecutionAlreadyExists"):
            client("stepfunctions").start_execution(stateMachineArn=address, name=name, input=input)

    def stop(self, address: str, name: str, reason: str) -> None:
        execution = f"{address.replace(':stateMachine:', ':execution:')}:{name}"
        with unavailable_on_failure("stopping a workflow"), ignoring("ExecutionDoesNotExist"):
            client("stepfunctions").stop_execution(executionArn=execution, cause=reason)

    def task_succeeded(self, token: str, output: str) -> bool:
        return _report("send_task_success", taskToken=token, output=output)

    def task_failed(self, token: str, error: str, cause: str) -> bool:
        return _report("send_task_failure", taskToken=token, error=error, cause=cause)

    def task_is_alive(self, token: str) -> bool:
        return _report("send_task_heartbeat", taskToken=token)


def _report(operation: str, **arguments: Any) -> bool:
    """Make a report; False if the workflow waits for it no longer."""
    with unavailable_on_failure("reporting on a task"), ignoring(*_NOBODY_WAITS):
        getattr(client("stepfunctions"), operation)(**arguments)
        return True
    return False
