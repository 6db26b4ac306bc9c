"""When an assignment may be started, and how far somebody is with it. Pure.

    upcoming ── opens_at ──► open ── start ──► started ──► done
                              └── closes_at ──► missed

`closes_at` is the last moment to start. Who has started goes on until their own time is up. An attempt that was reset
counts for nothing, so the assignment is open again; one that was voided is used up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from dreamseed.errors import Conflict, FieldError, Invalid

Status = Literal["upcoming", "open", "started", "done", "missed"]


@dataclass(frozen=True)
class Window:
    """When an assignment may be started, and how often."""

    opens_at: datetime
    closes_at: datetime
    max_attempts: int
    is_withdrawn: bool = False

    def is_open(self, now: datetime) -> bool:
        """Whether it may be started now."""
        return not self.is_withdrawn and self.opens_at <= now < self.closes_at


@dataclass(frozen=True)
class Attempt:
    """One session of an assignment that was not reset."""

    session_id: UUID
    status: str
    expires_at: datetime

    def is_running(self, now: datetime) -> bool:
        """Whether it can go on."""
        return self.status == "paused" or (self.status == "active" and now < self.expires_at)


def status_of(window: Window, attempts: Sequence[Attempt], now: datetime) -> Status:
    """How far a learner is, from their attempts in order."""
    if any(attempt.is_running(now) for attempt in attempts):
        return "started"
    if attempts:
        return "done"
    if now < window.opens_at:
        return "upcoming"
    return "open" if window.is_open(now) else "missed"


def attempts_left(window: Window, attempts: Sequence[Attempt]) -> int:
    """How often a learner may still start."""
    return max(0, window.max_attempts - len(attempts))


def require_startable(window: Window, attempts: Sequence[Attempt], now: datetime) -> None:
    """Raise Conflict unless a learner with these attempts may start now."""
    if not window.is_open(now):
        raise Conflict("The assignment cannot be started now.", code="assignment_not_open")
    if not attempts_left(window, attempts):
        raise Conflict("Every attempt at this assignment has been used.", code="no_attempt_left")


def require_window(opens_at: datetime, closes_at: datetime) -> None:
    """Raise Invalid unless an assignment opens before it closes."""
    if opens_at >= closes_at:
        error = FieldError("body.closes_at", "must be later than opens_at")
        raise Invalid("An assignment must open before it closes.", code="closes_before_it_opens", errors=(error,))
