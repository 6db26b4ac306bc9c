"""From declarations to what each part of the host is given: launches, job definitions, routes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dreamseed.needs import JOB_FAILED, Http, Job, Needs, Schedule, Socket, Trigger, database, subject_keys
from host.batch.jobs import JobDefinition
from host.declarations import Declaration
from host.environment import Resources
from host.gateway.routes import Route
from host.invoke.launch import Launch
from infra.resources import JOBS

CHORE_SECONDS = 300
BACKGROUND_NICENESS = 5
"""Events, schedules and steps let requests go first; batch jobs (10) let everything go first."""

CHORES = {
    "migrate_database": (database("owner"), subject_keys("owner")),
    "provision": (),
    "read_catalogue": (),
    "seed_demo": (database("write"), subject_keys("write")),
}
"""The host's own work (host/chores.py) and the grants that it needs."""


def function_launches(functions: Iterable[Declaration], resources: Resources, root: Path) -> list[Launch]:
    """Everything that can be invoked: all but batch jobs."""
    invoked = [function for function in functions if not isinstance(function.needs.trigger, Job)]
    return [_launch(function, resources, root, niceness_of(function.needs.trigger)) for function in invoked]


def chore_launches(resources: Resources, root: Path) -> list[Launch]:
    """The host's own work."""
    chores = [
        Declaration(name, "host", "host.chores", Needs(Schedule("never"), grants, timeout_seconds=CHORE_SECONDS))
        for name, grants in CHORES.items()
    ]
    return [_launch(chore, resources, root, niceness=0) for chore in chores]


def niceness_of(trigger: Trigger) -> int:
    """How far a function stands back: not at all if somebody waits for it."""
    return 0 if isinstance(trigger, Http | Socket) else BACKGROUND_NICENESS


def job_definitions(functions: Iterable[Declaration], resources: Resources) -> list[JobDefinition]:
    """How the batch jobs are run."""
    return [
        JobDefinition(
            name=function.name,
            command=("python", "-m", "dreamseed.job_main", function.module),
            environment=resources.environment(function),
            log_file=_log_file(resources, function.name),
            attempts=JOBS.attempts,
            final_statuses=(JOB_FAILED,),
        )
        for function in functions
        if isinstance(function.needs.trigger, Job)
    ]


def http_routes(functions: Iterable[Declaration]) -> list[Route]:
    """The HTTP API."""
    return [
        Route(function.needs.trigger.method, function.needs.trigger.path, function.name)
        for function in functions
        if isinstance(function.needs.trigger, Http)
    ]


def socket_functions(functions: Iterable[Declaration]) -> dict[str, str]:
    """The WebSocket API: the function of each route."""
    return {
        function.needs.trigger.route: function.name
        for function in functions
        if isinstance(function.needs.trigger, Socket)
    }


def _launch(function: Declaration, resources: Resources, root: Path, niceness: int) -> Launch:
    return Launch(
        name=function.name,
        handler=function.handler,
        environment=resources.environment(function),
        timeout_seconds=function.needs.timeout_seconds,
        memory_mb=function.needs.memory_mb,
        task_root=root,
        log_file=_log_file(resources, function.name),
        niceness=niceness,
    )


def _log_file(resources: Resources, name: str) -> Path:
    return resources.data_dir / "logs" / f"{name}.log"
