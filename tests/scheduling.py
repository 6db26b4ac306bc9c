"""Which tests pytest-xdist keeps on one worker: those that share what takes long to make."""

from __future__ import annotations

from pathlib import PurePosixPath

from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/infra", "tests/journeys", "tests/resilience")
"""Folders whose modules share one synthesis or one host. Elsewhere a module's tests share a database, or a host."""


class KeepTogether(LoadScopeScheduling):
    """Hands out modules, and whole folders where modules share; those with most tests first."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def scope_of(nodeid: str) -> str:
    """The folder or module whose tests stay with the test of that id."""
    module = PurePosixPath(nodeid.partition("::")[0])
    folder = module.parent.as_posix()
    return folder if folder in TOGETHER else module.as_posix()
