"""A clock tick → one call, across tenants as the `system` role. The event's own fields are its input, if any."""

from __future__ import annotations

from typing import Any

from dreamseed import logs
from dreamseed.collaborators import Invocation, Parameters
from dreamseed.function import Function, Handler


def build_handler(function: Function) -> Handler:
    """The Lambda handler of a scheduled function; it returns what the function returns, for the log."""
    logs.configure()
    parameters = Parameters.of(function.call)

    def handle(event: Any, context: Any) -> Any:
        inputs = {name: item.annotation.model_validate(event or {}) for name, item in parameters.inputs.items()}
        if "db" not in parameters.collaborators:
            return function.call(**inputs, **parameters.provide(Invocation(function)))
        from dreamseed.database.transaction import in_system

        return in_system(lambda db: function.call(**inputs, **parameters.provide(Invocation(function, db=db))))

    return handle
