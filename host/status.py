"""Says in `<data-dir>/host.json` what runs, and keeps it true while processes come and go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from host.storage import remove_status, write_status

CHECK_SECONDS = 0.5


class StatusFile:
    """`describe` makes the content, which is written whenever it has changed."""

    def __init__(self, data_dir: Path, describe: Callable[[], dict[str, Any]]) -> None:
        self._data_dir = data_dir
        self._describe = describe
        self._written: dict[str, Any] = {}
        self._keeper: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Write it, and go on doing so."""
        self.update()
        self._keeper = asyncio.create_task(self._keep_true(), name="status file")

    def update(self) -> None:
        """Write it now if it has changed."""
        status = self._describe()
        if status != self._written:
            write_status(self._data_dir, status)
            self._written = status

    async def close(self) -> None:
        """Remove it: nothing runs any more."""
        if self._keeper is not None:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
        remove_status(self._data_dir)

    async def _keep_true(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            self.update()
