"""A gateway on a free port, in front of the fixture functions `web` and `chat`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from host.gateway.connections_api import ConnectionsApi
from host.gateway.mail_page import MailPages
from host.gateway.routes import Route, RouteTable
from host.gateway.server import Gateway, serve
from host.gateway.sockets import SocketGateway
from host.gateway.static import WebApp
from host.internal_api import InternalApi
from host.invoke.forking import TemplateStarter
from host.invoke.pool import Limits
from host.invoke.pools import Pools
from host.main import bind
from tests.host.conftest import MakeLaunch

ROUTES = (
    Route("GET", "/api/v1/things/{id}", "web"),
    Route("POST", "/api/v1/things/{id}", "web"),
    Route("DELETE", "/api/v1/things/{id}", "web"),
    Route("GET", "/broken", "broken"),
)


@dataclass
class GatewayUnderTest:
    """A running gateway and a client of it. `folder` is where the web app's files are."""

    url: str
    connections_url: str
    client: aiohttp.ClientSession
    folder: Path
    pools: Pools
    sockets: SocketGateway
    web_app: WebApp = field(repr=False)


@asynccontextmanager
async def running_gateway(
    template: TemplateStarter, launch: MakeLaunch, folder: Path, limits: Limits
) -> AsyncIterator[GatewayUnderTest]:
    from aiohttp import web

    async with AsyncExitStack() as stack:
        internal = InternalApi(bind(0, stack))
        launches = [launch("web", timeout_seconds=2.0), launch("chat", SOCKETS_URL=internal.url), launch("broken")]
        pools = Pools(launches, template, limits)
        pools.open()
        stack.push_async_callback(pools.close)
        sockets = SocketGateway(dict.fromkeys(("$connect", "$default", "$disconnect"), "chat"), pools)
        await internal.open([ConnectionsApi(sockets)], dict)
        stack.push_async_callback(internal.close)
        app, mail = WebApp(folder), MailPages(folder.parent / "mail")
        runner = web.ServerRunner(serve(Gateway(RouteTable(ROUTES), pools, sockets, app, mail)), shutdown_timeout=2.0)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        listener = bind(0, stack)
        await web.SockSite(runner, listener).start()
        stack.push_async_callback(sockets.close)
        client = await stack.enter_async_context(aiohttp.ClientSession(auto_decompress=False))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield GatewayUnderTest(url, internal.url, client, folder, pools, sockets, app)


@pytest.fixture
async def gateway(template: TemplateStarter, launch: MakeLaunch, tmp_path: Path) -> AsyncIterator[GatewayUnderTest]:
    folder = tmp_path / "dist"
    folder.mkdir()
    async with running_gateway(template, launch, folder, Limits(workers_per_function=2)) as running:
        yield running


OpenGateway = Callable[..., GatewayUnderTest]
