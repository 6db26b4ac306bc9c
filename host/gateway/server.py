"""The gateway's listening socket, and the way of one HTTP request through it.

route → (function) event → pool → reply       (web app) file       (/ws) WebSocket       (/mail) kept mails
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from aiohttp import web
from aiohttp.http import RawRequestMessage
from aiohttp.streams import StreamReader

from host.gateway.http_event import HttpCall, MalformedReply, parse_reply
from host.gateway.mail_page import MailPages
from host.gateway.problems import failure_problem, problem
from host.gateway.protocol import SERVER, Server
from host.gateway.routes import Found, Route, RouteTable
from host.gateway.sockets import SocketGateway
from host.gateway.static import WebApp
from host.invoke.outcome import MAX_PAYLOAD_BYTES, Outcome, PoolOverloaded
from host.invoke.pools import Pools
from host.invoke.worker import Invocation, continue_trace
from infra.resources import SOCKET_PATH

BODY_SECONDS = 30.0
"""How long a client may take to send a request's body."""
LINGERING_SECONDS = 2.0
"""How long the rest of a refused body is read, so that its sender gets to see the refusal."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Gateway:
    """Answers HTTP requests. Everything that it needs is made elsewhere."""

    routes: RouteTable
    pools: Pools
    sockets: SocketGateway
    web_app: WebApp
    mail: MailPages

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        request_id = str(uuid4())
        try:
            response = await self._answer(request, request_id)
        except Exception:  # the outermost frame: whatever went wrong, the client gets an answer and the log the reason
            log.exception("%s %s could not be answered", request.method, request.path, extra={"request_id": request_id})
            detail = "The request could not be completed."
            response = problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", detail, request_id)
        if not response.prepared:
            response.headers["Server"] = SERVER
        return response

    async def _answer(self, request: web.BaseRequest, request_id: str) -> web.StreamResponse:
        path = request.rel_url.raw_path
        if path == SOCKET_PATH:
            return await self.sockets.handle(request, request_id)
        found = self.routes.find(path)
        if found is None:
            return self._page(request, path, request_id)
        route = found.by_method.get(_method_asked_about(request))
        if route is None:
            allowed = ", ".join(sorted(found.by_method))
            detail = f"Only {allowed} can be used here."
            status = HTTPStatus.METHOD_NOT_ALLOWED
            return problem(status, "method_not_allowed", detail, request_id, {"Allow": allowed})
        return await self._call(request, route, found, request_id)

    def _page(self, request: web.BaseRequest, path: str, request_id: str) -> web.StreamResponse:
        page: web.StreamResponse | None = None
        if request.method in ("GET", "HEAD"):
            page = self.mail.find(path, request.query) or self.web_app.find(path)
        return page or problem(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address.", request_id)

    async def _call(self, request: web.BaseRequest, route: Route, found: Found, request_id: str) -> web.Response:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _too_large(request_id)
        except TimeoutError:
            status, detail = HTTPStatus.REQUEST_TIMEOUT, "The request's body did not arrive in time."
            return problem(status, "request_timed_out", detail, request_id, {"Connection": "close"})
        call = _read_call(request, route, found, body, request_id)
        event = call.to_event()
        if len(event) > MAX_PAYLOAD_BYTES:
            return _too_large(request_id)
        try:
            outcome = await self.pools.run(route.function, Invocation(event, request_id, call.trace_id))
        except PoolOverloaded as error:
            detail = "Too many requests at once. Try again shortly."
            retry = {"Retry-After": str(error.retry_after_seconds)}
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "overloaded", detail, request_id, retry)
        return _respond(outcome, route.function, request_id)


def _method_asked_about(request: web.BaseRequest) -> str:
    """The request's method; for a browser's preflight the one it asks about, whose function answers."""
    if request.method == "OPTIONS":
        return request.headers.get("Access-Control-Request-Method", request.method)
    return request.method


def serve(gateway: Gateway) -> web.Server:
    """The HTTP server of a gateway: aiohttp's, without its router and middlewares."""

    def make_request(
        message: RawRequestMessage, payload: StreamReader, protocol: Any, writer: Any, task: asyncio.Task[None]
    ) -> web.BaseRequest:
        loop = asyncio.get_running_loop()
        return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=MAX_PAYLOAD_BYTES)

    return Server(gateway.handle, request_factory=make_request, access_log=None, lingering_time=LINGERING_SECONDS)


def _read_call(request: web.BaseRequest, route: Route, found: Found, body: bytes, request_id: str) -> HttpCall:
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers]
    source_ip = request.remote or ""
    headers += [
        ("x-forwarded-for", source_ip),
        ("x-forwarded-port", request.host.rpartition(":")[2] if ":" in request.host else "80"),
        ("x-forwarded-proto", "http"),
    ]
    return HttpCall(
        route=route,
        path=request.rel_url.raw_path,
        query=request.rel_url.raw_query_string,
        path_parameters=found.parameters,
        headers=headers,
        body=body,
        source_ip=source_ip,
        protocol=f"HTTP/{request.version.major}.{request.version.minor}",
        request_id=request_id,
        trace_id=continue_trace(request.headers.get("X-Amzn-Trace-Id"), request_id),
    )


def _respond(outcome: Outcome, function: str, request_id: str) -> web.Response:
    if outcome.failure is not None:
        error = outcome.payload.decode(errors="replace")
        log.error("%s failed: %s", function, error, extra={"request_id": request_id, "failure": outcome.failure.name})
        return failure_problem(outcome.failure, request_id)
    try:
        reply = parse_reply(outcome.payload)
    except MalformedReply as error:
        log.error("%s returned no HTTP response: %s", function, error, extra={"request_id": request_id})
        detail = "The request could not be completed."
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", detail, request_id)
    response = web.Response(status=reply.status, body=reply.body)
    for name, value in reply.headers:
        response.headers.add(name, value)
    response.headers["apigw-requestid"] = request_id
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


def _too_large(request_id: str) -> web.Response:
    detail = f"A request can have at most {MAX_PAYLOAD_BYTES // (1024 * 1024)} MB."
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return problem(status, "request_too_large", detail, request_id, {"Connection": "close"})
