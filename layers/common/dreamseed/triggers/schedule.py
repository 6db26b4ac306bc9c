"""A clock tick → one call, across tenants as the `system` role. The event's own fields are its input, if any.

What has been done across tenants is noted in the platform's audit log: in the same transaction where the trigger opens
it, and else in one of its own.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from dreamseed import logs
from dreamseed.collaborators import Invocation, Parameters
from dreamseed.function import Function, Handler
from dreamseed.needs import Schedule

if TYPE_CHECKING:
    from sqlalchemy import Connection

ACROSS_TENANTS = ("system", "owner")


def build_handler(function: Function) -> Handler:
    """The Lambda handler of a scheduled function; it returns what the function returns, for the log."""
    logs.configure()
    parameters = Parameters.of(function.call)

    def handle(event: Any, context: Any) -> Any:
        inputs = {name: item.annotation.model_validate(event or {}) for name, item in parameters.inputs.items()}
        if "db" not in parameters.collaborators:
            outcome = function.call(**inputs, **parameters.provide(Invocation(function)))
            if is_noted(function):
                from dreamseed.database.transaction import in_system

                in_system(partial(_note, function=function, outcome=outcome))
            return outcome
        from dreamseed.database.transaction import in_system

        def work(db: Connection) -> Any:
            outcome = function.call(**inputs, **parameters.provide(Invocation(function, db=db)))
            if is_noted(function):
                _note(db, function, outcome)
            return outcome

        return in_system(work)

    return handle


def is_noted(function: Function) -> bool:
    """Whether what the function does across tenants stands in the platform's audit log."""
    grant = function.grant("database")
    return cast(Schedule, function.needs.trigger).is_audited and grant is not None and grant.action in ACROSS_TENANTS


def _note(db: Connection, function: Function, outcome: Any) -> None:
    from dreamseed.audit.across import note_run

    note_run(db, function.name, outcome)
