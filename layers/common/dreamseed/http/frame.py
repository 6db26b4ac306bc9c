"""The outermost layer of an HTTP function: everything that must hold before the request is even parsed."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast
from uuid import uuid4

from starlette.responses import Response

from dreamseed import logs
from dreamseed.errors import DreamSeedError, Malformed, TooLarge
from dreamseed.function import Function
from dreamseed.http import cors
from dreamseed.http.caller import bearer_token
from dreamseed.http.problems import MEDIA_TYPE, STATUSES, internal_problem, problem
from dreamseed.needs import PUBLIC, Http
from dreamseed.ports import callers

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

SECURITY_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
Headers = list[tuple[bytes, bytes]]


def _encoded(headers: dict[str, str]) -> Headers:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


_SECURITY_HEADERS = _encoded(SECURITY_HEADERS)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
_log = logs.logger("http")


class Frame:
    """Wraps a function's FastAPI app: request id, log context, size limit, authentication, permission, headers."""

    def __init__(self, app: Any, function: Function) -> None:
        self._app = app
        self._trigger = cast(Http, function.needs.trigger)
        logs.configure()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        request_id = _request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        own = _encoded({**cors.headers_for(headers.get("origin", "")), "x-request-id": request_id})
        outgoing = _Outgoing(send, own)
        started = time.perf_counter()
        with logs.bind(request_id=request_id):
            try:
                await self._serve(scope, receive, outgoing, headers)
            except tuple(STATUSES) as error:
                await problem_response(error, request_id)(scope, receive, outgoing)
            except Exception:
                _log.exception("unhandled error", extra={"route": self._trigger.path})
                if not outgoing.status:
                    await internal_problem_response(request_id)(scope, receive, outgoing)
            _log.info(
                "request",
                extra={
                    "route": f"{self._trigger.method} {self._trigger.path}",
                    "status": outgoing.status,
                    "ms": round((time.perf_counter() - started) * 1000, 2),
                    **_who(scope),
                },
            )

    async def _serve(self, scope: Scope, receive: Receive, send: Send, headers: dict[str, str]) -> None:
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await self._preflight(headers.get("origin", ""))(scope, receive, send)
            return
        self._admit(scope, headers)
        with logs.bind(**_who(scope)):
            await self._app(scope, _limited(receive, self._trigger.max_body_bytes), send)

    def _preflight(self, origin: str) -> Response:
        return Response(status_code=204, headers=cors.preflight_headers(origin, self._trigger.method))

    def _admit(self, scope: Scope, headers: dict[str, str]) -> None:
        """Refuse what is too large, unknown or not permitted before a byte of the body is read."""
        announced = headers.get("content-length") or "0"
        if not announced.isdecimal():
            raise Malformed("Content-Length must be a number.", code="malformed_content_length")
        if int(announced) > self._trigger.max_body_bytes:
            raise _too_large(self._trigger.max_body_bytes)
        if self._trigger.permission == PUBLIC:
            return
        caller = callers.connect().of_token(bearer_token(headers))
        caller.require(self._trigger.permission)
        scope["state"]["caller"] = caller


class _Outgoing:
    """`send` with this reply's headers, and the security headers that it does not bring itself, added.

    It remembers the status for the log.
    """

    def __init__(self, send: Send, headers: Headers) -> None:
        self._send = send
        self._headers = headers
        self.status = 0

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message["headers"])
            for added in (self._headers, _SECURITY_HEADERS):
                present = {name for name, _ in headers}  # ASGI sends names in lower case
                headers += [header for header in added if header[0] not in present]
            message["headers"] = headers
        await self._send(message)


def request_id_of(scope: MutableMapping[str, Any]) -> str:
    """The id that the frame gave this request."""
    request_id: str = scope["state"]["request_id"]
    return request_id


def problem_response(error: DreamSeedError, request_id: str) -> Response:
    """The error as a problem+json response."""
    status, body = problem(error, request_id)
    headers = {"retry-after": str(error.retry_after_seconds)} if error.retry_after_seconds else {}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(json.dumps(body), status, headers, MEDIA_TYPE)


def internal_problem_response(request_id: str) -> Response:
    """What a caller sees of a mistake of ours."""
    status, body = internal_problem(request_id)
    return Response(json.dumps(body), status, media_type=MEDIA_TYPE)


def _who(scope: Scope) -> dict[str, str]:
    """The ids of the caller and their organisation, once they are known."""
    caller = scope["state"].get("caller")
    return {"org_id": str(caller.org_id), "user_id": str(caller.user_id)} if caller else {}


def _request_id(headers: dict[str, str]) -> str:
    offered = headers.get("x-request-id", "")
    return offered if _REQUEST_ID.fullmatch(offered) else uuid4().hex


def _limited(receive: Receive, limit: int) -> Receive:
    """`receive` that gives up once more than `limit` bytes have come, whatever Content-Length promised."""
    taken = 0

    async def receive_limited() -> MutableMapping[str, Any]:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise _too_large(limit)
        return message

    return receive_limited


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body may have at most {limit} bytes here.")
