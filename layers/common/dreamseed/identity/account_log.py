"""What becomes of an account without a caller, as the audit log tells it: its owner is known by a link in a mail."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.entries import Entry, append


def note_account(db: Connection, action: str, user_id: UUID) -> None:
    """Append that somebody did this with their own account."""
    append(db, Entry(action, user_id, resource="users", resource_id=user_id, subject_id=user_id))
