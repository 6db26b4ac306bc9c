"""The gateway's own errors, in the shape that the functions' errors have (RFC 9457 problem documents)."""

from __future__ import annotations

import json
from http import HTTPStatus

from aiohttp import web

from dreamseed.http.exchange import SECURITY_HEADERS
from host.invoke.outcome import Failure

CONTENT_TYPE = "application/problem+json"

FAILURES: dict[Failure, tuple[HTTPStatus, str, str]] = {
    Failure.RAISED: (HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "The request could not be completed."),
    Failure.LOAD: (HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "The request could not be completed."),
    Failure.TOO_LARGE: (HTTPStatus.INTERNAL_SERVER_ERROR, "response_too_large", "The reply is too large."),
    Failure.CRASHED: (
        HTTPStatus.BAD_GATEWAY,
        "function_crashed",
        "The request was interrupted. It is safe to send it again with the same Idempotency-Key.",
    ),
    Failure.TIMED_OUT: (HTTPStatus.GATEWAY_TIMEOUT, "function_timed_out", "The request took too long."),
}
"""What a caller learns of a function's failure: never its message, which may quote data."""


def problem(
    status: HTTPStatus, code: str, detail: str, request_id: str, headers: dict[str, str] | None = None
) -> web.Response:
    """A problem document as a response."""
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
        "errors": [],
        "request_id": request_id,
    }
    return web.Response(
        status=status,
        body=json.dumps(document).encode(),
        headers={**SECURITY_HEADERS, "Content-Type": CONTENT_TYPE, **(headers or {})},
    )


def failure_problem(failure: Failure, request_id: str) -> web.Response:
    """The response when a function did not come to a result."""
    return problem(*FAILURES[failure], request_id)
