"""What identity keeps no longer than it is of use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, delete, func, select

from dreamseed.database.transaction import in_system
from dreamseed.identity.challenges import delete_old_challenges
from dreamseed.identity.sessions import delete_old_sign_ins
from dreamseed.identity.tables import email_changes, password_resets, registrations
from dreamseed.identity.throttle import delete_old_throttles
from dreamseed.platform.retention import delete_rows
from dreamseed.platform.tables import PLATFORM_ID
from dreamseed.ports.subject_keys import SubjectKeys

KEPT = timedelta(days=1)
"""Links that have expired, so that a retry of the last moment is still recognised."""


def expired() -> Iterator[Callable[[Connection, int], int]]:
    """What deletes up to so many rows of one kind, across tenants, and returns how many it did."""
    for table in (password_resets, email_changes):
        yield partial(delete_rows, table, table.c.expires_at < func.now() - KEPT)
    yield delete_old_sign_ins
    yield delete_old_throttles
    yield delete_old_challenges


def delete_registrations(keys: SubjectKeys, now: datetime, limit: int) -> int:
    """Delete up to `limit` registrations that expired, after the keys of their own. Returns how many."""
    old = select(registrations.c.id).where(registrations.c.expires_at < now - KEPT).limit(limit)
    ids = in_system(lambda db: list(db.scalars(old)))
    for registration_id in ids:
        keys.of(PLATFORM_ID).destroy(registration_id)
    return in_system(lambda db: db.execute(delete(registrations).where(registrations.c.id.in_(ids))).rowcount)
