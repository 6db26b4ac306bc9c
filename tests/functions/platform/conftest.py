"""What the platform's functions are given instead of a cloud: adapters that remember what they were asked to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from dreamseed.database.transaction import tenant_transaction
from dreamseed.errors import Unavailable
from dreamseed.function import Function
from dreamseed.message import Message
from dreamseed.platform.jobs import create_job
from dreamseed.ports.batch import INPUT_VARIABLE, BatchJobs
from dreamseed.ports.grants import Grants
from dreamseed.ports.queues import Queues, Refusal
from dreamseed.ports.sockets import Sockets
from dreamseed.ports.workflows import Workflows
from host.postgres import Database
from tests.school import school

__all__ = ["school"]


@dataclass
class QueueRecorder:
    """Takes every message, or none while it is down."""

    bodies: list[tuple[str, str]] = field(default_factory=list)
    is_down: bool = False

    def send_batch(self, address: str, bodies: dict[str, str]) -> dict[str, Refusal]:
        if self.is_down:
            return dict.fromkeys(bodies, Refusal("connection refused"))
        self.bodies += [(address, body) for body in bodies.values()]
        return {}

    def messages(self, address: str) -> list[Message]:
        """What one queue took, in order."""
        return [Message.from_json(body) for at, body in self.bodies if at == address]

    def queues_of(self, function: Function) -> Queues:
        return Queues(Grants.of(function), self)


@dataclass
class WorkflowRecorder:
    """Starts and stops executions by name: `on_start` is called with the input of each, and may refuse it."""

    started: dict[str, str] = field(default_factory=dict)
    stopped: list[str] = field(default_factory=list)
    on_start: Callable[[dict[str, Any]], None] = lambda given: None

    def start(self, address: str, name: str, input: str) -> None:
        if name not in self.started:
            self.on_start(json.loads(input))
            self.started[name] = input

    def stop(self, address: str, name: str, reason: str) -> None:
        self.stopped.append(name)

    def task_succeeded(self, token: str, output: str) -> bool:
        return False

    def task_failed(self, token: str, error: str, cause: str) -> bool:
        return False

    def task_is_alive(self, token: str) -> bool:
        return False

    def workflows_of(self, function: Function) -> Workflows:
        return Workflows(Grants.of(function), self)


@dataclass
class BatchRecorder:
    """Submits batch jobs, numbered from b-1, and stops them."""

    submitted: list[dict[str, Any]] = field(default_factory=list)
    terminated: list[str] = field(default_factory=list)

    def submit(self, address: str, name: str, environment: dict[str, str]) -> str:
        self.submitted.append(json.loads(environment[INPUT_VARIABLE]))
        return f"b-{len(self.submitted)}"

    def terminate(self, batch_job_id: str, reason: str) -> None:
        self.terminated.append(batch_job_id)

    def batch_of(self, function: Function) -> BatchJobs:
        return BatchJobs(Grants.of(function), self)


@dataclass
class SocketRecorder:
    """Open connections, some of them gone or out of reach, and what was posted to each."""

    gone: set[str] = field(default_factory=set)
    unreachable: set[str] = field(default_factory=set)
    posted: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def post(self, address: str, connection_id: str, body: bytes) -> bool:
        if connection_id in self.gone:
            return False
        if connection_id in self.unreachable:
            raise Unavailable("posting to a connection: LimitExceededException")
        self.posted.append((connection_id, json.loads(body)))
        return True

    def sockets_of(self, function: Function) -> Sockets:
        return Sockets(Grants.of(function), self)


@pytest.fixture
def queue_recorder() -> QueueRecorder:
    return QueueRecorder()


@pytest.fixture
def workflow_recorder(monkeypatch: pytest.MonkeyPatch) -> WorkflowRecorder:
    monkeypatch.setenv("DREAMSEED_WORKFLOW_SIMULATE_DESIGN", "arn:simulate")
    return WorkflowRecorder()


@pytest.fixture
def batch_recorder(monkeypatch: pytest.MonkeyPatch) -> BatchRecorder:
    monkeypatch.setenv("DREAMSEED_JOB_QUEUE_SIMULATE_POPULATION", "{}")
    return BatchRecorder()


@pytest.fixture
def socket_recorder(monkeypatch: pytest.MonkeyPatch) -> SocketRecorder:
    monkeypatch.setenv("DREAMSEED_SOCKETS_MAIN", "http://sockets")
    return SocketRecorder()


@pytest.fixture
def queued_job(database: Database) -> Callable[[UUID], UUID]:
    """Makes a job in an organisation."""

    def make(org_id: UUID) -> UUID:
        with tenant_transaction(org_id, database.url("write")) as db:
            return create_job(db, "simulate_design", {})

    return make
