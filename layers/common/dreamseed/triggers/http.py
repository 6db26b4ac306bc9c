"""API Gateway's HTTP payload 2.0 → a request of ours, and back.

Instead of Mangum, which serves any ASGI application: an event loop, a queue and two coroutines for each call would cost
more than all that the frame does (docs/adr/0025).

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
from typing import Any

from dreamseed.function import Function, Handler
from dreamseed.http.exchange import Request, Response
from dreamseed.http.frame import Frame

TEXT_MEDIA_TYPES = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/javascript",
    "application/xml",
    "image/svg+xml",
)
"""Bodies that travel as they are; all others travel in Base64."""


def build_handler(function: Function) -> Handler:
    """The Lambda handler of an HTTP function."""
    frame = Frame(function)

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return reply_of(frame.answer(request_of(event)))

    return handle


def request_of(event: dict[str, Any]) -> Request:
    """The request in an event. The gateway has decoded its path already."""
    http = event["requestContext"]["http"]
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if event.get("cookies"):
        headers["cookie"] = "; ".join(event["cookies"])
    body = event.get("body") or ""
    content = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
    query, source_ip = event.get("rawQueryString", ""), http.get("sourceIp", "")
    return Request(http["method"], http["path"], query, headers, content, source_ip)


def reply_of(response: Response) -> dict[str, Any]:
    """The response as the gateway takes it."""
    body, is_base64 = _carried(response)
    return {"statusCode": response.status, "headers": response.headers, "body": body, "isBase64Encoded": is_base64}


def _carried(response: Response) -> tuple[str, bool]:
    """The body as JSON can carry it, and whether that is Base64."""
    if not response.body or response.headers.get("content-type", "").startswith(TEXT_MEDIA_TYPES):
        try:
            return response.body.decode(), False
        except UnicodeDecodeError:
            pass  # not the text that it claims to be: nothing of it may be lost
    return base64.b64encode(response.body).decode(), True
