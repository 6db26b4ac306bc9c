"""The audit log as those see it who may read it: filtered, and opened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from pydantic import AwareDatetime
from sqlalchemy import ColumnElement

from dreamseed.audit.models import AuditLogEntry
from dreamseed.audit.tables import audit_logs
from dreamseed.ports.subject_keys import ERASED

Name = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")]
Moment = Annotated[AwareDatetime | None, Query()]


@dataclass(frozen=True)
class Filter:
    """What the entries shall have in common; None leaves it open."""

    actor_id: UUID | None
    subject_id: UUID | None
    action: str | None
    resource: str | None
    resource_id: UUID | None
    from_at: datetime | None
    to_at: datetime | None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """The filter in SQL. Times let whole partitions be left out."""
        for name in ("actor_id", "subject_id", "action", "resource", "resource_id"):
            if (wanted := getattr(self, name)) is not None:
                yield audit_logs.c[name] == wanted
        if self.from_at is not None:
            yield audit_logs.c.at >= self.from_at
        if self.to_at is not None:
            yield audit_logs.c.at < self.to_at


def _filter(
    actor_id: UUID | None = None,
    subject_id: UUID | None = None,
    action: Name = None,
    resource: Name = None,
    resource_id: UUID | None = None,
    from_at: Moment = None,
    to_at: Moment = None,
) -> Filter:
    return Filter(actor_id, subject_id, action, resource, resource_id, from_at, to_at)


Filtering = Annotated[Filter, Depends(_filter)]


def shown_entry(row: Any) -> AuditLogEntry:
    """An entry from its row, whose sealed texts have been opened."""
    texts = {name: getattr(row, name) for name in ("sealed_changes", "client_address", "user_agent")}
    is_erased = ERASED in texts.values()
    opened: dict[str, Any] = {name: None if text == ERASED else text for name, text in texts.items()}
    changes = row.changes or opened.pop("sealed_changes")
    opened.pop("sealed_changes", None)
    plain: dict[str, Any] = {name: getattr(row, name) for name in AuditLogEntry.model_fields if name not in _MADE}
    return AuditLogEntry(
        **plain, **opened, changes=changes and json.loads(changes), hash=bytes(row.hash).hex(), is_erased=is_erased
    )


_MADE = ("changes", "client_address", "user_agent", "hash", "is_erased")
