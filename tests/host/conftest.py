"""Pools of real `awslambdaric` processes that run the handlers in `fixture_functions`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from host.invoke.forking import TemplateStarter
from host.invoke.launch import ColdStarter, Launch, Starter
from host.invoke.pool import Limits
from host.invoke.pools import Pools
from host.settings import ROOT

MakeLaunch = Callable[..., Launch]
OpenPools = Callable[..., Pools]


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """The event loop that the host itself runs on."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture
def launch(tmp_path: Path) -> MakeLaunch:
    """Makes the launch of a fixture function, named like its module if no handler is named."""

    def make(name: str, *, handler: str = "", timeout_seconds: float = 20.0, **environment: str) -> Launch:
        return Launch(
            name=name,
            handler=handler or f"tests.host.fixture_functions.{name}.{name}",
            environment={"PATH": "/usr/bin:/bin"} | environment,
            timeout_seconds=timeout_seconds,
            memory_mb=256,
            task_root=ROOT,
            log_file=tmp_path / f"{name}.log",
        )

    return make


@pytest.fixture(scope="module")
async def template(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TemplateStarter]:
    """A template that has little preloaded, and so is there quickly."""
    async with running_template(tmp_path_factory.mktemp("template")) as starter:
        yield starter


@pytest.fixture(scope="module", params=["forked", "cold"])
async def starter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Starter]:
    """Both ways to start a worker: what holds for one holds for the other."""
    if request.param == "cold":
        yield ColdStarter()
        return
    async with running_template(tmp_path_factory.mktemp("template")) as template:
        yield template


@asynccontextmanager
async def running_template(folder: Path) -> AsyncIterator[TemplateStarter]:
    """A template process, ended afterwards."""
    template = TemplateStarter(folder / "template.log", preload=("simplejson", "http.client"))
    await template.open()
    yield template
    await template.close()


@pytest.fixture
async def open_pools() -> AsyncIterator[OpenPools]:
    """Opens pools and closes them after the test."""
    async with AsyncExitStack() as stack:

        def open_them(starter: Starter, *launches: Launch, **limits: float) -> Pools:
            pools = Pools(launches, starter, Limits(**limits))  # type: ignore[arg-type]
            pools.open()
            stack.push_async_callback(pools.close)
            return pools

        yield open_them


async def eventually(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Return when the condition holds; fail when it does not in time."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)
