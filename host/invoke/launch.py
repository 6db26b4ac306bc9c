"""What a worker process is given, and the two ways to start it.

ColdStarter       `python -m awslambdaric <handler>`: what Lambda does, and what the forks are compared with
TemplateStarter   asks the template process for a fork, see host/invoke/forking.py: a few milliseconds
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from host.tether import tethered


@dataclass(frozen=True)
class Launch:
    """One function, ready to be run: all that its process gets to know."""

    name: str
    handler: str
    environment: dict[str, str]
    timeout_seconds: float
    memory_mb: int
    task_root: Path
    log_file: Path
    niceness: int = 0
    """How far its processes stand back for others, 0 to 19: nobody waits for an event as for a page."""

    def variables(self, runtime_api: str) -> dict[str, str]:
        """The whole environment of a worker process: Lambda's reserved variables and the function's own."""
        return self.environment | {
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory_mb),
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{self.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "AWS_LAMBDA_RUNTIME_API": runtime_api,
            "LAMBDA_TASK_ROOT": str(self.task_root),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(self.task_root),
            "PYTHONUNBUFFERED": "1",
            "TZ": ":UTC",
            "_HANDLER": self.handler,
        }


@dataclass(eq=False)
class Process:
    """A running worker process. `exited` gets its exit status, negative for a signal, None if nobody could tell."""

    pid: int
    exited: asyncio.Future[int | None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def kill(self) -> None:
        """End it now. Killing one that has ended is not an error."""
        if not self.exited.done():
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def ended_by(self, waiting: asyncio.Task[int]) -> None:
        """Note that it has ended, as whoever waited for it says."""
        if not waiting.cancelled():
            self.ended(waiting.result())

    def ended(self, status: int | None) -> None:
        """Note that it has ended; only the first report counts."""
        if not self.exited.done():
            self.exited.set_result(status)


class Starter(Protocol):
    """A way to make worker processes."""

    async def start(self, launch: Launch, runtime_api: str) -> Process:
        """Start the function's process, which will call the Runtime API at that address."""


class ColdStarter:
    """Starts each worker from nothing, as Lambda does."""

    async def start(self, launch: Launch, runtime_api: str) -> Process:
        with launch.log_file.open("ab") as log:
            child = await asyncio.create_subprocess_exec(
                *tethered(["nice", "-n", str(launch.niceness), sys.executable, "-m", "awslambdaric", launch.handler]),
                cwd=launch.task_root,
                env=launch.variables(runtime_api),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # the terminal's Ctrl-C is for the host alone
            )
        process = Process(child.pid)
        waiting = asyncio.create_task(child.wait())
        waiting.add_done_callback(process.ended_by)
        return process
