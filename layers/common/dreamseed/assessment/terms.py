"""On what terms somebody takes a test: for which assignment, with how much time, shown how.

A session keeps its terms, so that an answer needs to look at nothing else. Its deadline moves by what staff grant while
it runs; `extra_seconds` always holds the working time beyond the design's, from whatever source.

    deadline = start + time limit + extra_seconds (+ pauses)        extra_seconds = limit × (factor - 1) + extensions

Without a time limit, or for somebody who works without a timer, there is only the life time of an untimed session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Update, select, update

from dreamseed.assessment.models import Accommodations
from dreamseed.assessment.tables import test_designs, test_sessions

UNTIMED_LIFETIME = timedelta(days=7)
UNFINISHED = ("active", "paused")


@dataclass(frozen=True)
class Terms:
    """What is agreed before a test begins. `extension_seconds` is working time granted to this learner."""

    assignment_id: UUID | None = None
    extension_seconds: int = 0
    accommodations: Accommodations = field(default_factory=Accommodations)

    def columns(self, time_limit_seconds: int | None, now: datetime) -> dict[str, Any]:
        """The columns of a session that begins now on these terms."""
        extra = self.extension_seconds + granted_seconds(self.accommodations, time_limit_seconds)
        is_timed = time_limit_seconds is not None and not self.accommodations.has_no_timer
        lifetime = timedelta(seconds=time_limit_seconds or 0) if is_timed else UNTIMED_LIFETIME
        return {
            "assignment_id": self.assignment_id,
            "extra_seconds": extra,
            "accommodations": self.accommodations.model_dump(exclude_defaults=True),
            "expires_at": now + lifetime + timedelta(seconds=extra),
        }


def granted_seconds(accommodations: Accommodations, time_limit_seconds: int | None) -> int:
    """The working time beyond the time limit that the accommodations give."""
    return round((time_limit_seconds or 0) * (accommodations.extra_time_factor - 1))


def shown_limit(time_limit_seconds: int | None, extra_seconds: int, accommodations: Mapping[str, Any]) -> int | None:
    """The working time that the learner has in all; None where no clock runs."""
    if time_limit_seconds is None or accommodations.get("has_no_timer"):
        return None
    return time_limit_seconds + extra_seconds


def grant_time(db: Connection, learner_id: UUID, assignment_id: UUID, seconds: int) -> datetime | None:
    """Move the deadline of the learner's unfinished session of an assignment; returns it, None if there is none.

    Fewer seconds than before (a negative number) take back at most what was granted.
    """
    running = (
        _moved(seconds)
        .where(test_sessions.c.learner_id == learner_id, test_sessions.c.assignment_id == assignment_id)
        .where(test_sessions.c.status.in_(UNFINISHED))
    )
    return db.execute(running.returning(test_sessions.c.expires_at)).scalar_one_or_none()


def accommodate(db: Connection, learner_id: UUID, wanted: Accommodations) -> int:
    """Let new accommodations hold in the learner's unfinished sessions as well; returns how many there are.

    Working time is given or taken back as if they had held from the start. Only a timer does not come back into a
    session that began without one: its deadline could lie in the past.
    """
    columns = test_sessions.c
    statement = (
        select(columns.id, columns.extra_seconds, columns.expires_at, columns.accommodations)
        .add_columns(test_designs.c.time_limit_seconds)
        .join(test_designs, test_designs.c.id == columns.test_design_id)
        .where(columns.learner_id == learner_id, columns.status.in_(UNFINISHED))
        .order_by(columns.id)
        .with_for_update(of=test_sessions)
    )
    rows = db.execute(statement).all()
    for row in rows:
        before = Accommodations(**row.accommodations)
        changed = accommodated(row.time_limit_seconds, row.extra_seconds, row.expires_at, before, wanted)
        db.execute(update(test_sessions).where(columns.id == row.id).values(**changed))
    return len(rows)


def accommodated(
    time_limit_seconds: int | None,
    extra_seconds: int,
    expires_at: datetime,
    before: Accommodations,
    wanted: Accommodations,
) -> dict[str, Any]:
    """The columns of a running session once other accommodations hold in it. Pure."""
    more = granted_seconds(wanted, time_limit_seconds) - granted_seconds(before, time_limit_seconds)
    moved = timedelta(seconds=more)
    if time_limit_seconds is not None and wanted.has_no_timer and not before.has_no_timer:
        moved += UNTIMED_LIFETIME - timedelta(seconds=time_limit_seconds)
    held = wanted.model_copy(update={"has_no_timer": before.has_no_timer or wanted.has_no_timer})
    return {
        "extra_seconds": extra_seconds + more,
        "expires_at": expires_at + moved,
        "accommodations": held.model_dump(exclude_defaults=True),
    }


def _moved(seconds: int) -> Update:
    columns = test_sessions.c
    return update(test_sessions).values(
        extra_seconds=columns.extra_seconds + seconds, expires_at=columns.expires_at + timedelta(seconds=seconds)
    )
