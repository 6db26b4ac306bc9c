"""How FastAPI sees a function: a route with the function's own inputs as its signature.

FastAPI reads the signature, makes a validator for each input and writes the OpenAPI document. It does not serve: see
`dreamseed.http.inputs`.
"""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from dreamseed.collaborators import Parameters
from dreamseed.function import Function
from dreamseed.http.reply import RawReply, Reply
from dreamseed.needs import Http


def route_of(function: Function, parameters: Parameters) -> APIRoute:
    """The function's route, for reading its inputs."""
    trigger = typing.cast(Http, function.needs.trigger)
    with _without_pydantic_1():
        return APIRoute(trigger.path, _stand_in(function, parameters), methods=[trigger.method], response_model=None)


def add_route(app: FastAPI, function: Function) -> None:
    """Register the function on an app whose document is wanted."""
    trigger = typing.cast(Http, function.needs.trigger)
    parameters = Parameters.of(function.call)
    app.add_api_route(
        trigger.path,
        _stand_in(function, parameters),
        methods=[trigger.method],
        status_code=trigger.status,
        response_model=response_model(parameters.returns),
        operation_id=function.name,
        tags=[function.area],
        summary=function.summary,
        description=(function.call.__doc__ or "").strip(),
    )


def response_model(returns: Any) -> Any:
    """The documented body: what the annotation says, without the `Reply` around it; None for raw bytes and no body."""
    if returns in (None, type(None), RawReply):
        return None
    if typing.get_origin(returns) is Reply:
        return response_model(typing.get_args(returns)[0])
    return returns


def _stand_in(function: Function, parameters: Parameters) -> Callable[..., None]:
    """A callable that asks for the inputs alone, without the collaborators. It is read and never called."""

    def stand_in() -> None: ...

    own = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in parameters.inputs.values()]
    stand_in.__signature__ = inspect.Signature(own)  # type: ignore[attr-defined]
    stand_in.__name__ = function.name
    return stand_in


@contextmanager
def _without_pydantic_1() -> Iterator[None]:
    """Make `from pydantic import v1` fail, which FastAPI allows for.

    It asks of every annotation whether it is a model of Pydantic 1, of which we have none, and would load all of it
    (24 modules) into every cold start to find out.
    """
    if "pydantic.v1" in sys.modules:
        yield
        return
    sys.modules["pydantic.v1"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["pydantic.v1"]
