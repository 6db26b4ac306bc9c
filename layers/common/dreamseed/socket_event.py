"""A WebSocket event as a function sees it, whichever platform it came from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SocketEvent:
    """A connection that opens or closes, or a message on it."""

    connection_id: str
    route: str
    query: dict[str, str]
    body: str
