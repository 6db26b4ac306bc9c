"""The outbox relay runs as soon as events are committed, and only while there is somewhere to send them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg
import pytest

from host.invoke.forking import TemplateStarter
from host.outbox_listener import OutboxListener
from host.postgres import Database
from tests.host.conftest import MakeLaunch, OpenPools, eventually

pytestmark = pytest.mark.anyio

OpenListener = Callable[..., Awaitable[OutboxListener]]


@pytest.fixture
async def open_listener(
    database: Database, template: TemplateStarter, launch: MakeLaunch, open_pools: OpenPools, tmp_path: Path
) -> AsyncIterator[OpenListener]:
    """Opens a listener on the test's database, whose relay has been called as `calls` says."""
    async with AsyncExitStack() as stack:

        async def open_it(**variables: str) -> OutboxListener:
            written = {"CALLS": str(tmp_path / "calls"), **variables}
            pools = open_pools(template, launch("relay_outbox", **written), launch("sweep_jobs", **written))
            listener = OutboxListener(database.conninfo("dreamseed_system"), pools)
            listener.open()
            stack.push_async_callback(listener.close)
            return listener

        yield open_it


def calls(folder: Path) -> list[bool]:
    """Whether each call of the relay so far was to publish everything again."""
    path = folder / "calls"
    return [json.loads(line)["republish"] for line in path.read_text().splitlines()] if path.exists() else []


def notify(database: Database) -> None:
    with psycopg.connect(database.conninfo("dreamseed_write"), autocommit=True) as connection:
        connection.execute("notify outbox")


async def settle(folder: Path) -> int:
    """Wait until the relay has been called for a last time; returns how often it has been."""
    before = -1
    while (now := len(calls(folder))) != before:
        before = now
        await asyncio.sleep(0.5)
    return now


async def test_the_relay_runs_when_events_are_committed(
    open_listener: OpenListener, database: Database, tmp_path: Path
) -> None:
    listener = await open_listener()
    listener.resume()
    before = await settle(tmp_path)

    await asyncio.to_thread(notify, database)

    await eventually(lambda: len(calls(tmp_path)) == before + 1)


async def test_nothing_is_sent_while_the_queues_are_away_and_everything_when_they_are_back(
    open_listener: OpenListener, database: Database, tmp_path: Path
) -> None:
    listener = await open_listener()
    await asyncio.to_thread(notify, database)
    assert await settle(tmp_path) == 0

    listener.resume()
    await eventually(lambda: calls(tmp_path))
    before = await settle(tmp_path)
    listener.pause()
    await asyncio.to_thread(notify, database)

    assert calls(tmp_path)[0] is True
    assert not any(calls(tmp_path)[1:])
    assert (tmp_path / "calls-of-sweeper").read_text() == '{"workflows_are_gone": true}\n'
    assert await settle(tmp_path) == before


async def test_many_events_at_once_are_sent_by_few_runs(
    open_listener: OpenListener, database: Database, tmp_path: Path
) -> None:
    listener = await open_listener(SECONDS="0.3")
    listener.resume()
    before = await settle(tmp_path)

    for _ in range(20):
        await asyncio.to_thread(notify, database)

    assert before < await settle(tmp_path) < before + 20


async def test_a_relay_that_failed_to_publish_again_is_asked_again(
    open_listener: OpenListener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("host.outbox_listener.SAFETY_SECONDS", 0.1)
    listener = await open_listener(FAILS="once")

    listener.resume()

    await eventually(lambda: calls(tmp_path)[:2] == [True, True])


async def test_a_connection_that_breaks_is_made_again(
    open_listener: OpenListener, database: Database, tmp_path: Path
) -> None:
    listener = await open_listener()
    listener.resume()
    await settle(tmp_path)
    with psycopg.connect(database.conninfo(), autocommit=True) as connection:
        kill = "select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen outbox'"
        assert connection.execute(kill).fetchall()
    before = await settle(tmp_path)

    await asyncio.to_thread(notify, database)

    await eventually(lambda: len(calls(tmp_path)) > before)


async def test_it_looks_from_time_to_time_even_if_nobody_says_anything(
    open_listener: OpenListener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("host.outbox_listener.SAFETY_SECONDS", 0.1)
    listener = await open_listener()

    listener.resume()

    await eventually(lambda: len(calls(tmp_path)) >= 4)
