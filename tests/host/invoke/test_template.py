"""The template process makes workers quickly, and its death is nobody's problem."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from host.invoke.forking import TemplateStarter
from host.invoke.outcome import Failure
from tests.host.conftest import MakeLaunch, OpenPools, eventually, running_template
from tests.host.invoke.test_pools import call

pytestmark = pytest.mark.anyio


@pytest.fixture
async def template(tmp_path: Path) -> AsyncIterator[TemplateStarter]:
    """A template of each test's own, to be killed."""
    async with running_template(tmp_path) as starter:
        yield starter


async def test_a_dead_template_is_replaced_and_its_workers_work_on(
    template: TemplateStarter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(template, launch("echo"), launch("misbehave"))
    before = await call(pools, "echo", {})
    in_progress = asyncio.create_task(call(pools, "misbehave", {"how": "sleep", "seconds": 1}))
    await eventually(lambda: len(pools.pids) == 2)
    first = template.pid
    assert first is not None

    os.kill(first, signal.SIGKILL)
    after = await call(pools, "echo", {})

    assert after["pid"] == before["pid"]
    assert await in_progress
    await eventually(lambda: template.pid not in (None, first))


async def test_a_worker_ordered_while_there_is_no_template_comes_from_the_next_one(
    template: TemplateStarter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(template, launch("echo"), launch("misbehave"))
    await call(pools, "misbehave", {"how": "sleep", "seconds": 0})
    assert template.pid is not None

    os.kill(template.pid, signal.SIGKILL)
    seen = await call(pools, "echo", {"ordered": "meanwhile"})

    assert seen["event"] == {"ordered": "meanwhile"}


async def test_the_end_of_a_worker_without_a_template_is_noticed(
    template: TemplateStarter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(template, launch("misbehave"))
    pid = await call(pools, "misbehave", {"how": "sleep", "seconds": 0})
    assert template.pid is not None
    os.kill(template.pid, signal.SIGKILL)

    os.kill(pid, signal.SIGKILL)

    await eventually(lambda: not pools.pids)
    await eventually(lambda: not Path(f"/proc/{pid}").exists())


async def test_a_template_that_cannot_start_fails_the_calls_and_says_why(
    launch: MakeLaunch, open_pools: OpenPools, tmp_path: Path
) -> None:
    starter = TemplateStarter(tmp_path / "template.log", preload=("no_such_module",))
    await starter.open()
    pools = open_pools(starter, launch("echo"))

    outcome = await pools.invoke("echo", b"{}")

    assert outcome.failure is Failure.LOAD
    assert b"No module named 'no_such_module'" in outcome.payload
    await pools.close()
    await starter.close()


async def test_workers_and_template_end_with_the_host(tmp_path: Path) -> None:
    host = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.host.invoke.short_lived_host", str(tmp_path)), stdout=asyncio.subprocess.PIPE
    )
    assert host.stdout is not None
    pids = [int(word) for word in (await host.stdout.readline()).split()]
    assert len(pids) == 2

    host.kill()
    await host.wait()

    await eventually(lambda: not any(is_alive(pid) for pid in pids))


async def test_a_first_call_does_not_wait_for_imports(
    template: TemplateStarter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(template, launch("echo"), launch("world"))
    await call(pools, "world", {})  # the template is ready

    began_at = time.perf_counter()
    await call(pools, "echo", {})

    assert time.perf_counter() - began_at < 1.5, "0.03 s on a machine that does nothing else"


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that nobody has waited for has lost its command line."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except FileNotFoundError:
        return False
