"""Creates in LocalStack what the catalogue asks for: queues, functions, event sources, schedules, state machines.

    blueprint(plan)        what must exist, as plain data          (in the host)
    provision(blueprint)   makes it, through boto3                 (in a worker process: host/chores.py)

Doing it again changes nothing, so it is simply done again whenever LocalStack has been started.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dreamseed.needs import Schedule
from host.environment import function_arn, queue_arn, state_machine_arn
from infra.plan import PLACEHOLDER, Plan, PlannedQueue, StateMachine

ROLE = "arn:aws:iam::000000000000:role/functions"
"""LocalStack wants to be told a role, and checks nothing about it."""

Blueprint = dict[str, Any]


def blueprint(plan: Plan) -> Blueprint:
    """What must exist, as JSON. Functions are included as far as something in LocalStack calls them."""
    functions = {function.name: function for function in plan.functions}
    schedules = {
        name: function.needs.trigger.expression
        for name, function in functions.items()
        if isinstance(function.needs.trigger, Schedule)
    }
    consumers = {queue.consumer for queue in plan.queues}
    states = {name for machine in plan.state_machines for name in machine.placeholders if name in functions}
    called = sorted(consumers | schedules.keys() | states)
    return {
        "functions": [{"name": name, "timeout_seconds": functions[name].needs.timeout_seconds} for name in called],
        "queues": [_queue(queue) for queue in plan.queues],
        "schedules": [{"function": name, "expression": expression} for name, expression in schedules.items()],
        "state_machines": [
            {"name": machine.name, "definition": _fill_in(machine, functions.keys())} for machine in plan.state_machines
        ],
    }


def provision(wanted: Blueprint) -> dict[str, int]:
    """Create everything in the blueprint at `AWS_ENDPOINT_URL`; returns how many of each kind there are."""
    import boto3

    session = boto3.session.Session()
    client = session.client
    for function in wanted["functions"]:
        _create_function(client("lambda"), function)
    for queue in wanted["queues"]:
        _create_queue(client("sqs"), queue)
        _connect_queue(client("lambda"), queue)
    for schedule in wanted["schedules"]:
        _create_schedule(client("events"), schedule)
    for machine in wanted["state_machines"]:
        _create_state_machine(client("stepfunctions"), machine)
    return {kind: len(things) for kind, things in wanted.items()}


def _queue(queue: PlannedQueue) -> dict[str, Any]:
    redrive = {"deadLetterTargetArn": queue_arn(queue.dead_letter_name), "maxReceiveCount": queue.max_receive_count}
    return {
        "name": queue.name,
        "consumer": queue.consumer,
        "batch_size": queue.batch_size,
        "attributes": {
            "VisibilityTimeout": str(queue.visibility_timeout_seconds),
            "MessageRetentionPeriod": str(queue.retention_seconds),
            "RedrivePolicy": json.dumps(redrive),
        },
        "dead_letter_name": queue.dead_letter_name,
        "dead_letter_attributes": {"MessageRetentionPeriod": str(queue.dead_letter_retention_seconds)},
    }


def _fill_in(machine: StateMachine, functions: Any) -> str:
    """The definition with ARNs in place of names."""

    def arn(name: str) -> str:
        return function_arn(name) if name in functions else state_machine_arn(name)

    return PLACEHOLDER.sub(lambda match: arn(match[1]), machine.definition)


def _create_function(functions: Any, function: dict[str, Any]) -> None:
    with _unless_exists("ResourceConflictException"):
        functions.create_function(
            FunctionName=function["name"],
            Runtime="python3.12",
            Role=ROLE,
            Handler="handler.handler",
            Code={"ZipFile": _empty_archive()},
            Timeout=function["timeout_seconds"],
        )


def _create_queue(queues: Any, queue: dict[str, Any]) -> None:
    queues.create_queue(QueueName=queue["dead_letter_name"], Attributes=queue["dead_letter_attributes"])
    queues.create_queue(QueueName=queue["name"], Attributes=queue["attributes"])


def _connect_queue(functions: Any, queue: dict[str, Any]) -> None:
    with _unless_exists("ResourceConflictException"):
        functions.create_event_source_mapping(
            EventSourceArn=queue_arn(queue["name"]),
            FunctionName=queue["consumer"],
            BatchSize=queue["batch_size"],
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )


def _create_schedule(events: Any, schedule: dict[str, Any]) -> None:
    name = schedule["function"]
    events.put_rule(Name=name, ScheduleExpression=schedule["expression"])
    events.put_targets(Rule=name, Targets=[{"Id": name, "Arn": function_arn(name)}])


def _create_state_machine(workflows: Any, machine: dict[str, Any]) -> None:
    arn, definition = state_machine_arn(machine["name"]), machine["definition"]
    with _unless_exists("StateMachineAlreadyExists"):
        workflows.create_state_machine(name=machine["name"], definition=definition, roleArn=ROLE)
        return
    workflows.update_state_machine(stateMachineArn=arn, definition=definition)


def _empty_archive() -> bytes:
    """The code of every function, as LocalStack sees it: the executor runs the repository's."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr("handler.py", "")
    return archive.getvalue()


@contextmanager
def _unless_exists(code: str) -> Iterator[None]:
    from botocore.exceptions import ClientError

    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            raise
