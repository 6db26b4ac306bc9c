"""Physical names, given where operators type them or where they break a circle of references."""

from __future__ import annotations

from aws_cdk import ArnFormat, Stack
from constructs import Construct

from infra.resources import Environment


def physical_name(environment: Environment, name: str) -> str:
    """The name of a function, queue, state machine or job definition in its account."""
    return f"dreamseed-{environment.name}-{name}"


def state_machine_arn(scope: Construct, environment: Environment, name: str) -> str:
    """The ARN of a state machine, known before it exists: it calls functions that may start and stop it."""
    return Stack.of(scope).format_arn(
        service="states",
        resource="stateMachine",
        resource_name=physical_name(environment, name),
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


def execution_arns(scope: Construct, environment: Environment, name: str) -> str:
    """The pattern of the ARNs of all executions of a state machine."""
    return Stack.of(scope).format_arn(
        service="states",
        resource="execution",
        resource_name=f"{physical_name(environment, name)}:*",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


def batch_arn(scope: Construct, resource: str, name: str) -> str:
    """The ARN of a batch `job-queue`, `job-definition` or `job`."""
    return Stack.of(scope).format_arn(service="batch", resource=resource, resource_name=name)
