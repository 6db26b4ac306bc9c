"""Structured logs: one JSON object a line on standard output, with the ids that tie requests, jobs, tenants together.

The standard library's logging with a formatter of our own: a logging package's import would cost every cold start more
than all it adds (see docs/adr). Values that could carry secrets are never passed here; `bind` takes ids only.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_bound: ContextVar[dict[str, str] | None] = ContextVar("bound", default=None)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_as_json = json.JSONEncoder(default=str, separators=(",", ":")).encode


class JsonHandler(logging.StreamHandler):  # type: ignore[type-arg]  # generic for type checkers only
    """Writes a record as JSON: time, level, logger, message, function, what is bound, what was passed as `extra`, and
    the traceback."""

    def __init__(self) -> None:
        super().__init__(sys.stdout)
        self._function = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")

    def format(self, record: logging.LogRecord) -> str:
        fields = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info:
            fields["exception"] = logging.Formatter().formatException(record.exc_info)
        return self.line(record.created, record.levelname, record.name, record.getMessage(), fields)

    def line(self, created: float, level: str, logger: str, message: str, fields: Mapping[str, object]) -> str:
        """One line, without the line feed."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(created, UTC).isoformat(timespec="milliseconds"),
            "level": level,
            "logger": logger,
            "message": message,
            "function": self._function,
            **(_bound.get() or {}),
            **fields,
        }
        return _as_json(line)


def logger(name: str) -> logging.Logger:
    """The logger of that name, below the one handler that `configure` installs."""
    return logging.getLogger(f"dreamseed.{name}")


def configure() -> None:
    """Send everything under `dreamseed` to standard output as JSON, once a process; safe to call again."""
    root = logging.getLogger("dreamseed")
    if root.handlers:
        return
    root.addHandler(JsonHandler())
    root.setLevel(os.environ.get("DREAMSEED_LOG_LEVEL", "INFO"))
    root.propagate = False


def write(log: logging.Logger, message: str, fields: Mapping[str, object]) -> None:
    """What `log.info(message, extra=fields)` writes, without a record in between: a third of the cost.

    For the one line that every request logs.
    """
    if log.isEnabledFor(logging.INFO):
        for handler in logging.getLogger("dreamseed").handlers:
            if isinstance(handler, JsonHandler):
                handler.stream.write(handler.line(time.time(), "INFO", log.name, message, fields) + "\n")
                handler.flush()


@contextmanager
def bind(**ids: str) -> Iterator[dict[str, str]]:
    """Add ids (request_id, org_id, job_id …) to every line logged inside the block, and those that it gets later."""
    bound = {**(_bound.get() or {}), **ids}
    token = _bound.set(bound)
    try:
        yield bound
    finally:
        _bound.reset(token)
