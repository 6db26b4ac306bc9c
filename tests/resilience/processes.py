"""Ending processes as the kernel does when memory runs out, and seeing that they ended."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

from host.testing import HostUnderTest, wait_until

RETURN_SECONDS = 50.0


def kill_workers(host: HostUnderTest, function: str) -> None:
    """End all processes of a function."""
    for pid in host.workers(function):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def kill_and_await_successor(host: HostUnderTest, name: str) -> None:
    """End `postgres`, `template` or `localstack`, and return when the host has started another."""
    killed: list[int] = []

    def is_killed() -> bool:
        pid = host.status()["processes"].get(name)
        if pid is not None:
            with suppress(ProcessLookupError):  # the status is up to half a second old
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
        return bool(killed)

    def has_successor() -> bool:
        return host.status()["processes"].get(name) not in (None, *killed)

    wait_until(is_killed, RETURN_SECONDS, lambda: f"there is no {name} to kill")
    wait_until(has_successor, RETURN_SECONDS, lambda: f"{name} stays away")


def is_alive(pid: int) -> bool:
    """Whether the process runs. One that has ended may still wait for its parent to notice."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
