"""The ASGI application of one HTTP function: our frame around a FastAPI app with a single route.

Frame      request id, log context, size limit, who calls, may they, headers       (dreamseed.http.frame)
FastAPI    parses and validates path, query and body by the function's own types
endpoint   opens the tenant transaction, honours Idempotency-Key, calls the function   (dreamseed.http.endpoint)
"""

from __future__ import annotations

import sys
import typing
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from dreamseed import errors
from dreamseed.collaborators import Parameters
from dreamseed.function import Function
from dreamseed.http.endpoint import Endpoint
from dreamseed.http.frame import Frame, internal_problem_response, problem_response, request_id_of
from dreamseed.http.problems import STATUSES, from_validation
from dreamseed.http.reply import RawReply, Reply
from dreamseed.needs import Http


def build_app(function: Function) -> Frame:
    """The application that answers this function's route, and 404 or 405 to anything else."""
    app = FastAPI(title=function.name, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http_exception)
    for kind in STATUSES:
        app.add_exception_handler(kind, _on_error)
    app.add_exception_handler(Exception, _on_mistake)
    with _without_pydantic_1():
        add_route(app, function, is_documented=False)
    return Frame(app, function)


def add_route(app: FastAPI, function: Function, *, is_documented: bool = True) -> None:
    """Register the function's route on a FastAPI app. The model of the reply is for the document only."""
    trigger = typing.cast(Http, function.needs.trigger)
    parameters = Parameters.of(function.call)
    app.add_api_route(
        trigger.path,
        Endpoint(function, parameters).route,
        methods=[trigger.method],
        status_code=trigger.status,
        response_model=response_model(parameters.returns) if is_documented else None,
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


async def _on_invalid(request: Request, error: Exception) -> Response:
    problem = from_validation(list(typing.cast(RequestValidationError, error).errors()))
    return problem_response(problem, request_id_of(request.scope))


async def _on_error(request: Request, error: Exception) -> Response:
    return problem_response(typing.cast(errors.DreamSeedError, error), request_id_of(request.scope))


async def _on_mistake(request: Request, error: Exception) -> Response:
    """Starlette sends this and then raises the error once more; the frame logs it."""
    return internal_problem_response(request_id_of(request.scope))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    """What Starlette refuses by itself: an unknown address, a wrong method, a body that `receive` gave up on."""
    status = typing.cast(HTTPException, error).status_code
    problem: errors.DreamSeedError
    if isinstance(error.__cause__, errors.TooLarge):
        problem = error.__cause__
    elif status == 404:
        problem = errors.NotFound("There is nothing at this address.", code="no_such_route")
    elif status == 405:
        problem = errors.MethodNotAllowed("This address does not take that method.")
    else:
        problem = errors.Malformed("The body could not be read.")
    return problem_response(problem, request_id_of(request.scope))
