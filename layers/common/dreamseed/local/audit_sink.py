"""Audit entries in our own log, or in files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from dreamseed import logs
from dreamseed.audit_record import Record, key_of

_log = logs.logger("audit")


class LogSink:
    """See dreamseed.ports.audit_sink.SinkAdapter."""

    def send(self, records: Sequence[Record]) -> None:
        for record in records:
            _log.info("audit entry", extra={"audit_key": key_of(record), "entry": record})


class FileSink:
    """Lines of JSON, in a file for each day on which entries were made. A line is written as a whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, records: Sequence[Record]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for record in records:
            path = self._folder / f"{record['at'][:10]}.ndjson"
            line = json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n"
            with path.open("ab", buffering=0) as file:
                file.write(line.encode())
