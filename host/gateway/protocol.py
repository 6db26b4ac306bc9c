"""The connection under the gateway: what is no HTTP, too long or too slow is refused like everything else."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong

from host.gateway.problems import problem

SERVER = "DreamSeed"
"""What the gateway says about itself; the versions of its parts are nobody's business."""

HEAD_SECONDS = 30.0
"""How long a client may take from opening a connection to the end of its first request's head."""

log = logging.getLogger(__name__)


class Connection(web.RequestHandler):
    """A client's connection. It says nothing of what came over it but to the log, and there only what kind it was."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._patience = asyncio.get_running_loop().call_later(HEAD_SECONDS, self._end_silence)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._patience.cancel()
        super().connection_lost(exc)

    def _end_silence(self) -> None:
        """Hang up on who has opened a connection and not come to the end of a request's head."""
        if self._request_count == 0:
            self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to what could not be read; the connection ends with it."""
        request_id = str(uuid4())
        log.warning("a request could not be read: %s", type(exc).__name__, extra={"request_id": request_id})
        if isinstance(exc, LineTooLong):
            status, code, detail = 431, "request_head_too_large", "The address or a header is too long."
        elif status < 500:
            code, detail = "malformed_http", "This is no HTTP request that can be read."
        else:
            code, detail = "internal_error", "The request could not be completed."
        response = problem(HTTPStatus(status), code, detail, request_id, {"Server": SERVER})
        response.force_close()
        return response


class Server(web.Server):
    """aiohttp's server with connections of ours. `options` are those of `web.RequestHandler`."""

    def __init__(self, handler: Any, *, request_factory: Any, **options: Any) -> None:
        super().__init__(handler, request_factory=request_factory, **options)
        self._options = options

    def __call__(self) -> web.RequestHandler:
        return Connection(self, loop=asyncio.get_running_loop(), **self._options)
