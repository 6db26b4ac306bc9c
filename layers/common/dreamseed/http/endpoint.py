"""From a parsed request to the function and back: transaction, idempotency, reply."""

from __future__ import annotations

import hashlib
import inspect
import json
from typing import Any, cast

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel

from dreamseed.collaborators import Invocation, Parameters
from dreamseed.errors import FieldError, Invalid
from dreamseed.function import Function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import RawReply, Reply
from dreamseed.needs import Http


class Endpoint:
    """The route handler of one function. It runs inline: a container serves one request at a time, so a thread pool
    would only add its own cost."""

    def __init__(self, function: Function, parameters: Parameters) -> None:
        self._function = function
        self._trigger = cast(Http, function.needs.trigger)
        self._parameters = parameters
        self._opens_transaction = function.grant("database") is not None and any(
            str(kind).startswith("sqlalchemy") for kind in _annotations(function)
        )

    @property
    def route(self) -> Any:
        """A coroutine with the function's own inputs as its signature, which is what FastAPI reads."""

        async def route(request: Request, **inputs: Any) -> Response:
            return await self._serve(request, inputs)

        request_parameter = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request)
        own = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in self._parameters.inputs.values()]
        route.__signature__ = inspect.Signature([request_parameter, *own])  # type: ignore[attr-defined]
        route.__name__ = self._function.name
        return route

    async def _serve(self, request: Request, inputs: dict[str, Any]) -> Response:
        key = self._idempotency_key(request)
        fingerprint = await _fingerprint(request) if key else ""
        return _respond(self._run(request, inputs, key, fingerprint), self._trigger.status)

    def _run(self, request: Request, inputs: dict[str, Any], key: str | None, fingerprint: str) -> Any:
        caller: Caller | None = request.scope["state"].get("caller")
        org_id = caller.org_id if caller else None

        def call(db: Any) -> Any:
            invocation = Invocation(self._function, org_id, caller, db)
            return self._function.call(**inputs, **self._parameters.provide(invocation))

        if not (self._opens_transaction and caller):
            return call(None)
        from dreamseed.database.transaction import in_tenant

        if key is None:
            return in_tenant(caller.org_id, call)
        from dreamseed.platform.idempotency import once

        scope = f"{self._function.name}:{caller.user_id}"
        return in_tenant(
            caller.org_id,
            lambda db: once(db, scope, key, fingerprint, lambda: _stored(call(db), self._trigger.status)),
        )

    def _idempotency_key(self, request: Request) -> str | None:
        """The Idempotency-Key, for endpoints whose own write is not already unique."""
        key = request.headers.get("idempotency-key")
        if key is None or self._trigger.method != "POST":
            return None
        if not 1 <= len(key) <= 255 or not key.isprintable():
            raise Invalid(
                "The Idempotency-Key must have 1 to 255 printable characters.",
                errors=(FieldError("header.idempotency-key", "1 to 255 printable characters"),),
            )
        return key if self._trigger.idempotency == "key" else None


def _annotations(function: Function) -> list[Any]:
    import typing

    return [getattr(hint, "__module__", "") for hint in typing.get_type_hints(function.call).values()]


async def _fingerprint(request: Request) -> str:
    """A digest of what was asked: the same key with another request is a mistake, not a retry."""
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    digest.update(await request.body())
    return digest.hexdigest()


def _stored(result: Any, status: int) -> RawReply:
    """The reply as bytes, so that a replay is the same to the letter."""
    response = _respond(result, status)
    kept = {name: value for name, value in response.headers.items() if name in ("location", "etag")}
    return RawReply(bytes(response.body), response.media_type or "application/json", kept, response.status_code)


def _respond(result: Any, status: int) -> Response:
    if isinstance(result, RawReply):
        return Response(result.content, result.status, result.headers, result.media_type)
    headers: dict[str, str] = {}
    if isinstance(result, Reply):
        status, headers, result = result.status or status, result.headers, result.body
    if result is None:
        return Response(status_code=status if status != 200 else 204, headers=headers)
    body = result.model_dump_json() if isinstance(result, BaseModel) else json.dumps(result)
    return Response(body, status, headers, "application/json")
