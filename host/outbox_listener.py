"""Runs the outbox relay as soon as there is something to send, and every few seconds in any case.

The database says `notify outbox` when events are committed; the host listens on a connection of its own. On AWS the
schedule alone does this: there a second more or less does not matter, here somebody is looking at the page.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress

import psycopg

from host.invoke.outcome import PoolOverloaded
from host.invoke.pools import Pools

RELAY = "relay_outbox"
SWEEPER = "sweep_jobs"
CHANNEL = "outbox"
DEBOUNCE_SECONDS = 0.02
"""Events that are committed together are sent together."""
SAFETY_SECONDS = 10.0
RECONNECT_SECONDS = 0.5

log = logging.getLogger(__name__)


class OutboxListener:
    """Invokes the relay, once at a time. It may run while there is nowhere to send to: `pause` until there is."""

    def __init__(self, conninfo: str, pools: Pools) -> None:
        self._conninfo = conninfo
        self._pools = pools
        self._wake = asyncio.Event()
        self._may_run = asyncio.Event()
        self._must_republish = False
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Begin to listen; nothing is sent before `resume`."""
        self._tasks = [
            asyncio.create_task(self._listen(), name="outbox listener"),
            asyncio.create_task(self._relay(), name="outbox relay"),
        ]

    async def close(self) -> None:
        """Stop listening."""
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def pause(self) -> None:
        """Send nothing for now: the queues are gone."""
        self._may_run.clear()

    def resume(self) -> None:
        """Send, beginning with everything that was sent before and may be lost: the queues are new."""
        self._must_republish = True
        self._may_run.set()
        self._wake.set()

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
                    await connection.execute(f"listen {CHANNEL}")
                    self._wake.set()  # what was committed while nobody listened
                    async for _ in connection.notifies():
                        self._wake.set()
            except psycopg.OperationalError as error:
                log.info("not listening to the outbox: %s", error)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _relay(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), SAFETY_SECONDS)
            await self._may_run.wait()
            await asyncio.sleep(DEBOUNCE_SECONDS)
            self._wake.clear()
            republish, self._must_republish = self._must_republish, False
            if not await self._invoke(republish):
                self._must_republish |= republish
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _invoke(self, republish: bool) -> bool:
        """Run the relay; returns whether it did its work. New queues come with new workflows, which know of no job."""
        if republish and not await self._run(SWEEPER, {"workflows_are_gone": True}):
            return False
        return await self._run(RELAY, {"republish": republish})

    async def _run(self, function: str, event: dict[str, bool]) -> bool:
        try:
            outcome = await self._pools.invoke(function, json.dumps(event).encode())
        except PoolOverloaded:
            return False
        if outcome.failure is not None:
            log.warning("%s failed: %s", function, outcome.payload.decode(errors="replace"))
        return outcome.failure is None
