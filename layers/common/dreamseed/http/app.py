"""The ASGI application of one HTTP function, as a container serves it: the same frame that Lambda calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from dreamseed.function import Function
from dreamseed.http.exchange import Request
from dreamseed.http.frame import Frame

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class App:
    """Answers this function's route, and 404 or 405 to anything else."""

    def __init__(self, function: Function) -> None:
        self._frame = Frame(function)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Raises ValueError for what is not HTTP, which servers take for a no."""
        if scope["type"] != "http":
            raise ValueError(f"an HTTP function has no {scope['type']}")
        headers: dict[str, str] = {}
        for raw_name, raw_value in scope["headers"]:
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]},{value}" if name in headers else value
        body = await _read_body(headers, receive, self._frame.max_body_bytes)
        query = scope["query_string"].decode("latin-1")
        source_ip = (scope.get("client") or ("",))[0]
        response = self._frame.answer(Request(scope["method"], scope["path"], query, headers, body, source_ip))
        raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
        await send({"type": "http.response.start", "status": response.status, "headers": raw_headers})
        await send({"type": "http.response.body", "body": response.body})


async def _read_body(headers: dict[str, str], receive: Receive, limit: int) -> bytes:
    """The body; of one that is too large as much as shows that it is, and nothing if it says so itself."""
    announced = headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > limit:
        return b""
    body, is_complete = b"", False
    while not is_complete and len(body) <= limit:
        message = await receive()
        body += message.get("body", b"")
        is_complete = not message.get("more_body", False)
    return body
