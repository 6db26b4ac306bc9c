"""The workers of one function.

A call takes the worker that was used last (its caches are warm, and the others can become idle enough to stop). When
none is idle the call queues, and the pool starts another worker if it may; whichever is free first takes the call.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Protocol

from host.invoke.launch import Launch, Starter
from host.invoke.outcome import Outcome, PoolOverloaded, crashed, start_failed
from host.invoke.worker import Invocation, Worker, WorkerGone

MAX_HANDOVERS = 3
"""How many workers a call is handed to before it is given up, because each was gone when it came."""


@dataclass(frozen=True)
class Limits:
    """How much may run and wait at once."""

    workers_per_function: int = 4
    workers: int = 32
    waiting_per_function: int = 200
    waiting_seconds: float = 10.0
    idle_seconds: float = 300.0


class LoadFailure(Exception):
    """The worker that was started for a call could not load the function."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.payload.decode(errors="replace"))
        self.outcome = outcome


class Landlord(Protocol):
    """Who decides about the processes of all pools together."""

    def make_room(self) -> bool:
        """Whether one more process may start now."""

    def worker_is_idle(self) -> None:
        """A worker has nothing to do: its place can go to a pool that was refused one."""


class Pool:
    """Runs the calls of one function."""

    def __init__(self, launch: Launch, starter: Starter, limits: Limits, landlord: Landlord) -> None:
        self.launch = launch
        self._starter = starter
        self._limits = limits
        self._landlord = landlord
        self._workers: set[Worker] = set()
        self._ending: set[Worker] = set()
        self._idle: deque[Worker] = deque()
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._loading = 0
        self._starts: set[asyncio.Task[None]] = set()

    @property
    def size(self) -> int:
        """How many processes there are, those being started included."""
        return len(self._workers)

    @property
    def pids(self) -> list[int]:
        return [worker.pid for worker in self._workers if worker.pid is not None]

    @property
    def waiting(self) -> int:
        """How many calls wait for a worker."""
        return len(self._waiting)

    @property
    def idle_since(self) -> float | None:
        """When the worker that has been idle longest became so (loop time); None if none is idle."""
        return self._idle[0].idle_since if self._idle else None

    async def invoke(self, invocation: Invocation) -> Outcome:
        """Run one call. Raises PoolOverloaded when it could not begin in time."""
        for _ in range(MAX_HANDOVERS):
            try:
                worker = self._take_idle() or await self._wait_for_worker()
            except LoadFailure as failure:
                return failure.outcome
            try:
                return await worker.invoke(invocation)
            except WorkerGone:
                continue
            finally:
                self._give_back(worker)
        return crashed(invocation.request_id, None)

    def grow(self) -> None:
        """Start workers for the calls that wait, as far as the limits allow."""
        while self._loading < len(self._waiting) and self.size < self._limits.workers_per_function:
            if not self._landlord.make_room():
                return
            worker = Worker(self.launch, self._worker_is_gone)
            self._workers.add(worker)
            self._loading += 1
            task = asyncio.create_task(self._start(worker))
            self._starts.add(task)
            task.add_done_callback(self._starts.discard)

    def stop_idle(self, idle_since: float) -> None:
        """Stop the workers that have been idle since before that moment (loop time)."""
        while self._idle and self._idle[0].idle_since <= idle_since:
            self._stop(self._idle.popleft())

    async def close(self) -> None:
        """Stop every worker and wait until they are gone. Calls in them fail as crashed, those that wait as refused."""
        for task in self._starts:
            task.cancel()
        while self._waiting:
            _refuse(self._waiting.popleft(), PoolOverloaded(self.launch.name))
        for worker in tuple(self._workers):
            self._stop(worker)
        await asyncio.gather(*self._starts, return_exceptions=True)
        await asyncio.gather(*(worker.wait_until_gone() for worker in self._ending))

    def _take_idle(self) -> Worker | None:
        while self._idle:
            worker = self._idle.pop()
            if worker.is_usable:
                return worker
        return None

    async def _wait_for_worker(self) -> Worker:
        if len(self._waiting) >= self._limits.waiting_per_function:
            raise PoolOverloaded(self.launch.name)
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[Worker] = loop.create_future()
        timer = loop.call_later(self._limits.waiting_seconds, _refuse, turn, PoolOverloaded(self.launch.name))
        self._waiting.append(turn)
        self.grow()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # a worker was handed over in the same moment
                self._give_back(turn.result())
            raise
        finally:
            timer.cancel()
            if turn in self._waiting:
                self._waiting.remove(turn)

    async def _start(self, worker: Worker) -> None:
        try:
            failed = await worker.start(self._starter)
        except OSError as error:
            failed = start_failed(self.launch.name, str(error))
        self._loading -= 1
        if failed is None:
            self._give_back(worker)
            return
        if self._waiting:
            _refuse(self._waiting.popleft(), LoadFailure(failed))
        self._stop(worker)

    def _give_back(self, worker: Worker) -> None:
        """Hand a free worker to the call that has waited longest, or keep it."""
        if not worker.is_usable:
            self.grow()
            return
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        worker.idle_since = asyncio.get_running_loop().time()
        self._idle.append(worker)
        self._landlord.worker_is_idle()

    def _stop(self, worker: Worker) -> None:
        self._ending.add(worker)
        worker.stop()
        self._forget(worker)

    def _worker_is_gone(self, worker: Worker) -> None:
        self._forget(worker)
        self._ending.discard(worker)

    def _forget(self, worker: Worker) -> None:
        self._workers.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        self.grow()


def _refuse(turn: asyncio.Future[Worker], reason: Exception) -> None:
    if not turn.done():
        turn.set_exception(reason)
