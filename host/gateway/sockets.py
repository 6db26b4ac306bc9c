"""The WebSocket API: open connections, the events that functions get of them, and what functions send to them.

As with API Gateway, a function never holds a connection. It gets `$connect`, `$default` and `$disconnect` events, and
sends by `POST /@connections/{id}`, which answers 410 when the connection is gone.
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from aiohttp import WSMessage, WSMsgType, web

from host.gateway.http_event import encode_body
from host.gateway.problems import failure_problem, problem
from host.invoke.outcome import Outcome, PoolOverloaded
from host.invoke.pools import Pools

MAX_MESSAGE_BYTES = 128 * 1024
IDLE_SECONDS = 600.0
PING_SECONDS = 30.0
SEND_SECONDS = 5.0
"""How long a client that does not read may hold up a sender before it is dropped."""
MAX_CONNECTIONS = 2000

log = logging.getLogger(__name__)


class ConnectionGone(LookupError):
    """There is no such connection, or no longer."""


@dataclass(eq=False)
class Connection:
    """One open WebSocket."""

    id: str
    socket: web.WebSocketResponse
    source_ip: str
    user_agent: str
    host: str
    connected_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    last_active_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def context(self, route: str, event_type: str) -> dict[str, Any]:
        """The `requestContext` of an event."""
        now = time.time()
        request_id = str(uuid4())
        return {
            "routeKey": route,
            "eventType": event_type,
            "extendedRequestId": request_id,
            "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "messageDirection": "IN",
            "stage": "$default",
            "connectedAt": int(self.connected_at.timestamp() * 1000),
            "requestTimeEpoch": int(now * 1000),
            "identity": {"sourceIp": self.source_ip, "userAgent": self.user_agent},
            "requestId": request_id,
            "domainName": self.host,
            "connectionId": self.id,
            "apiId": "local",
        }


class SocketGateway:
    """All open connections. `functions` maps a route (`$connect`, `$default`, `$disconnect`) to a function."""

    def __init__(self, functions: dict[str, str], pools: Pools) -> None:
        self._functions = functions
        self._pools = pools
        self._connections: dict[str, Connection] = {}

    async def handle(self, request: web.BaseRequest, request_id: str) -> web.StreamResponse:
        """Serve one WebSocket from its handshake to its end."""
        socket = web.WebSocketResponse(
            heartbeat=PING_SECONDS, max_msg_size=MAX_MESSAGE_BYTES, receive_timeout=IDLE_SECONDS
        )
        refusal = self._refusal(socket, request, request_id)
        if refusal is not None:
            return refusal
        connection = Connection(
            id=base64.urlsafe_b64encode(secrets.token_bytes(11)).decode("ascii"),
            socket=socket,
            source_ip=request.remote or "",
            user_agent=request.headers.get("User-Agent", ""),
            host=request.host,
        )
        self._connections[connection.id] = connection
        status, reason = 1006, "Abnormal closure"
        try:
            refusal = await self._connect(connection, request, request_id)
            if refusal is not None:
                return refusal
            await socket.prepare(request)
            await self._receive(connection)
            status, reason = socket.close_code or status, ""
        finally:
            del self._connections[connection.id]
        await self._disconnect(connection, status, reason)
        return socket

    async def send(self, connection_id: str, data: bytes) -> None:
        """Send a message to a connection, as text if it is text. Raises ConnectionGone."""
        connection = self._find(connection_id)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                try:
                    await connection.socket.send_str(data.decode())
                except UnicodeDecodeError:
                    await connection.socket.send_bytes(data)
        except (ConnectionError, RuntimeError, TimeoutError) as error:
            await self.disconnect(connection_id)
            raise ConnectionGone(connection_id) from error
        connection.last_active_at = datetime.now(UTC)

    def describe(self, connection_id: str) -> dict[str, Any]:
        """What `GET /@connections/{id}` tells. Raises ConnectionGone."""
        connection = self._find(connection_id)
        return {
            "connectedAt": connection.connected_at.isoformat(),
            "identity": {"sourceIp": connection.source_ip, "userAgent": connection.user_agent},
            "lastActiveAt": connection.last_active_at.isoformat(),
        }

    async def disconnect(self, connection_id: str) -> None:
        """Close a connection. Raises ConnectionGone."""
        socket = self._find(connection_id).socket
        await socket.close(code=1000, drain=False)

    async def close(self) -> None:
        """Close all connections, telling clients that the server goes away."""
        sockets = [connection.socket for connection in self._connections.values() if connection.socket.prepared]
        await asyncio.gather(*(socket.close(code=1001, drain=False) for socket in sockets))

    def _find(self, connection_id: str) -> Connection:
        connection = self._connections.get(connection_id)
        if connection is None or not connection.socket.prepared or connection.socket.closed:
            raise ConnectionGone(connection_id)
        return connection

    def _refusal(self, socket: web.WebSocketResponse, request: web.BaseRequest, request_id: str) -> web.Response | None:
        if not socket.can_prepare(request):
            detail = "This address takes WebSocket connections only."
            headers = {"Connection": "Upgrade", "Upgrade": "websocket"}
            return problem(HTTPStatus.UPGRADE_REQUIRED, "upgrade_required", detail, request_id, headers)
        if len(self._connections) >= MAX_CONNECTIONS:
            detail, headers = "Too many open connections. Try again shortly.", {"Retry-After": "5"}
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "overloaded", detail, request_id, headers)
        return None

    async def _connect(self, connection: Connection, request: web.BaseRequest, request_id: str) -> web.Response | None:
        """Ask the `$connect` function; returns the response that refuses the handshake, None if it may go on."""
        headers: dict[str, list[str]] = {}
        for name, value in request.headers.items():
            headers.setdefault(name, []).append(value)
        event: dict[str, Any] = {
            "headers": {name: values[-1] for name, values in headers.items()},
            "multiValueHeaders": headers,
            "requestContext": connection.context("$connect", "CONNECT"),
            "isBase64Encoded": False,
        }
        query = parse_qs(request.rel_url.raw_query_string, keep_blank_values=True)
        if query:
            event["queryStringParameters"] = {name: values[-1] for name, values in query.items()}
            event["multiValueQueryStringParameters"] = query
        try:
            outcome = await self._invoke("$connect", event)
        except PoolOverloaded as error:
            retry = {"Retry-After": str(error.retry_after_seconds)}
            detail = "Too many requests at once. Try again shortly."
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "overloaded", detail, request_id, retry)
        if outcome is None:
            return None
        if outcome.failure is not None:
            return failure_problem(outcome.failure, request_id)
        reply = json.loads(outcome.payload)
        status = reply.get("statusCode", 200) if isinstance(reply, dict) else 200
        if 200 <= status < 300:
            return None
        return problem(HTTPStatus(status), "connection_refused", "The connection was refused.", request_id)

    async def _receive(self, connection: Connection) -> None:
        """Hand on messages in the order in which they come, until the client or the server closes."""
        async for message in connection.socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            connection.last_active_at = datetime.now(UTC)
            context = connection.context("$default", "MESSAGE")
            problem_text = await self._deliver(message, context)
            if problem_text is not None and not connection.socket.closed:
                answer = {"message": problem_text, "connectionId": connection.id, "requestId": context["requestId"]}
                await connection.socket.send_str(json.dumps(answer))

    async def _deliver(self, message: WSMessage, context: dict[str, Any]) -> str | None:
        """Call the `$default` function with a message; returns what to tell the client if that failed."""
        data = message.data.encode() if message.type is WSMsgType.TEXT else message.data
        content_type = "text/plain" if message.type is WSMsgType.TEXT else "application/octet-stream"
        body, is_base64 = encode_body(data, content_type)
        context["messageId"] = context["requestId"]
        try:
            outcome = await self._invoke(
                "$default", {"requestContext": context, "body": body, "isBase64Encoded": is_base64}
            )
        except PoolOverloaded:
            return "Too many requests"
        return "Internal server error" if outcome is not None and outcome.failure is not None else None

    async def _disconnect(self, connection: Connection, status: int, reason: str) -> None:
        context = connection.context("$disconnect", "DISCONNECT")
        context |= {"disconnectStatusCode": status, "disconnectReason": reason}
        headers = {"Host": connection.host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""}
        try:
            await self._invoke("$disconnect", {"headers": headers, "requestContext": context, "isBase64Encoded": False})
        except PoolOverloaded:
            log.warning("a $disconnect was not delivered: the pool is overloaded")

    async def _invoke(self, route: str, event: dict[str, Any]) -> Outcome | None:
        """Call the route's function; None if the route has none."""
        function = self._functions.get(route)
        if function is None:
            return None
        outcome = await self._pools.invoke(function, json.dumps(event, separators=(",", ":")).encode())
        if outcome.failure is not None:
            log.error("%s failed: %s", function, outcome.payload.decode(errors="replace"))
        return outcome
