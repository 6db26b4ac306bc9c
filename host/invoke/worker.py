"""One worker: a process that runs one function, one invocation at a time.

    start → idle ⇄ busy → gone

A worker is gone when its process has ended, for whatever reason: it could not load the function, it crashed, it was
killed because an invocation took too long, or the pool stopped it. It never comes back; the pool starts another.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from host.invoke import outcome as outcomes
from host.invoke.launch import Launch, Process, Starter
from host.invoke.outcome import Outcome
from host.invoke.runtime_api import RuntimeApi

LOAD_SECONDS = 30.0
"""How long a function may take to be imported. Lambda allows 10; a loaded laptop needs more."""

TRACE = re.compile(r"[A-Za-z0-9=;:. -]{1,256}")
"""What X-Ray writes into its header: `Root=1-…;Parent=…;Sampled=0`. Anything else is not passed on."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call: the event as JSON and what identifies it."""

    payload: bytes
    request_id: str
    trace_id: str

    @classmethod
    def of(cls, payload: bytes, trace_id: str | None = None) -> Invocation:
        """A new call, with a request id of its own; the caller's X-Ray trace goes on if it has one."""
        request_id = str(uuid4())
        return cls(payload, request_id, continue_trace(trace_id, request_id))


def continue_trace(trace_id: str | None, request_id: str) -> str:
    """The X-Ray trace that a request brought, if it can be one, or else a new one: the time and 96 random bits."""
    if trace_id and TRACE.fullmatch(trace_id):
        return trace_id
    digits = request_id.replace("-", "")
    return f"Root=1-{int(time.time()):08x}-{digits[8:]};Sampled=0"


class WorkerGone(Exception):
    """The worker ended before the event was sent to it: the call can go to another."""


class Worker:
    """Runs one invocation at a time in one process. `on_gone` is called once, when the process has ended."""

    def __init__(self, launch: Launch, on_gone: Callable[[Worker], None]) -> None:
        self.launch = launch
        self.idle_since = 0.0
        self._on_gone = on_gone
        self._api = RuntimeApi(self)
        self._process: Process | None = None
        self._is_connected = False
        self._loaded: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()
        self._invocation: Invocation | None = None
        self._answer: asyncio.Future[Outcome] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._arn = f"arn:aws:lambda:us-east-1:000000000000:function:{launch.name}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def is_usable(self) -> bool:
        """Whether the process is there to take an event."""
        return self._is_connected

    async def start(self, starter: Starter) -> Outcome | None:
        """Start the process and wait until it has loaded the function. Returns the failure if it could not."""
        loop = asyncio.get_running_loop()
        timer = loop.call_later(LOAD_SECONDS, self._give_up_loading)
        try:
            self._process = await starter.start(self.launch, await self._api.listen())
            self._process.exited.add_done_callback(self._process_ended)
            return await self._loaded
        finally:
            timer.cancel()

    async def invoke(self, invocation: Invocation) -> Outcome:
        """Run one call to its end. The worker must be idle. Raises WorkerGone if nothing was run."""
        loop = asyncio.get_running_loop()
        timeout = self.launch.timeout_seconds
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + timeout) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": self._arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_id,
        }
        try:
            self._api.send_event(headers, invocation.payload)
        except ConnectionError as error:
            raise WorkerGone from error
        self._invocation, self._answer = invocation, loop.create_future()
        self._timer = loop.call_later(timeout, self._time_out)
        try:
            return await self._answer
        except asyncio.CancelledError:
            self.stop()
            raise

    def stop(self) -> None:
        """End the process. An invocation in it fails as crashed."""
        self._is_connected = False
        if self._process is not None:
            self._process.kill()
        self._api.close()

    async def wait_until_gone(self) -> None:
        """Return when the process has ended."""
        if self._process is not None:
            await asyncio.wait([self._process.exited])

    # What the process tells (host.invoke.runtime_api.RuntimeEvents)

    def process_is_ready(self) -> None:
        if not self._loaded.done():
            self._is_connected = True
            self._loaded.set_result(None)

    def process_failed_to_load(self, error: bytes) -> None:
        if not self._loaded.done():
            self._loaded.set_result(outcomes.load_failed(error))

    def process_answered(self, request_id: str, payload: bytes, *, is_error: bool) -> None:
        if self._invocation is not None and self._invocation.request_id == request_id:
            self._finish(outcomes.answered(payload, is_error=is_error))

    def process_hung_up(self) -> None:
        """Leave the process a moment to end by itself and say how."""
        self._is_connected = False
        if self._process is not None and not self._process.exited.done():
            asyncio.get_running_loop().call_later(1.0, self._process.kill)

    # Ends

    def _process_ended(self, exited: asyncio.Future[int | None]) -> None:
        self._is_connected = False
        self._api.close()
        if not self._loaded.done():
            self._loaded.set_result(outcomes.load_crashed(self.launch.name, exited.result()))
        if self._invocation is not None:
            self._finish(outcomes.crashed(self._invocation.request_id, exited.result()))
        self._on_gone(self)

    def _give_up_loading(self) -> None:
        if not self._loaded.done():
            self._loaded.set_result(outcomes.load_timed_out(self.launch.name, LOAD_SECONDS))
        self.stop()

    def _time_out(self) -> None:
        if self._invocation is not None:
            self._finish(outcomes.timed_out(self._invocation.request_id, self.launch.timeout_seconds))
        self.stop()

    def _finish(self, outcome: Outcome) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._invocation = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(outcome)
