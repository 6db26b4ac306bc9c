"""A minimal HTTP/1.1 client over kept-alive connections: cheap enough to share two cores with what it measures."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A status and its JSON body."""

    status: int
    body: Any


class HttpClient:
    """Sends JSON requests to one origin; opens a connection when none is idle."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._idle: list[_Connection] = []

    async def post(self, path: str, body: Any, headers: str) -> HttpReply:
        """POST JSON; `headers` are more of them, each ended by CR LF. Raises OSError when the connection breaks."""
        content = json.dumps(body)
        request = (
            f"POST {path} HTTP/1.1\r\nhost: {self._host}:{self._port}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(content)}\r\n{headers}\r\n{content}"
        )
        connection = self._idle.pop() if self._idle else await self._connect()
        reply = await connection.exchange(request.encode("ascii"))
        self._idle.append(connection)
        return reply

    def close(self) -> None:
        """Close the idle connections."""
        for connection in self._idle:
            connection.close()
        self._idle.clear()

    async def _connect(self) -> _Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(_Connection, self._host, self._port)
        return connection


class _Connection(asyncio.Protocol):
    """One request at a time. A protocol and not streams, which cost twice as much."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._reply: asyncio.Future[HttpReply] | None = None

    async def exchange(self, request: bytes) -> HttpReply:
        if self._transport is None:
            raise ConnectionResetError("the connection was closed")
        self._reply = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            return await self._reply
        except asyncio.CancelledError:  # its reply may still come, and would be taken for the next one's
            self.close()
            raise

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(exc or ConnectionResetError("the connection was closed"))

    def data_received(self, data: bytes) -> None:
        self._received += data
        head_length = self._received.find(HEAD_END)
        if head_length < 0:
            return
        head, start = self._received[:head_length].lower(), head_length + len(HEAD_END)
        _, named, rest = head.partition(b"\r\ncontent-length:")
        end = start + (int(rest.partition(b"\r\n")[0]) if named else 0)
        if len(self._received) < end or self._reply is None or self._reply.done():
            return
        body, self._received = self._received[start:end], self._received[end:]
        self._reply.set_result(HttpReply(int(head[9:12]), json.loads(body) if body else None))
