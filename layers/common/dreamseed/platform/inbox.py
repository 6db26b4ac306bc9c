"""Messages come at least once; their effects happen once, because the inbox row commits together with the work."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from dreamseed.platform.tables import inbox


def first_delivery(db: Connection, message_id: UUID, consumer: str) -> bool:
    """Whether this consumer has not handled the message before; notes that it does now.

    Of two deliveries at the same time the second waits for the first's transaction, then returns False if it committed.
    """
    statement = insert(inbox).values(message_id=message_id, consumer=consumer).on_conflict_do_nothing()
    return db.execute(statement.returning(inbox.c.message_id)).first() is not None


def was_handled(db: Connection, message_id: UUID, consumer: str) -> bool:
    """Whether this consumer has handled the message before."""
    statement = select(inbox.c.message_id).where(inbox.c.message_id == message_id, inbox.c.consumer == consumer)
    return db.execute(statement).first() is not None
