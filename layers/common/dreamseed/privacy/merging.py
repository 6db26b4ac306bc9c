"""What privacy says to two accounts of one person becoming one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.errors import Conflict
from dreamseed.privacy.queries import open_erasure


def require_no_erasure(db: Connection, merged_id: UUID) -> None:
    """Raise Conflict `erasure_open` for an account whose erasure was asked for: what moves away would escape it."""
    if open_erasure(db, merged_id) is not None:
        raise Conflict("This account is to be erased; call that off first.", code="erasure_open")
