"""An entry of the audit log as it is exported and copied: JSON with its hash, whoever takes it."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]
"""An entry as `dreamseed.audit.records.as_record` makes it."""


def key_of(record: Record) -> str:
    """What tells an entry from all others."""
    return f"{record['org_id']}:{record['seq']}"
