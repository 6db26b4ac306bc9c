"""`@connections`: how functions send to open WebSockets. What boto3's `apigatewaymanagementapi` client calls.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from host.aws_errors import aws_error
from host.gateway.sockets import MAX_MESSAGE_BYTES, ConnectionGone, SocketGateway

Handler = Callable[[web.Request], Awaitable[web.Response]]


class ConnectionsApi:
    """Serves POST, GET and DELETE of `/@connections/{id}`."""

    def __init__(self, sockets: SocketGateway) -> None:
        self._sockets = sockets

    def add_routes(self, app: web.Application) -> None:
        path = "/@connections/{id}"
        app.router.add_post(path, _unless_gone(self._send))
        app.router.add_get(path, _unless_gone(self._describe))
        app.router.add_delete(path, _unless_gone(self._disconnect))

    async def _send(self, request: web.Request) -> web.Response:
        data = await request.read()
        if len(data) > MAX_MESSAGE_BYTES:
            return aws_error(413, "PayloadTooLargeException", f"a message has at most {MAX_MESSAGE_BYTES} bytes")
        await self._sockets.send(request.match_info["id"], data)
        return web.Response()

    async def _describe(self, request: web.Request) -> web.Response:
        description: dict[str, Any] = self._sockets.describe(request.match_info["id"])
        return web.json_response(description)

    async def _disconnect(self, request: web.Request) -> web.Response:
        await self._sockets.disconnect(request.match_info["id"])
        return web.Response(status=204)


def _unless_gone(handler: Handler) -> Handler:
    async def serve(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except ConnectionGone:
            return aws_error(410, "GoneException", "the connection is gone")

    return serve
