"""Events leave through the outbox: a row in the transaction that caused them, sent afterwards by the relay."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert

from dreamseed.database.ids import new_id
from dreamseed.platform.tables import outbox


def publish(db: Connection, topic: str, data: dict[str, Any], *, org_id: UUID | None = None) -> UUID:
    """Record an event; it is sent if and only if this transaction commits. Returns the message's id.

    `data` must be JSON. The organisation is the transaction's own; a system transaction names it.
    """
    message_id = new_id()
    row: dict[str, Any] = {"id": message_id, "topic": topic, "payload": data}
    if org_id is not None:
        row["org_id"] = org_id
    db.execute(insert(outbox), row)
    return message_id
