"""A deployment → one call. What calls it brings no input; the function's result goes into its log."""

from __future__ import annotations

from typing import Any

from dreamseed import logs
from dreamseed.collaborators import Invocation, Parameters
from dreamseed.function import Function, Handler


def build_handler(function: Function) -> Handler:
    """The Lambda handler of a function that prepares a deployment. What it raises stops the deployment."""
    logs.configure()
    collaborators = Parameters.of(function.call).collaborators

    def handle(event: Any, context: Any) -> Any:
        invocation = Invocation(function)
        return function.call(**{name: provide(invocation) for name, provide in collaborators.items()})

    return handle
