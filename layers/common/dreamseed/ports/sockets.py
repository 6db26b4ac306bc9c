"""Posting to open WebSocket connections."""

from __future__ import annotations

import json
from typing import Any, Protocol
from uuid import UUID

from dreamseed.function import Function
from dreamseed.ports.grants import Grants


class SocketAdapter(Protocol):
    """A platform's WebSocket gateway. `address` is what the grant's variable holds."""

    def post(self, address: str, connection_id: str, body: bytes) -> bool:
        """Send to one connection; False if it is gone."""
        ...


class Sockets:
    """The open connections that one function may post to."""

    def __init__(self, grants: Grants, adapter: SocketAdapter) -> None:
        self._grants = grants
        self._adapter = adapter

    def post(self, connection_id: str, message: dict[str, Any]) -> bool:
        """Send a message as JSON text; False if the connection is gone and should be forgotten."""
        body = json.dumps(message, separators=(",", ":")).encode()
        return self._adapter.post(self._grants.address("sockets", "main"), connection_id, body)


def connect(function: Function, org_id: UUID | None) -> Sockets:
    """The gateway of this function."""
    from dreamseed.aws.api_gateway import ApiGatewaySockets

    return Sockets(Grants.of(function), ApiGatewaySockets())
