"""CPU time and memory of processes and all their descendants, from /proc."""

from __future__ import annotations

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def descendants(root: int) -> set[int]:
    """The process and everything below it."""
    children: dict[int, list[int]] = {}
    for pid, fields in _all().items():
        children.setdefault(int(fields[1]), []).append(pid)
    found, queue = set(), [root]
    while queue:
        pid = queue.pop()
        found.add(pid)
        queue += children.get(pid, [])
    return found


def cpu_seconds(pids: set[int]) -> float:
    """User and system time used so far by processes that still live, and by their children that have ended."""
    return sum(sum(map(int, fields[11:15])) / TICK for pid, fields in _all().items() if pid in pids)


def resident_mb(pids: set[int]) -> float:
    """Memory in RAM; pages shared between processes count in each."""
    return sum(int(fields[21]) * PAGE / 1e6 for pid, fields in _all().items() if pid in pids)


def command(pid: int) -> str:
    """The command line, or what the process calls itself; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def _all() -> dict[int, list[str]]:
    """The fields of /proc/<pid>/stat after the name: state, parent, …"""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(path.parent.name)] = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
    return found
