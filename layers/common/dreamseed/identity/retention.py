"""What identity keeps no longer than it is of use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection, func

from dreamseed.identity.challenges import delete_old_challenges
from dreamseed.identity.sessions import delete_old_sign_ins
from dreamseed.identity.tables import email_changes, password_resets, registrations
from dreamseed.identity.throttle import delete_old_throttles
from dreamseed.platform.retention import delete_rows

KEPT = timedelta(days=1)
"""Links that have expired, so that a retry of the last moment is still recognised."""


def expired() -> Iterator[Callable[[Connection, int], int]]:
    """What deletes up to so many rows of one kind, across tenants, and returns how many it did."""
    for table in (registrations, password_resets, email_changes):
        yield partial(delete_rows, table, table.c.expires_at < func.now() - KEPT)
    yield delete_old_sign_ins
    yield delete_old_throttles
    yield delete_old_challenges
