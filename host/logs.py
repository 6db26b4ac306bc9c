"""The host's own log, and the size of everybody's: one file a process in `<data-dir>/logs`."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

MAX_BYTES = 8 * 1024 * 1024
CHECK_SECONDS = 20.0

STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

log = logging.getLogger(__name__)


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON, with what was passed as `extra` and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in STANDARD_FIELDS}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def log_to(folder: Path) -> None:
    """Write the host's log to `host.log` in that folder."""
    handler = RotatingFileHandler(folder / "host.log", maxBytes=MAX_BYTES, backupCount=1)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger("host")
    root.handlers = [handler]
    root.setLevel(os.environ.get("DREAMSEED_LOG_LEVEL", "INFO"))
    root.propagate = False


async def keep_small(folder: Path) -> None:
    """Keep every other process's log below twice MAX_BYTES, for as long as the host runs."""
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        for path in folder.glob("*.log"):
            if path.name != "host.log" and path.stat().st_size > MAX_BYTES:
                await asyncio.to_thread(shorten, path)


def shorten(path: Path) -> None:
    """Move a log's content to `<name>.1` and let it begin anew.

    Its writers keep the file open for appending, so it is emptied and not replaced; what they write between the copy
    and that is lost.
    """
    shutil.copyfile(path, path.with_name(path.name + ".1"))
    os.truncate(path, 0)
    log.info("%s was shortened", path.name)
