"""What a function may ask for besides its input, recognised by the type of the parameter.

    caller: Caller      who is calling             client: Client         from which device and address they do
    db: Connection      the open tenant (or system) transaction
    message: Message    the event being handled    job: JobContext        the job that a step works for
    blobs: Blobs        queues: Queues             workflows: Workflows   batch: BatchJobs
    sockets: Sockets    secrets: Secrets           mail: MailBox
    keys: SubjectKeys   seals and opens what is known of people
    sink: AuditSink     where the audit log is copied to
    trail: Trail        what the audit log will say of this call
    clock: Clock        the time, so that rules never read it

Types are matched by their qualified name, so a function that asks for no database never imports one.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from dreamseed.errors import MissingGrant
from dreamseed.function import Function


@dataclass(frozen=True)
class Invocation:
    """One call of a function: on whose behalf, in which tenant and transaction, and for which message or job."""

    function: Function
    org_id: UUID | None = None
    caller: Any = None
    client: Any = None
    db: Any = None
    message: Any = None
    job: Any = None
    trail: Any = None


@dataclass(frozen=True)
class Clock:
    """The time now, in UTC."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)


def _database(invocation: Invocation) -> Any:
    if invocation.function.grant("database") is None:
        raise MissingGrant(f"{invocation.function.name} uses the database: add database(...) to its grants")
    return invocation.db


def _port(module: str) -> Callable[[Invocation], Any]:
    def connect(invocation: Invocation) -> Any:
        return import_module(f"dreamseed.ports.{module}").connect(invocation.function, invocation.org_id)

    return connect


PROVIDERS: dict[str, Callable[[Invocation], Any]] = {
    "dreamseed.http.caller.Caller": lambda invocation: invocation.caller,
    "dreamseed.http.exchange.Client": lambda invocation: invocation.client,
    "dreamseed.message.Message": lambda invocation: invocation.message,
    "dreamseed.audit.trail.Trail": lambda invocation: invocation.trail,
    "dreamseed.collaborators.Clock": lambda invocation: Clock(),
    "sqlalchemy.engine.base.Connection": _database,
    "dreamseed.platform.jobs.JobContext": lambda invocation: invocation.job,
    "dreamseed.ports.blobs.Blobs": _port("blobs"),
    "dreamseed.ports.queues.Queues": _port("queues"),
    "dreamseed.ports.workflows.Workflows": _port("workflows"),
    "dreamseed.ports.batch.BatchJobs": _port("batch"),
    "dreamseed.ports.sockets.Sockets": _port("sockets"),
    "dreamseed.ports.secrets.Secrets": _port("secrets"),
    "dreamseed.ports.mail.MailBox": _port("mail"),
    "dreamseed.ports.audit_sink.AuditSink": _port("audit_sink"),
    "dreamseed.ports.subject_keys.SubjectKeys": _port("subject_keys"),
}


@dataclass(frozen=True)
class Parameters:
    """A function's signature, split into what the caller sends and what the frame provides."""

    inputs: dict[str, inspect.Parameter]
    collaborators: dict[str, Callable[[Invocation], Any]]
    returns: Any

    @classmethod
    def of(cls, call: Callable[..., Any]) -> Parameters:
        """Read the signature with its annotations resolved."""
        hints = typing.get_type_hints(call, include_extras=True)
        inputs: dict[str, inspect.Parameter] = {}
        collaborators: dict[str, Callable[[Invocation], Any]] = {}
        for name, parameter in inspect.signature(call).parameters.items():
            annotation = hints[name]
            provider = PROVIDERS.get(f"{annotation.__module__}.{getattr(annotation, '__qualname__', '')}")
            if provider:
                collaborators[name] = provider
            else:
                inputs[name] = parameter.replace(annotation=annotation)
        return cls(inputs, collaborators, hints.get("return"))

    def provide(self, invocation: Invocation) -> dict[str, Any]:
        """The collaborators of one call, by parameter name."""
        return {name: provider(invocation) for name, provider in self.collaborators.items()}
