"""Which tests pytest-xdist keeps on one worker: those that share what takes long to make."""

from __future__ import annotations

from pathlib import PurePosixPath

from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/infra", "tests/journeys", "tests/resilience")
"""Folders whose modules share one synthesis or one host. Elsewhere a module's tests share a database, or a host."""
APART = ("tests/journeys/test_pages_suit_everybody.py",)
"""Modules of these folders that take so long that a host of their own pays."""


class KeepTogether(LoadScopeScheduling):
    """Hands out modules, and whole folders where modules share; those with most tests first."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def scope_of(nodeid: str) -> str:
    """The folder or module whose tests stay with the test of that id."""
    module = PurePosixPath(nodeid.partition("::")[0])
    folder = module.parent.as_posix()
    is_together = folder in TOGETHER and module.as_posix() not in APART
    return folder if is_together else module.as_posix()
