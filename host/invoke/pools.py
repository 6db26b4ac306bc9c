"""All functions' pools, and what they share: the number of processes that this machine should carry."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from host.invoke.launch import Launch, Starter
from host.invoke.outcome import Outcome
from host.invoke.pool import Limits, Pool
from host.invoke.worker import Invocation

IDLE_CHECK_SECONDS = 5.0


class UnknownFunction(LookupError):
    """No function has that name."""


class Pools:
    """Invokes functions by name. `open` and `close` bracket its life."""

    def __init__(self, launches: Iterable[Launch], starter: Starter, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._pools = {launch.name: Pool(launch, starter, self._limits, self) for launch in launches}
        self._is_full = False
        self._caretaker: asyncio.Task[None] | None = None

    @property
    def size(self) -> int:
        """How many worker processes there are."""
        return sum(pool.size for pool in self._pools.values())

    @property
    def pids(self) -> dict[str, list[int]]:
        """The worker processes of each function that has any."""
        return {name: pids for name, pool in self._pools.items() if (pids := pool.pids)}

    def __contains__(self, name: str) -> bool:
        return name in self._pools

    def open(self) -> None:
        """Begin to stop workers that have been idle for long."""
        self._caretaker = asyncio.create_task(self._stop_idle_workers(), name="idle workers")

    async def close(self) -> None:
        """Stop all workers and wait until they are gone."""
        if self._caretaker is not None:
            self._caretaker.cancel()
            with suppress(asyncio.CancelledError):
                await self._caretaker
        await asyncio.gather(*(pool.close() for pool in self._pools.values()))

    async def invoke(self, name: str, payload: bytes, trace_id: str | None = None) -> Outcome:
        """Call a function with a JSON event. Raises UnknownFunction or PoolOverloaded when nothing was run."""
        return await self.run(name, Invocation.of(payload, trace_id))

    async def run(self, name: str, invocation: Invocation) -> Outcome:
        """As `invoke`, for a call that already has its request id."""
        pool = self._pools.get(name)
        if pool is None:
            raise UnknownFunction(name)
        return await pool.invoke(invocation)

    # What the pools ask (host.invoke.pool.Landlord)

    def make_room(self) -> bool:
        """Whether one more process may start; if need be after stopping the one that has been idle longest."""
        if self.size >= self._limits.workers:
            idle = [(pool.idle_since, pool) for pool in self._pools.values() if pool.idle_since is not None]
            if idle:
                since, pool = min(idle, key=lambda entry: entry[0])
                pool.stop_idle(since)
        self._is_full = self.size >= self._limits.workers
        return not self._is_full

    def worker_is_idle(self) -> None:
        if self._is_full:
            self._is_full = False
            self._let_pools_grow()

    def _let_pools_grow(self) -> None:
        for pool in self._pools.values():
            pool.grow()

    async def _stop_idle_workers(self) -> None:
        while True:
            await asyncio.sleep(IDLE_CHECK_SECONDS)
            long_ago = asyncio.get_running_loop().time() - self._limits.idle_seconds
            for pool in self._pools.values():
                pool.stop_idle(long_ago)
            self._let_pools_grow()
