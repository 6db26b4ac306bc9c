"""A whole local cloud for tests: its own processes on free ports, in a folder that may be thrown away.

    with running_host(tmp_path) as host:
        httpx.get(f"{host.url}/health")

The host is a process of its own, as for a user, so it may be killed like one: `host.kill()`, then `host.start()`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from host.ports import LOOPBACK, port_of, reserve_port
from host.settings import ROOT, HostError

START_SECONDS = 90.0
STOP_SECONDS = 40.0
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class HostUnderTest:
    """A host in a process of its own. `options` are those of `python -m host up`."""

    def __init__(self, data_dir: Path, options: Sequence[str]) -> None:
        self.data_dir = data_dir
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return when it answers; again after `kill` or `stop`. Raises HostError with its output."""
        (self.data_dir / "host.json").unlink(missing_ok=True)
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self._output_file.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "host", "up", f"--data-dir={self.data_dir}", *self._options],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        wait_until(self._is_up, START_SECONDS, lambda: f"the host did not start:\n{self.output}")

    def stop(self) -> int:
        """Tell it to stop (SIGTERM) and wait until it has; returns its exit status."""
        self._child.terminate()
        return self._child.wait(STOP_SECONDS)

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL)."""
        self._child.kill()
        self._child.wait()

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def url(self) -> str:
        """The origin of pages and API."""
        url: str = self.status()["url"]
        return url

    @property
    def output(self) -> str:
        """What it has printed since it was last started."""
        return self._output_file.read_text(errors="replace")

    def status(self) -> dict[str, Any]:
        """What `host.json` says."""
        status: dict[str, Any] = json.loads((self.data_dir / "host.json").read_text())
        return status

    def workers(self, function: str) -> list[int]:
        """The process ids of a function's workers."""
        return self.all_workers().get(function, [])

    def all_workers(self) -> dict[str, list[int]]:
        """The process ids of every function's workers."""
        workers: dict[str, list[int]] = self._ask("/status")["workers"]
        return workers

    def batch_jobs(self, function: str) -> list[int]:
        """The process ids of the batch jobs that run a function."""
        pids: list[int] = self._ask("/status")["jobs"].get(function, [])
        return pids

    def invoke(self, function: str, event: object) -> Any:
        """Call a function as Lambda's clients do; returns its result, or its error document."""
        return self._ask(f"/2015-03-31/functions/{function}/invocations", json.dumps(event).encode())

    def kill_process(self, name: str) -> None:
        """Kill -9 `postgres`, `template` or `localstack`."""
        os.kill(self.status()["processes"][name], signal.SIGKILL)

    def wait_until_background_is_ready(self, seconds: float = START_SECONDS) -> None:
        """Return when queues, schedules and workflows work."""
        wait_until(lambda: self.status()["is_background_ready"], seconds, lambda: "LocalStack did not become ready")

    @property
    def _child(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise HostError("the host was not started")
        return self._process

    @property
    def _output_file(self) -> Path:
        return self.data_dir / "host.out"

    def _is_up(self) -> bool:
        if not self.is_running:
            raise HostError(f"the host ended:\n{self.output}")
        return "DreamSeed is ready" in self.output and (self.data_dir / "host.json").exists()

    def _ask(self, path: str, body: bytes | None = None) -> Any:
        with DIRECT.open(urllib.request.Request(self.status()["internal_url"] + path, body), timeout=60) as reply:
            return json.loads(reply.read())


@contextmanager
def running_host(
    data_dir: Path,
    *,
    root: Path = ROOT,
    with_demo: bool = True,
    with_localstack: bool = False,
    is_cold: bool = False,
    name: str = LOOPBACK,
) -> Iterator[HostUnderTest]:
    """A host on free ports, stopped at the end; after a failure its last words are in the test's output.

    Started again it is where it was before, so that clients which keep trying find it.
    """
    flags = {"--no-demo": not with_demo, "--no-localstack": not with_localstack, "--cold": is_cold}
    with closing(reserve_port()) as port:
        options = [f"--port={port_of(port)}", f"--name={name}", "--throw-away", f"--root={root}"]
        options += [flag for flag, wanted in flags.items() if wanted]
        host = HostUnderTest(data_dir, options)
        try:
            host.start()
            yield host
        except BaseException:
            print(host.output[-4000:], (data_dir / "logs" / "host.log").read_text()[-8000:], sep="\n")
            raise
        finally:
            if host.is_running:
                host.stop()


def wait_until(condition: Callable[[], object], seconds: float, complaint: Callable[[], str]) -> None:
    """Return when the condition holds. Raises HostError with the complaint when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise HostError(complaint())
        time.sleep(0.05)
