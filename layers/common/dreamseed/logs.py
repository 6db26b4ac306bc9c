"""Structured logs: one JSON object a line on standard output, with the ids that tie requests, jobs, tenants together.

The standard library's logging with a formatter of our own: a logging package's import would cost every cold start more
than all it adds (see docs/adr). Values that could carry secrets are never passed here; `bind` takes ids only.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_bound: ContextVar[dict[str, str] | None] = ContextVar("bound", default=None)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """A record as JSON: time, level, logger, message, what is bound, what was passed as `extra`, and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "function": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", ""),
            **(_bound.get() or {}),
        }
        line.update({key: value for key, value in vars(record).items() if key not in _STANDARD})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, separators=(",", ":"))


def logger(name: str) -> logging.Logger:
    """The logger of that name, below the one handler that `configure` installs."""
    return logging.getLogger(f"dreamseed.{name}")


def configure() -> None:
    """Send everything under `dreamseed` to standard output as JSON, once a process; safe to call again."""
    root = logging.getLogger("dreamseed")
    if root.handlers:
        return
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    root.addHandler(handler)
    root.setLevel(os.environ.get("DREAMSEED_LOG_LEVEL", "INFO"))
    root.propagate = False


@contextmanager
def bind(**ids: str) -> Iterator[None]:
    """Add ids (request_id, org_id, job_id …) to every line logged inside the block."""
    token = _bound.set({**(_bound.get() or {}), **ids})
    try:
        yield
    finally:
        _bound.reset(token)
