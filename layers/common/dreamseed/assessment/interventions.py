"""What staff may do to somebody's session: give it more time, or declare it void. Who may, and why, the school knows.

    running ── give time ──► running          running, over ── void ──► void, for good

A session that ends is announced once, by `session.finished`; `session.voided` takes that back, with the same content.
One that is voided while it runs was never announced, so nothing has to be taken back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment import queries
from dreamseed.assessment.sessions import OpenSession, publish_session, with_design
from dreamseed.assessment.terms import shown_limit
from dreamseed.errors import Conflict

VOIDED = "voided"
"""The stop reason of a session that was voided while it ran."""


def hold_session(db: Connection, session_id: UUID) -> OpenSession | None:
    """A session that nobody else changes until the end of the transaction; None if there is none."""
    row = queries.lock_session(db, session_id)
    return with_design(db, row) if row is not None else None


def learner_of(db: Connection, session_id: UUID) -> UUID | None:
    """Whose session it is; None if there is none."""
    row = queries.read_session(db, session_id)
    return row.learner_id if row is not None else None


def give_time(db: Connection, session: OpenSession, seconds: int, now: datetime) -> OpenSession:
    """Move the deadline of a held session. Raises Conflict when it is over, or when no clock runs in it."""
    row = session.row
    if session.is_over(now):
        raise Conflict("The test is over; more time would change nothing.", code="session_not_active")
    if shown_limit(session.design.time_limit_seconds, row.extra_seconds, row.accommodations) is None:
        raise Conflict("No clock runs in this test.", code="session_untimed")
    extra, deadline = row.extra_seconds + seconds, row.expires_at + timedelta(seconds=seconds)
    return _changed(db, session, {"extra_seconds": extra, "expires_at": deadline})


def void(db: Connection, session: OpenSession, now: datetime) -> OpenSession:
    """Make a held session count for nothing; one that is void already stays as it is."""
    row = session.row
    if row.status == "invalidated":
        return session
    was_announced = row.finished_at is not None
    columns = {
        "status": "invalidated",
        "stop_reason": row.stop_reason or VOIDED,
        "finished_at": row.finished_at or now,
        "paused_at": None,
        "next_choice": None,
    }
    voided = _changed(db, session, columns)
    if was_announced:
        publish_session(db, "session.voided", voided)
    return voided


def _changed(db: Connection, session: OpenSession, columns: dict[str, Any]) -> OpenSession:
    queries.update_session(db, session.row.id, columns)
    return replace(session, row=replace(session.row, **columns))
