"""Appending to the audit log: for what is done without a caller, such as signing in or a job. See also `trail`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, text

from dreamseed.errors import Conflict

if TYPE_CHECKING:
    from dreamseed.http.exchange import Client
    from dreamseed.ports.subject_keys import SubjectKeys

_APPEND = text(
    "select append_audit_log(:action, :actor_id, :session_id, :resource, :resource_id, :subject_id, :changes,"
    " :sealed_changes, :client_address, :user_agent, :success, :reason, :request_id)"
)


@dataclass(frozen=True)
class Entry:
    """What was done: by whom, to what, about whom, from where, and whether it was allowed.

    `action` is a function's name or an event such as `sign_in`; `resource` the kind of thing, as paths have it;
    `changes` what is different now (see `difference`); `reason` the code of a refusal.
    """

    action: str
    actor_id: UUID | None = None
    session_id: UUID | None = None
    resource: str = ""
    resource_id: UUID | None = None
    subject_id: UUID | None = None
    changes: Mapping[str, Any] | None = None
    client: Client | None = None
    success: bool = True
    reason: str | None = None
    request_id: str | None = None


def append(db: Connection, entry: Entry, keys: SubjectKeys | None = None) -> int:
    """Append an entry to the organisation's chain and return its number. The last statement of its transaction.

    The chain's head stays locked until the transaction ends. What is about a person is sealed with that person's key,
    from where somebody came with their own. Raises ValueError when that needs keys and there are none.
    """
    values = {name: getattr(entry, name) for name in _PLAIN}
    written = None if entry.changes is None else as_json(entry.changes)
    about, client, owner_id = entry.subject_id, entry.client, entry.actor_id or entry.subject_id
    values["changes"] = written if about is None else None
    values["sealed_changes"] = _sealed(keys, about, written, "sealed_changes")
    values["client_address"] = _sealed(keys, owner_id, client.address if client else None, "client_address")
    values["user_agent"] = _sealed(keys, owner_id, client.agent if client else None, "user_agent")
    return int(db.scalar(_APPEND, values) or 0)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The fields that are not the same before and after, with what they were and what they are."""
    changed = [name for name in (*before, *(after.keys() - before.keys())) if before.get(name) != after.get(name)]
    return {
        "before": {name: before[name] for name in changed if name in before},
        "after": {name: after[name] for name in changed if name in after},
    }


def as_json(changes: Mapping[str, Any]) -> str:
    """Changes as text that is the same for the same changes."""
    return json.dumps(changes, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


_PLAIN = (
    "action",
    "actor_id",
    "session_id",
    "resource",
    "resource_id",
    "subject_id",
    "success",
    "reason",
    "request_id",
)


def _sealed(keys: SubjectKeys | None, owner_id: UUID | None, written: str | None, column: str) -> bytes | None:
    """A text as its column holds it, sealed with its owner's key; None when there is no text, or nobody's it is.

    Of somebody whose key was destroyed nothing is written down again.
    """
    if not written or owner_id is None:
        return None
    if keys is None:
        raise ValueError(f"{column} is personal: append needs the keys to seal it")
    try:
        return keys.seal(owner_id, written, f"audit_logs.{column}").value
    except Conflict as error:
        if error.code != "subject_erased":
            raise
        return None
