"""The catalogue and the resources put together: what must exist, before any platform says how.

    functions/*  ──load_catalogue──▶ functions ─┐
    statemachines/*.asl.json ───────▶ machines ─┼─▶ Plan ─▶ infra.cdk · infra.kubernetes · the local host
    infra/resources.py ─────────────▶ settings ─┘

Planning also checks what no single function can see: that every name a function is granted exists, that a queue has one
consumer, that a state machine calls only functions that are there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dreamseed.catalogue import load_catalogue
from dreamseed.function import Function
from dreamseed.needs import Job, Queue
from infra import resources
from infra.resources import Bucket, Secret

JOB_QUEUE = "jobs"
GPU_JOB_QUEUE = "gpu-jobs"
PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


class PlanError(ValueError):
    """The declarations contradict one another. `problems` has one sentence for each contradiction."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class PlannedQueue:
    """A queue, its one consumer and its dead-letter queue. Times are in seconds."""

    name: str
    topic: str
    consumer: str
    batch_size: int
    max_receive_count: int
    visibility_timeout_seconds: int
    retention_seconds: int
    dead_letter_retention_seconds: int

    @property
    def dead_letter_name(self) -> str:
        return f"{self.name}-dead"


@dataclass(frozen=True)
class StateMachine:
    """`statemachines/<name>.asl.json`. `placeholders` are the function and state machine names that it calls."""

    name: str
    definition: str
    placeholders: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """Everything that a platform must provide. `root` is the folder that `functions/` and `migrations/` are in."""

    root: Path
    functions: tuple[Function, ...]
    queues: tuple[PlannedQueue, ...]
    state_machines: tuple[StateMachine, ...]
    buckets: tuple[Bucket, ...]
    secrets: tuple[Secret, ...]

    @property
    def jobs(self) -> tuple[Function, ...]:
        """The functions that run as batch jobs."""
        return tuple(function for function in self.functions if isinstance(function.needs.trigger, Job))

    @property
    def topics(self) -> dict[str, list[str]]:
        """The names of the queues that each topic goes to."""
        topics: dict[str, list[str]] = {}
        for queue in self.queues:
            topics.setdefault(queue.topic, []).append(queue.name)
        return topics


def job_queue_of(job: Function) -> str:
    """The batch queue that a `Job` function waits in."""
    trigger = job.needs.trigger
    if not isinstance(trigger, Job):
        raise TypeError(f"{job.name} is not a batch job")
    return GPU_JOB_QUEUE if trigger.gpus else JOB_QUEUE


def make_plan(root: Path, functions: Iterable[Function] | None = None) -> Plan:
    """The plan of the product below `root`, or of `functions` where given. Raises PlanError."""
    found = tuple(load_catalogue(root) if functions is None else functions)
    plan = Plan(
        root=root,
        functions=found,
        queues=tuple(
            _plan_queue(function, function.needs.trigger)
            for function in found
            if isinstance(function.needs.trigger, Queue)
        ),
        state_machines=tuple(_read_machine(path) for path in sorted((root / "statemachines").glob("*.asl.json"))),
        buckets=resources.BUCKETS,
        secrets=resources.SECRETS,
    )
    problems = [*_repeated_queues(plan), *_unknown_grants(plan), *_unknown_placeholders(plan)]
    if problems:
        raise PlanError(problems)
    return plan


def _plan_queue(function: Function, trigger: Queue) -> PlannedQueue:
    settings = resources.QUEUES
    return PlannedQueue(
        name=trigger.name,
        topic=trigger.topic,
        consumer=function.name,
        batch_size=trigger.batch_size,
        max_receive_count=trigger.max_receive_count,
        visibility_timeout_seconds=settings.visibility_factor * function.needs.timeout_seconds,
        retention_seconds=settings.retention_seconds,
        dead_letter_retention_seconds=settings.dead_letter_retention_seconds,
    )


def _read_machine(path: Path) -> StateMachine:
    definition = path.read_text(encoding="utf-8")
    return StateMachine(
        name=path.name.removesuffix(".asl.json"),
        definition=definition,
        placeholders=tuple(sorted(set(PLACEHOLDER.findall(definition)))),
    )


def _repeated_queues(plan: Plan) -> list[str]:
    consumers = Counter(queue.name for queue in plan.queues)
    return [
        f"queue {name} has {count} consumers, which would each get a part of its messages"
        for name, count in consumers.items()
        if count > 1
    ]


def _unknown_grants(plan: Plan) -> list[str]:
    known: dict[str, set[str]] = {
        "workflow": {machine.name for machine in plan.state_machines},
        "job_queue": {job.name for job in plan.jobs},
        "bucket": {bucket.name for bucket in plan.buckets},
        "secret": {secret.name for secret in plan.secrets},
    }
    return [
        f"{function.name} is granted {grant.kind} {grant.name}, which does not exist"
        for function in plan.functions
        for grant in function.needs.grants
        if grant.kind in known and grant.name not in known[grant.kind]
    ]


def _unknown_placeholders(plan: Plan) -> list[str]:
    known = {function.name for function in plan.functions} | {machine.name for machine in plan.state_machines}
    return [
        f"state machine {machine.name} calls {name}, which does not exist"
        for machine in plan.state_machines
        for name in machine.placeholders
        if name not in known
    ]
