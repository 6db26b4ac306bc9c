"""The Lambda Runtime API as one worker sees it, on a loopback port of its own.

`awslambdaric` is told nothing but `host:port`, so the port says which worker speaks. The exchange is always the same,
on one connection that is kept open:

    GET  /2018-06-01/runtime/invocation/next             is answered when there is work, with the event
    POST /2018-06-01/runtime/invocation/{id}/response    the function's result       (or …/{id}/error)
    POST /2018-06-01/runtime/init/error                  the function could not be loaded; the process ends

That needs so little of HTTP that it is parsed here: two exchanges a call through a general server cost more than
everything else that the host does for the call. Each reply leaves in one packet.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol, cast

PREFIX = b"/2018-06-01/runtime"
MAX_HEAD_BYTES = 64 * 1024
MAX_BODY_BYTES = 64 * 1024 * 1024
ACCEPTED = b'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n'


class RuntimeEvents(Protocol):
    """What a worker process tells."""

    def process_is_ready(self) -> None:
        """The function is loaded, or is done with the last invocation, and asks for the next."""

    def process_failed_to_load(self, error: bytes) -> None:
        """The function could not be loaded; `error` is Lambda's error document."""

    def process_answered(self, request_id: str, payload: bytes, *, is_error: bool) -> None:
        """The invocation ended with a result or, if `is_error`, Lambda's error document."""

    def process_hung_up(self) -> None:
        """The connection was closed: the process has ended or is about to."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request of a runtime."""

    method: bytes
    path: bytes
    body: bytes


class RuntimeApi:
    """Listens for one worker process and hands it one event at a time."""

    def __init__(self, events: RuntimeEvents) -> None:
        self._events = events
        self._server: asyncio.Server | None = None
        self._connection: RuntimeConnection | None = None

    async def listen(self) -> str:
        """Open a free port; returns the value for AWS_LAMBDA_RUNTIME_API."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._accept, "127.0.0.1", 0, backlog=4)
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}"

    def send_event(self, headers: dict[str, str], payload: bytes) -> None:
        """Answer `next` with an event: the waiting one, or else the one that is about to come.

        Raises ConnectionError when the process has hung up, so that no event is ever sent.
        """
        if self._connection is None or self._connection.is_closed:
            raise ConnectionError("the worker has hung up")
        self._connection.send_event(headers, payload)

    def close(self) -> None:
        """Stop listening and hang up: a process that waits for its next event ends by itself."""
        if self._server:
            self._server.close()
        if self._connection:
            self._connection.close()

    def _accept(self) -> asyncio.Protocol:
        # One connection at a time: nobody else on this machine can ask for a worker's events.
        if self._connection is not None and not self._connection.is_closed:
            return Refusal()
        self._connection = RuntimeConnection(self._events)
        return self._connection


class Refusal(asyncio.Protocol):
    """Hangs up at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


class RuntimeConnection(asyncio.Protocol):
    """Parses the requests of one runtime and keeps its `next` waiting."""

    def __init__(self, events: RuntimeEvents) -> None:
        self._events = events
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._is_waiting_for_event = False
        self._next_event: bytes | None = None

    @property
    def is_closed(self) -> bool:
        return self._transport is None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # what a TCP server gives

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._events.process_hung_up()

    def close(self) -> None:
        if self._transport:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        try:
            while (request := take_request(self._buffer)) is not None:
                self._answer(request)
        except ValueError:
            self.close()

    def send_event(self, headers: dict[str, str], payload: bytes) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(payload)}\r\n{lines}\r\n"
        self._next_event = head.encode("latin-1") + payload
        self._answer_next()

    def _answer_next(self) -> None:
        if self._transport and self._is_waiting_for_event and self._next_event is not None:
            self._transport.write(self._next_event)
            self._is_waiting_for_event, self._next_event = False, None

    def _answer(self, request: Request) -> None:
        if request.method == b"GET" and request.path == PREFIX + b"/invocation/next":
            self._is_waiting_for_event = True
            self._events.process_is_ready()
            self._answer_next()
            return
        if self._transport:
            self._transport.write(ACCEPTED)
        if request.path == PREFIX + b"/init/error":
            self._events.process_failed_to_load(request.body)
            return
        request_id, _, outcome = request.path.removeprefix(PREFIX + b"/invocation/").partition(b"/")
        if outcome not in (b"response", b"error"):
            raise ValueError(f"not a path of the Runtime API: {request.path!r}")
        self._events.process_answered(request_id.decode("ascii"), request.body, is_error=outcome == b"error")


def take_request(buffer: bytearray) -> Request | None:
    """Remove the first complete request from the buffer; None while there is none.

    Raises ValueError for what no Lambda runtime sends, such as a chunked body.
    """
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        if len(buffer) > MAX_HEAD_BYTES:
            raise ValueError("the request's head is too long")
        return None
    request_line, *header_lines = bytes(buffer[:end]).split(b"\r\n")
    length = 0
    for line in header_lines:
        name, _, value = line.partition(b":")
        match name.lower():
            case b"content-length":
                length = int(value)
            case b"transfer-encoding":
                raise ValueError("bodies come whole, with their length")
    if not 0 <= length <= MAX_BODY_BYTES:
        raise ValueError(f"the request's body cannot have {length} bytes")
    start = end + 4
    if len(buffer) < start + length:
        return None
    body = bytes(buffer[start : start + length])
    del buffer[: start + length]
    method, path, _version = request_line.split(b" ")
    return Request(method, path, body)
