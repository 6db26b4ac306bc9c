"""HTTP in the shapes of Lambda: payload format 2.0 of API Gateway's HTTP APIs, both ways.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from host.gateway.routes import Route

TEXT_TYPES = ("application/json", "application/javascript", "application/xml")
"""Besides `text/*`, what API Gateway passes as text; everything else is base64."""

CONNECTION_HEADERS = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"})
"""What a function cannot decide: it describes the connection, which is the gateway's."""

HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A token of RFC 9110."""

BODILESS = frozenset({204, 304})


class MalformedReply(ValueError):
    """The function returned what is no HTTP response."""


@dataclass(frozen=True, slots=True)
class HttpCall:
    """An HTTP request on its way to a function. `path` and `query` are as sent; header names may repeat."""

    route: Route
    path: str
    query: str
    path_parameters: dict[str, str]
    headers: list[tuple[str, str]]
    body: bytes
    source_ip: str
    protocol: str
    request_id: str
    trace_id: str

    def to_event(self) -> bytes:
        """The event as JSON."""
        headers, cookies = _join_headers(self.headers)
        headers.setdefault("x-amzn-trace-id", self.trace_id)
        path = unquote(self.path) if "%" in self.path else self.path
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": self.route.key,
            "rawPath": path,
            "rawQueryString": self.query,
            "headers": headers,
            "requestContext": self._context(path, headers),
            "isBase64Encoded": False,
        }
        if cookies:
            event["cookies"] = cookies
        if self.query:
            event["queryStringParameters"] = _join_parameters(self.query)
        if self.path_parameters:
            event["pathParameters"] = self.path_parameters
        if self.body:
            event["body"], event["isBase64Encoded"] = encode_body(self.body, headers.get("content-type", ""))
        return json.dumps(event, separators=(",", ":")).encode()

    def _context(self, path: str, headers: dict[str, str]) -> dict[str, Any]:
        now = time.time()
        host = headers.get("host", "localhost")
        return {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": host,
            "domainPrefix": host.partition(".")[0],
            "http": {
                "method": self.route.method,
                "path": path,
                "protocol": self.protocol,
                "sourceIp": self.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": self.request_id,
            "routeKey": self.route.key,
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        }


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A function's HTTP response. A header name may repeat only as Set-Cookie."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def parse_reply(payload: bytes) -> HttpReply:
    """Read a function's result: a response of format 2.0, or any other JSON, which means 200 with that JSON.

    Raises MalformedReply for a response that cannot be sent.
    """
    result = json.loads(payload)
    if not isinstance(result, dict) or "statusCode" not in result:
        body = result.encode() if isinstance(result, str) else payload
        return HttpReply(200, [("content-type", "application/json")], body)
    status = result["statusCode"]
    if not isinstance(status, int) or not 200 <= status <= 599:
        raise MalformedReply(f"statusCode is {status!r}")
    headers = _reply_headers(result.get("headers") or {})
    kept = [(name, value) for name, value in headers.items() if name not in CONNECTION_HEADERS]
    body = b"" if status in BODILESS else _decode_body(result)
    if "content-type" not in headers and body:
        kept.append(("content-type", "text/plain; charset=utf-8"))
    kept += [("set-cookie", _header_value(cookie)) for cookie in result.get("cookies") or ()]
    return HttpReply(status, kept, body)


def encode_body(body: bytes, content_type: str) -> tuple[str, bool]:
    """A body as JSON can carry it, and whether that is base64."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type.startswith("text/") or media_type in TEXT_TYPES:
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass  # not the text that it claims to be: nothing of it may be lost
    return base64.b64encode(body).decode("ascii"), True


def _decode_body(result: dict[str, Any]) -> bytes:
    body = result.get("body") or ""
    if not isinstance(body, str):
        return json.dumps(body).encode()
    if not result.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise MalformedReply("the body is not base64") from error


def _reply_headers(headers: object) -> dict[str, str]:
    if not isinstance(headers, dict):
        raise MalformedReply("headers is no object")
    for name in headers:
        if not HEADER_NAME.fullmatch(name):
            raise MalformedReply(f"{name!r} cannot be a header's name")
    return {name.lower(): _header_value(value) for name, value in headers.items()}


def _header_value(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if "\r" in text or "\n" in text:
        raise MalformedReply("a header contains a line break")
    return text


def _join_headers(headers: list[tuple[str, str]]) -> tuple[dict[str, str], list[str]]:
    """Lower-case names, values of repeated ones joined by commas; and the cookies, which stand apart."""
    joined: dict[str, str] = {}
    cookies: list[str] = []
    for name, value in headers:
        lower = name.lower()
        if lower == "cookie":
            cookies += [cookie.strip() for cookie in value.split(";") if cookie.strip()]
        elif lower in joined:
            joined[lower] += f",{value}"
        else:
            joined[lower] = value
    return joined, cookies


def _join_parameters(query: str) -> dict[str, str]:
    """Decoded query parameters, values of repeated ones joined by commas."""
    joined: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined
