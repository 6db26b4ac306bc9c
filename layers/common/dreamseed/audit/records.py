"""Entries as JSON, for exports and sinks. What was sealed stays so: keys that are destroyed reach these copies too."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from dreamseed.audit.rules import FIELDS

_SEALED = ("sealed_changes", "client_address", "user_agent")
_HASHES = ("prev_hash", "hash")
_IDS = ("org_id", "actor_id", "session_id", "resource_id", "subject_id")


def as_record(entry: Mapping[Any, Any]) -> dict[str, Any]:
    """An entry, its sealed columns as bytes, as JSON has it: sealed texts in Base64, hashes in hexadecimal."""
    record: dict[str, Any] = {name: entry[name] for name in FIELDS}
    record |= {name: str(record[name]) for name in _IDS if record[name] is not None}
    record |= {name: base64.b64encode(record[name]).decode() for name in _SEALED if record[name] is not None}
    return {**record, "at": record["at"].isoformat(), **{name: bytes(entry[name]).hex() for name in _HASHES}}


def as_line(entry: Mapping[Any, Any]) -> str:
    """An entry as one line of JSON, without the line feed."""
    return json.dumps(as_record(entry), separators=(",", ":"), ensure_ascii=False)


def from_line(line: str | bytes) -> dict[str, Any]:
    """The entry that a line holds. Raises ValueError or KeyError for anything else."""
    record = json.loads(line)
    entry: dict[str, Any] = {name: record[name] for name in (*FIELDS, *_HASHES)}
    entry |= {name: UUID(entry[name]) for name in _IDS if entry[name] is not None}
    entry |= {name: base64.b64decode(entry[name], validate=True) for name in _SEALED if entry[name] is not None}
    entry |= {name: bytes.fromhex(entry[name]) for name in _HASHES}
    return {**entry, "at": datetime.fromisoformat(entry["at"])}
