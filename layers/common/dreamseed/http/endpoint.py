"""From a request's inputs to the function and back: transaction, idempotency, reply."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel

from dreamseed.collaborators import Invocation, Parameters
from dreamseed.errors import FieldError, Forbidden, Invalid
from dreamseed.function import Function
from dreamseed.http.caller import Caller
from dreamseed.http.exchange import Request, Response, client_of, response_of
from dreamseed.http.reply import RawReply, Reply
from dreamseed.needs import Http


class Endpoint:
    """Calls one function, inline: a container serves one request at a time."""

    def __init__(self, function: Function, parameters: Parameters) -> None:
        self._function = function
        self._trigger = cast(Http, function.needs.trigger)
        self._parameters = parameters
        self._opens_transaction = "db" in parameters.collaborators and function.grant("database") is not None

    def serve(self, request: Request, caller: Caller | None, inputs: Mapping[str, Any], request_id: str) -> Response:
        """The function's reply to this request, which stands in the audit log if its calls do."""
        return _respond(self._run(request, caller, inputs, request_id), self._trigger.status)

    def note_refusal(self, request: Request, caller: Caller, request_id: str, error: Forbidden) -> None:
        """Put into the audit log, if calls stand there, that the caller may not do this."""
        if self._trigger.leaves_a_trail:
            self._trail(request, caller, {}, request_id).refuse(error.code)

    def _trail(self, request: Request, caller: Caller, inputs: Mapping[str, Any], request_id: str) -> Any:
        from dreamseed.audit.trail import trail_of  # loaded by the first call that is audited

        return trail_of(self._function, caller, client_of(request), inputs, request_id)

    def _run(self, request: Request, caller: Caller | None, inputs: Mapping[str, Any], request_id: str) -> Any:
        key = self._idempotency_key(request)
        org_id = caller.org_id if caller else None
        is_audited = self._trigger.leaves_a_trail

        def call(db: Any) -> Any:
            trail = self._trail(request, caller, inputs, request_id) if caller and is_audited else None
            invocation = Invocation(self._function, org_id, caller, client_of(request), db, trail=trail)
            result = self._function.call(**inputs, **self._parameters.provide(invocation))
            if trail is not None:
                trail.record(db)
            return result

        if not (self._opens_transaction and caller):
            return call(None)
        from dreamseed.database.transaction import in_tenant

        if key is None:
            return in_tenant(caller.org_id, call)
        from dreamseed.platform.idempotency import once

        scope, fingerprint = f"{self._function.name}:{caller.user_id}", _fingerprint(request)
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


def _fingerprint(request: Request) -> str:
    """A digest of what was asked: the same key with another request is a mistake, not a retry."""
    digest = hashlib.sha256(f"{request.method} {request.path}?{request.query}\n".encode())
    digest.update(request.body)
    return digest.hexdigest()


def _stored(result: Any, status: int) -> RawReply:
    """The reply as bytes, so that a replay is the same to the letter."""
    response = _respond(result, status)
    kept = {name: value for name, value in response.headers.items() if name in ("location", "etag")}
    return RawReply(response.body, response.headers.get("content-type", "application/json"), kept, response.status)


def _respond(result: Any, status: int) -> Response:
    if isinstance(result, RawReply):
        return response_of(result.status, result.content, result.media_type, result.headers)
    headers: dict[str, str] = {}
    if isinstance(result, Reply):
        status, headers, result = result.status or status, result.headers, result.body
    if result is None:
        return response_of(status if status != 200 else 204, b"", None, headers)
    body = result.model_dump_json() if isinstance(result, BaseModel) else json.dumps(result)
    return response_of(status, body.encode(), "application/json", headers)
