"""The function unit: one typed Python function and its needs, in every shape that a platform may ask for.

    @function(Needs(Http("POST", "/api/v1/sessions/{id}/responses", "session:answer:own"), grants=(database("write"),)))
    def submit_response(id: UUID, body: Answer, caller: Caller, db: Connection) -> Recorded: ...

The result is a `Function`: data for the catalogue (`needs`, `name`, `area`), a Lambda handler (`submit_response(event,
context)`), and for HTTP an ASGI application (`submit_response.app`). Nothing is built, and nothing but the standard
library imported, before the first call: what a queue function never uses it never loads.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from typing import Any

from dreamseed.needs import Grant, Http, Needs

Handler = Callable[[Any, Any], Any]


class Function:
    """A declared function. `call` is the plain Python function, for tests and for the frame."""

    def __init__(self, call: Callable[..., Any], needs: Needs) -> None:
        self.call = call
        self.needs = needs
        self.name = call.__name__
        self.module = call.__module__
        self.area = self.module.rpartition(".")[0].rpartition(".")[2]
        self.summary = (call.__doc__ or "").strip().split("\n")[0]

    @cached_property
    def handler(self) -> Handler:
        """The handler for this trigger, built by `dreamseed.triggers.<trigger>` on first use."""
        trigger = type(self.needs.trigger).__name__.lower()
        built: Handler = import_module(f"dreamseed.triggers.{trigger}").build_handler(self)
        return built

    @cached_property
    def app(self) -> Any:
        """The ASGI application of an HTTP function: what uvicorn serves in a container."""
        if not isinstance(self.needs.trigger, Http):
            raise TypeError(f"{self.name} is not an HTTP function")
        return import_module("dreamseed.http.app").App(self)

    def grant(self, kind: str, name: str = "main") -> Grant | None:
        """The grant of that kind and name, if the function declares it."""
        return next((grant for grant in self.needs.grants if (grant.kind, grant.name) == (kind, name)), None)

    def __call__(self, event: Any, context: Any) -> Any:
        return self.handler(event, context)

    def __repr__(self) -> str:
        return f"<Function {self.module} on {self.needs.trigger}>"


def function(needs: Needs) -> Callable[[Callable[..., Any]], Function]:
    """Declare a function with what it needs."""

    def declare(call: Callable[..., Any]) -> Function:
        return Function(call, needs)

    return declare
