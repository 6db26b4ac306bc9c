"""Keeps LocalStack running and furnished: what needs it waits, and nothing is lost while it is away.

start LocalStack → provision → let the outbox send, everything unfinished anew → wait until it ends → again
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress

from host.invoke.outcome import PoolOverloaded
from host.invoke.pools import Pools
from host.localstack.supervisor import LocalStack, LocalStackError
from host.outbox_listener import OutboxListener
from host.provision import Blueprint

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
PROVISION_ATTEMPTS = 5

log = logging.getLogger(__name__)


class ProvisionError(RuntimeError):
    """LocalStack runs but would not create what it should."""


class BackgroundWork:
    """Queues, schedules and workflows. `open` returns at once; `is_ready` says when they work."""

    def __init__(self, localstack: LocalStack, wanted: Blueprint, chores: Pools, listener: OutboxListener) -> None:
        self._localstack = localstack
        self._wanted = wanted
        self._chores = chores
        self._listener = listener
        self._is_ready = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    @property
    def is_ready(self) -> bool:
        return self._is_ready.is_set()

    def open(self) -> None:
        """Begin, in the background."""
        self._listener.open()
        self._running = asyncio.create_task(self._keep_running(), name="background work")

    async def wait_until_ready(self) -> None:
        """Return when messages, schedules and workflows move."""
        await self._is_ready.wait()

    async def close(self) -> None:
        """Stop LocalStack, and send nothing more."""
        await self._listener.close()
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
        await asyncio.to_thread(self._localstack.stop)

    async def _keep_running(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._run_once()
                pause = FIRST_PAUSE_SECONDS
            except (LocalStackError, ProvisionError) as error:
                log.error("%s", error)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(pause)

    async def _run_once(self) -> None:
        """One life of LocalStack."""
        try:
            await asyncio.to_thread(self._localstack.start)
            await self._provision()
            self._listener.resume()
            self._is_ready.set()
            log.info("queues, schedules and workflows are ready")
            status = await asyncio.to_thread(self._localstack.wait)
            log.warning("LocalStack ended with status %s; starting it again", status)
        finally:
            self._is_ready.clear()
            self._listener.pause()

    async def _provision(self) -> None:
        reason = ""
        for attempt in range(PROVISION_ATTEMPTS):
            await asyncio.sleep(attempt)
            try:
                outcome = await self._chores.invoke("provision", json.dumps(self._wanted).encode())
            except PoolOverloaded as error:
                reason = str(error)
                continue
            if outcome.failure is None:
                return
            reason = outcome.payload.decode(errors="replace")
        raise ProvisionError(f"LocalStack could not be furnished: {reason}")
