"""Calls functions as API Gateway does: finds the route, builds the payload, calls the Lambda handler, reads the reply.

Everything of the product runs but the network: each function is given the database role of its own grant.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from dreamseed.function import Function
from dreamseed.needs import Http

GiveDatabase = Callable[[Function], None]


@dataclass(frozen=True)
class ApiReply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON; None when it is empty."""
        return json.loads(self.body) if self.body else None

    @property
    def code(self) -> str:
        """The stable code of a problem."""
        return cast(str, self.json["code"])


class Api:
    """The product's HTTP API, called in this process."""

    def __init__(self, functions: Iterable[Function], give_database: GiveDatabase) -> None:
        self._routes = [(_pattern(_trigger(each).path), each) for each in functions if _is_http(each)]
        self._give_database = give_database

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
    ) -> ApiReply:
        """Call the function that serves this method and path. A `bytes` body is sent as it is, any other as JSON."""
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = {"content-type": "application/json", "host": "api.test"} | (headers or {})
        if raw is not None:
            sent["content-length"] = str(len(raw))
        if token:
            sent["authorization"] = f"Bearer {token}"
        event = _payload(method, path, raw, sent, query or {})
        function = self._function(method, path)
        self._give_database(function)
        return _read(invoke(function, event))

    def _function(self, method: str, path: str) -> Function:
        for pattern, function in self._routes:
            if _trigger(function).method == method and pattern.fullmatch(path):
                return function
        raise LookupError(f"no function serves {method} {path}")


def invoke(function: Function, event: dict[str, Any]) -> Any:
    """Call a Lambda handler."""
    return function(event, None)


def _is_http(function: Function) -> bool:
    return isinstance(function.needs.trigger, Http)


def _trigger(function: Function) -> Http:
    return cast(Http, function.needs.trigger)


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)(:path)?\}", path)
    pattern = re.escape(parts[0])
    for index in range(1, len(parts), 3):
        pattern += (".+" if parts[index + 1] else "[^/]+") + re.escape(parts[index + 2])
    return re.compile(pattern)


def _payload(
    method: str, path: str, body: bytes | None, headers: dict[str, str], query: dict[str, str]
) -> dict[str, Any]:
    """API Gateway's payload 2.0."""
    http = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "tests"}
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": urlencode(query),
        "headers": headers,
        "queryStringParameters": query,
        "requestContext": {"http": http, "stage": "$default", "requestId": "test", "domainName": "api.test"},
        "body": base64.b64encode(body).decode() if body is not None else None,
        "isBase64Encoded": body is not None,
    }


def _read(reply: dict[str, Any]) -> ApiReply:
    body = reply.get("body") or ""
    content = base64.b64decode(body) if reply.get("isBase64Encoded") else body.encode()
    return ApiReply(reply["statusCode"], reply["headers"], content)
