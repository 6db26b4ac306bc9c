"""Starts workers by asking the template process for forks, and keeps a template running.

A template that dies is replaced at once; its workers live on. As nobody is told any more when they end, they are
looked after here: the host is made their parent by the kernel (it is a "subreaper") or else looks whether they exist.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import logging
import os
import socket
import sys
import time
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from host.invoke.launch import Launch, Process

log = logging.getLogger(__name__)

PRELOADED = (
    "http.client",
    "simplejson",
    "snapshot_restore_py",
    "fastapi",
    "numpy",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "dreamseed.*",
    "irt_core",
)
"""What functions import: preloaded, it is loaded once and its memory is shared."""

ORPHAN_CHECK_SECONDS = 0.2
LONGEST_RESPAWN_PAUSE_SECONDS = 5.0


class TemplateStarter:
    """Makes workers by forking the template. `open` starts it, `close` ends it; workers are their pools' to stop."""

    def __init__(self, log_file: Path, preload: tuple[str, ...] = PRELOADED) -> None:
        self._log_file = log_file
        self._preload = preload
        self._ids = count(1)
        self._ordered: dict[int, asyncio.Future[Process]] = {}
        self._processes: dict[int, Process] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._template: asyncio.subprocess.Process | None = None
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lifeline: tuple[int, int] | None = None
        self._running: asyncio.Task[None] | None = None
        self._orphans: set[asyncio.Task[None]] = set()

    @property
    def pid(self) -> int | None:
        """The template's process id, None while there is none."""
        return self._template.pid if self._template and self._template.returncode is None else None

    async def open(self) -> None:
        """Start the template in the background; `start` waits for it."""
        _become_subreaper()
        self._lifeline = os.pipe()
        self._running = asyncio.create_task(self._keep_running(), name="template")

    async def close(self) -> None:
        """End the template, and every worker that is still there."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
        if self._lifeline is not None:
            for end in self._lifeline:
                os.close(end)
            self._lifeline = None
        if self._template is not None:
            await self._template.wait()
        await asyncio.gather(*self._orphans)

    async def start(self, launch: Launch, runtime_api: str) -> Process:
        """Fork a worker. An order that is lost with a dying template is given again to the next one.

        Raises OSError when there is no template because it fails to start.
        """
        while True:
            await asyncio.shield(self._ready)
            number = next(self._ids)
            self._ordered[number] = asyncio.get_running_loop().create_future()
            order = {
                "id": number,
                "name": launch.name,
                "handler": launch.handler,
                "variables": launch.variables(runtime_api),
                "task_root": str(launch.task_root),
                "log_file": str(launch.log_file),
                "niceness": launch.niceness,
            }
            assert self._writer is not None  # noqa: S101 - it is there while the template is ready  # nosec B101
            self._writer.write(json.dumps(order).encode() + b"\n")
            try:
                return await self._ordered[number]
            except ConnectionError:
                continue
            finally:
                del self._ordered[number]

    async def _keep_running(self) -> None:
        pause = 0.1
        while True:
            started_at = time.monotonic()
            try:
                await self._run_template()
            finally:
                self._template_is_gone()
            pause = 0.1 if time.monotonic() - started_at > 10 else min(2 * pause, LONGEST_RESPAWN_PAUSE_SECONDS)
            log.warning("the template process ended; starting another in %.1f s (see %s)", pause, self._log_file)
            await asyncio.sleep(pause)

    async def _run_template(self) -> None:
        """Start a template and listen to it until it ends."""
        if self._ready.done():  # the one before failed
            self._ready = asyncio.get_running_loop().create_future()
        assert self._lifeline is not None  # noqa: S101 - opened first  # nosec B101
        ours, its = socket.socketpair()
        with its, self._log_file.open("ab") as output:
            self._template = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "host.invoke.template", str(self._lifeline[0]), *self._preload),
                stdin=its.fileno(),
                stdout=output,
                stderr=output,
                pass_fds=[self._lifeline[0]],
                env=_environment(),
                start_new_session=True,
            )
        reader, self._writer = await asyncio.open_connection(sock=ours)
        try:
            with suppress(ConnectionError):  # it died with an order unread
                while line := await reader.readline():
                    self._heed(json.loads(line))
        finally:
            self._writer.close()

    def _heed(self, message: dict[str, Any]) -> None:
        """Take note of a worker that was started or has ended, or (number 0) of the template being ready."""
        number = message["id"]
        if number == 0:
            self._ready.set_result(None)
        elif "pid" in message:
            process = self._processes[number] = Process(message["pid"])
            order = self._ordered.get(number)
            if order is None or order.cancelled():
                process.kill()  # whoever ordered it has gone away
            else:
                order.set_result(process)
        else:
            self._processes.pop(number).ended(message["status"])

    def _log_tail(self, size: int = 1000) -> str:
        return self._log_file.read_bytes()[-size:].decode(errors="replace") if self._log_file.exists() else ""

    def _template_is_gone(self) -> None:
        if self._ready.done():
            self._ready = asyncio.get_running_loop().create_future()
        else:
            self._ready.set_exception(OSError(f"the template process failed to start: {self._log_tail()}"))
            self._ready.exception()  # nobody may be waiting for it
        self._writer = None
        for order in self._ordered.values():
            if not order.done():
                order.set_exception(ConnectionError("the template process ended"))
        orphans, self._processes = self._processes, {}
        for process in orphans.values():
            task = asyncio.create_task(_watch_orphan(process))
            self._orphans.add(task)
            task.add_done_callback(self._orphans.discard)


async def _watch_orphan(process: Process) -> None:
    """Find out when a worker ends whose template is gone."""
    while not process.exited.done():
        try:
            pid, status = os.waitpid(process.pid, os.WNOHANG)
            if pid:
                process.ended(os.waitstatus_to_exitcode(status))
        except ChildProcessError:
            try:
                os.kill(process.pid, 0)
            except ProcessLookupError:
                process.ended(None)
        await asyncio.sleep(ORPHAN_CHECK_SECONDS)


def _environment() -> dict[str, str]:
    """What the template itself sees. One thread for linear algebra: threads do not survive a fork."""
    passed_on = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH")
    return {name: os.environ[name] for name in passed_on if name in os.environ} | {"OPENBLAS_NUM_THREADS": "1"}


def _become_subreaper() -> None:
    """Become the parent of grandchildren whose parent dies."""
    if sys.platform == "linux":
        pr_set_child_subreaper = 36
        ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)
