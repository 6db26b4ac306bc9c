"""A minimal HTTP/1.1 client over kept-alive connections: cheap enough to share two cores with what it measures."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class HttpReply:
    """A status and its JSON body."""

    status: int
    body: Any


class HttpClient:
    """Sends JSON requests to one origin; opens a connection when none is idle."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def post(self, path: str, body: Any, headers: dict[str, str]) -> HttpReply:
        """POST a JSON body. Raises OSError when the connection breaks."""
        content = json.dumps(body).encode()
        lines = [f"POST {path} HTTP/1.1", f"host: {self._host}:{self._port}", "content-type: application/json"]
        lines += [f"content-length: {len(content)}", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        request = "\r\n".join(lines).encode() + content
        reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(request)
            reply = await _read(reader)
        except BaseException:
            writer.close()
            raise
        self._idle.append((reader, writer))
        return reply

    async def close(self) -> None:
        """Close the idle connections."""
        for _, writer in self._idle:
            writer.close()
            await writer.wait_closed()
        self._idle.clear()


async def _read(reader: asyncio.StreamReader) -> HttpReply:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status = int(head[9:12])
    length = next(
        int(line.split(":", 1)[1]) for line in head.lower().split("\r\n") if line.startswith("content-length:")
    )
    body = await reader.readexactly(length)
    return HttpReply(status, json.loads(body) if body else None)
