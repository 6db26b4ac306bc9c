"""The host's own APIs on one loopback port: Lambda Invoke, Batch, `@connections`, and what `status` asks.

Whoever may call them may run functions as anybody. So their base URL contains a secret, made anew at each start, which
no other user of this machine and no web page in the user's browser can know.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from aiohttp import web

MAX_BODY_BYTES = 8 * 1024 * 1024
"""Above every limit of the APIs themselves, which they report in their own ways."""


class Api(Protocol):
    """A part of the internal API."""

    def add_routes(self, app: web.Application) -> None:
        """Serve its paths."""


class InternalApi:
    """The server. `url` is known before it serves, so that processes can be told."""

    def __init__(self, listener: Any) -> None:
        """`listener` is a bound socket."""
        self._listener = listener
        self._token = secrets.token_urlsafe(24)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The base URL, without a final slash. To know it is to have access."""
        host, port = self._listener.getsockname()
        return f"http://{host}:{port}/{self._token}"

    async def open(self, apis: Iterable[Api], describe: Callable[[], dict[str, Any]]) -> None:
        """Begin to serve. `describe` makes the reply of `GET /status`."""

        async def status(request: web.Request) -> web.Response:
            return web.json_response(describe())

        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_get("/status", status)
        for api in apis:
            api.add_routes(app)
        top = web.Application()
        top.add_subapp(f"/{self._token}", app)
        self._runner = web.AppRunner(top, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.SockSite(self._runner, self._listener).start()

    async def close(self) -> None:
        """Stop serving."""
        if self._runner is not None:
            await self._runner.cleanup()
