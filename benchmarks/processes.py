"""CPU time and memory of processes and all their descendants, from /proc."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
NANOSECONDS = 1e-9


def descendants(root: int) -> set[int]:
    """The process and everything below it."""
    children: dict[int, list[int]] = {}
    for pid, fields in _all():
        children.setdefault(int(fields[1]), []).append(pid)
    found, queue = set(), [root]
    while queue:
        pid = queue.pop()
        found.add(pid)
        queue += children.get(pid, [])
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU time used so far by processes that still live, and by their children that have ended.

    The scheduler's own nanoseconds of every thread: the ticks of /proc/<pid>/stat are sampled a hundred times a second,
    and a call that is over in less than a tick is charged to whoever runs when it comes.
    """
    return sum(_cpu_seconds(pid) for pid in pids)


def resident_mb(pids: Iterable[int]) -> float:
    """Memory in RAM; pages shared between processes count in each."""
    return sum(int(fields[21]) * PAGE / 1e6 for pid in pids if (fields := _stat(pid)))


def command(pid: int) -> str:
    """The command line, or what the process calls itself; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def _cpu_seconds(pid: int) -> float:
    ran = 0.0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            ran += int(thread.read_text().split()[0]) * NANOSECONDS
        except OSError:
            continue
    fields = _stat(pid)
    return ran + (sum(map(int, fields[13:15])) / TICK if fields else 0.0)


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name: state, parent, …; none when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _all() -> Iterator[tuple[int, list[str]]]:
    for path in Path("/proc").glob("[0-9]*"):
        if fields := _stat(int(path.name)):
            yield int(path.name), fields
