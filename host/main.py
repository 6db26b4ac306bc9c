"""One local cloud, from its first process to its last.

    PostgreSQL ┐  migrate   ┐                         ┌ gateway (HTTP, WebSocket, web app): the first page
               ┼→           ┼→ pools, internal APIs → ┼ demo school
    template   ┘  catalogue ┘                         └ LocalStack → provisioning → outbox, in the background

Everything that is opened is closed in the reverse order, however far the start had come.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

from aiohttp import web

from dreamseed.function import Function
from host import assembly
from host.background import BackgroundWork
from host.batch.api import BatchApi
from host.batch.jobs import BatchJobs
from host.declarations import Declaration
from host.environment import Resources
from host.gateway.connections_api import ConnectionsApi
from host.gateway.mail_page import MailPages
from host.gateway.routes import RouteTable
from host.gateway.server import Gateway, serve
from host.gateway.sockets import SocketGateway
from host.gateway.static import WebApp
from host.internal_api import InternalApi
from host.invoke.api import InvokeApi
from host.invoke.forking import TemplateStarter
from host.invoke.launch import ColdStarter, Starter
from host.invoke.outcome import PoolOverloaded
from host.invoke.pool import Limits
from host.invoke.pools import Pools
from host.localstack.supervisor import LocalStack
from host.logs import keep_small, log_to
from host.outbox_listener import OutboxListener
from host.ports import LOOPBACK
from host.postgres import Database, Postgres
from host.provision import blueprint
from host.settings import HostError, HostSettings
from host.status import StatusFile
from host.storage import mail_folder, prepare_folders, prepare_storage
from infra.plan import GPU_JOB_QUEUE, JOB_QUEUE, Plan, make_plan

DRAIN_SECONDS = 5.0
"""How long requests that are being answered may take when the host stops."""
CHORE_LIMITS = Limits(workers_per_function=1, idle_seconds=1.0, waiting_seconds=120.0)


@dataclass(frozen=True)
class Foundation:
    """What everything else stands on."""

    postgres: Postgres
    starter: Starter
    localstack: LocalStack
    functions: tuple[Declaration, ...]
    plan: Plan
    resources: Resources
    chores: Pools
    gateway_socket: socket.socket
    internal_api: InternalApi


@dataclass
class Host:
    """A local cloud that runs: the first page can be seen and the API answers."""

    settings: HostSettings
    foundation: Foundation
    pools: Pools
    jobs: BatchJobs
    sockets: SocketGateway
    background: BackgroundWork
    web_app: WebApp
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    sign_ins: list[dict[str, str]] = field(default_factory=list)
    status_file: StatusFile = field(init=False)

    def __post_init__(self) -> None:
        self.status_file = StatusFile(self.settings.data_dir, self.describe)

    @property
    def url(self) -> str:
        """The origin of pages and API."""
        return self.foundation.resources.public_url

    def describe(self) -> dict[str, Any]:
        """What runs, as `host.json` has it."""
        starter = self.foundation.starter
        processes = {
            "postgres": self.foundation.postgres.pid,
            "template": starter.pid if isinstance(starter, TemplateStarter) else None,
            "localstack": self.foundation.localstack.pid,
        }
        return {
            "pid": os.getpid(),
            "url": self.url,
            "internal_url": self.foundation.internal_api.url,
            "database": self.foundation.resources.database.conninfo(),
            "data_dir": str(self.settings.data_dir),
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "is_background_ready": self.background.is_ready,
            "processes": {name: pid for name, pid in processes.items() if pid is not None},
            "sign_ins": self.sign_ins,
        }

    def describe_all(self) -> dict[str, Any]:
        """The same, and the processes of functions and batch jobs."""
        return {**self.describe(), "workers": self.pools.pids, "jobs": self.jobs.pids}

    async def seed_demo(self) -> None:
        """Put in the demo school, and let the sign-in page offer its people. Raises HostError."""
        page = await run_chore(self.foundation.chores, "seed_demo")
        self.sign_ins = page["sign_ins"]
        self.web_app.documents["/demo.json"] = json.dumps(page).encode()
        self.status_file.update()


@asynccontextmanager
async def running_host(settings: HostSettings) -> AsyncIterator[Host]:
    """Start a local cloud, and stop it at the end. Raises HostError, PostgresError or PlanError if it cannot start."""
    async with AsyncExitStack() as stack:
        foundation = await lay_foundation(settings, stack)
        host = await open_services(settings, foundation, stack)
        if settings.with_localstack:
            host.background.open()
            stack.push_async_callback(host.background.close)
        await open_gateway(host, stack)
        host.status_file.open()
        stack.push_async_callback(host.status_file.close)
        yield host


async def lay_foundation(settings: HostSettings, stack: AsyncExitStack) -> Foundation:
    """Start what takes long, as far as possible at once: template and PostgreSQL, then catalogue and migrations."""
    prepare_folders(settings.data_dir)
    prepare_storage(settings.data_dir)
    log_to(settings.data_dir / "logs")
    open_task(keep_small(settings.data_dir / "logs"), stack)
    gateway_socket, internal_api = bind(settings.port, stack), InternalApi(bind(0, stack))
    starter = await open_starter(settings, stack)
    postgres = Postgres(settings.data_dir / "postgres", durable=settings.is_durable)
    localstack = LocalStack(settings.data_dir, internal_api.url)
    resources = Resources(
        data_dir=settings.data_dir,
        database=await start_postgres(postgres, stack),
        public_url=f"http://{settings.name}:{gateway_socket.getsockname()[1]}",
        internal_url=internal_api.url,
        localstack_url=localstack.url,
    )
    chores = open_pools(Pools(assembly.chore_launches(resources, settings.root), starter, CHORE_LIMITS), stack)
    catalogue, _ = await asyncio.gather(run_chore(chores, "read_catalogue"), run_chore(chores, "migrate_database"))
    functions = tuple(Declaration.from_json(declared) for declared in catalogue)
    plan = make_plan(settings.root, cast("tuple[Function, ...]", functions))
    return Foundation(
        postgres=postgres,
        starter=starter,
        localstack=localstack,
        functions=functions,
        plan=plan,
        resources=replace(resources, topics=plan.topics),
        chores=chores,
        gateway_socket=gateway_socket,
        internal_api=internal_api,
    )


async def open_starter(settings: HostSettings, stack: AsyncExitStack) -> Starter:
    """The way in which workers are started."""
    if settings.is_cold:
        return ColdStarter()
    template = TemplateStarter(settings.data_dir / "logs" / "template.log")
    await template.open()
    stack.push_async_callback(template.close)
    return template


async def open_services(settings: HostSettings, foundation: Foundation, stack: AsyncExitStack) -> Host:
    """Open what functions run in and what they call."""
    resources, functions, starter = foundation.resources, foundation.functions, foundation.starter
    launches = assembly.function_launches(functions, resources, settings.root)
    pools = open_pools(Pools(launches, starter, settings.limits), stack)
    jobs = BatchJobs(settings.root, settings.batch_slots)
    stack.push_async_callback(jobs.close)
    for definition in assembly.job_definitions(functions, resources):
        jobs.define(definition)
    listener = OutboxListener(resources.database.conninfo("dreamseed_system"), pools)
    host = Host(
        settings=settings,
        foundation=foundation,
        pools=pools,
        jobs=jobs,
        sockets=SocketGateway(assembly.socket_functions(functions), pools),
        background=BackgroundWork(foundation.localstack, blueprint(foundation.plan), foundation.chores, listener),
        web_app=WebApp(settings.root / "web" / "dist"),
    )
    await open_internal_api(host, stack)
    return host


async def open_internal_api(host: Host, stack: AsyncExitStack) -> None:
    """Serve what functions and LocalStack call."""
    invoke = InvokeApi(host.pools)
    batch = BatchApi(host.jobs, (JOB_QUEUE, GPU_JOB_QUEUE), host.settings.data_dir / "logs")
    stack.push_async_callback(invoke.close)
    await host.foundation.internal_api.open([invoke, batch, ConnectionsApi(host.sockets)], host.describe_all)
    stack.push_async_callback(host.foundation.internal_api.close)


async def open_gateway(host: Host, stack: AsyncExitStack) -> None:
    """Serve the world. At the end, what is being answered is answered first."""
    routes = RouteTable(assembly.http_routes(host.foundation.functions))
    mail = MailPages(mail_folder(host.settings.data_dir))
    gateway = Gateway(routes, host.pools, host.sockets, host.web_app, mail)
    runner = web.ServerRunner(serve(gateway), shutdown_timeout=DRAIN_SECONDS)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, host.foundation.gateway_socket).start()
    stack.push_async_callback(host.sockets.close)


async def run_chore(chores: Pools, name: str) -> Any:
    """Run one of the host's own functions; returns its result. Raises HostError."""
    try:
        outcome = await chores.invoke(name, b"{}")
    except PoolOverloaded as error:
        raise HostError(f"{name} could not be started: {error}") from error
    result = json.loads(outcome.payload)
    if outcome.failure is not None:
        trace = "".join(result.get("stackTrace", ()))
        raise HostError(f"{trace}{name} failed: {result['errorType']}: {result['errorMessage']}")
    return result


async def start_postgres(postgres: Postgres, stack: AsyncExitStack) -> Database:
    """Start PostgreSQL, which blocks, in a thread; at the end it is stopped, even if it was just starting."""
    starting = asyncio.create_task(asyncio.to_thread(postgres.start))

    async def stop() -> None:
        with suppress(Exception):  # whoever awaits the start is told
            await starting
        await asyncio.to_thread(postgres.stop)

    stack.push_async_callback(stop)
    return await asyncio.shield(starting)


def open_pools(pools: Pools, stack: AsyncExitStack) -> Pools:
    """Pools that are closed with the stack."""
    pools.open()
    stack.push_async_callback(pools.close)
    return pools


def open_task(work: Coroutine[Any, Any, None], stack: AsyncExitStack) -> None:
    """Work that goes on until the stack is closed."""
    stack.callback(asyncio.create_task(work).cancel)


def bind(port: int, stack: AsyncExitStack) -> socket.socket:
    """A socket that holds the loopback port (0: any free one) until the stack is closed. Raises HostError."""
    listener = socket.socket()
    stack.callback(listener.close)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError as error:
        raise HostError(f"Port {port} cannot be used ({error.strerror}): choose another with --port.") from error
    return listener
