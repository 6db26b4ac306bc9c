"""Events leave through the outbox: a row in the transaction that caused them, sent afterwards by the relay."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from dreamseed.database.ids import new_id
from dreamseed.platform.tables import outbox


def publish(
    db: Connection, topic: str, data: dict[str, Any], *, org_id: UUID | None = None, message_id: UUID | None = None
) -> UUID:
    """Record an event; it is sent if and only if this transaction commits. Returns the message's id.

    `data` must be JSON. The organisation is the transaction's own; a system transaction names it. With a `message_id`
    that was published before, nothing happens.
    """
    message_id = message_id or new_id()
    row: dict[str, Any] = {"id": message_id, "topic": topic, "payload": data}
    if org_id is not None:
        row["org_id"] = org_id
    db.execute(insert(outbox).on_conflict_do_nothing(), row)
    return message_id
