"""Assignments as their class sees them: learners with how far they are, staff with how far the class is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment.history import count_attempts, list_attempts
from dreamseed.assessment.scale import scale_of
from dreamseed.http.caller import Caller
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school import assignment_queries as stored
from dreamseed.school import queries
from dreamseed.school.access import oversees
from dreamseed.school.assignment_models import Assignment, AssignmentCounts, AssignmentDetail, LearnerAttempt
from dreamseed.school.assignment_queries import AnyRow
from dreamseed.school.assignment_rules import Window, attempts_left, status_of
from dreamseed.school.attempts import as_attempts, attempts_of, no_assignment, window_of

ReadAssignment = Callable[[Connection, UUID, UUID], AnyRow | None]


def visible_assignment(db: Connection, caller: Caller, assignment_id: UUID) -> AnyRow:
    """An assignment of a class that the caller belongs to or oversees. Raises NotFound."""
    row = stored.read_assignment(db, assignment_id, caller.user_id)
    if row is None or not caller.may("assignment:read", owner_id=caller.user_id):
        raise no_assignment()
    if not is_staff(caller, row) and not (row.role and row.withdrawn_at is None):
        raise no_assignment()
    return row


def taught_assignment(
    db: Connection, caller: Caller, assignment_id: UUID, read: ReadAssignment = stored.lock_assignment
) -> AnyRow:
    """An assignment of a class that the caller teaches or oversees, locked. Raises NotFound."""
    row = read(db, assignment_id, caller.user_id)
    if row is None or not is_staff(caller, row):
        raise no_assignment()
    return row


def is_staff(caller: Caller, row: AnyRow) -> bool:
    """Whether the caller manages the assignment; else they learn in its class, or have nothing to do with it."""
    return row.role == "teacher" or (row.role is None and oversees(caller))


def shown_assignments(
    db: Connection, caller: Caller, rows: Sequence[AnyRow], now: datetime, learner_id: UUID | None = None
) -> list[Assignment]:
    """Assignments as the caller sees them, or a learner does. Three statements, however many there are."""
    ids = {is_own: [row.id for row in rows if is_staff(caller, row) != is_own] for is_own in (True, False)}
    attempts = attempts_of(db, list_attempts(db, ids[True], learner_id or caller.user_id)) if ids[True] else []
    counts = count_attempts(db, ids[False]) if ids[False] else {}
    return [
        Assignment(
            **_common(row),
            **(
                _counts(row, counts)
                if is_staff(caller, row)
                else _own_part(row, [each for each in attempts if each.assignment_id == row.id], now)
            ),
        )
        for row in rows
    ]


def shown_assignment(db: Connection, keys: SubjectKeys, caller: Caller, row: AnyRow, now: datetime) -> AssignmentDetail:
    """One assignment as the caller sees it."""
    (shown,) = shown_assignments(db, caller, [row], now)
    progress = _progress(db, keys, row, now) if is_staff(caller, row) else None
    return AssignmentDetail(**shown.model_dump(exclude={"counts"}), counts=shown.counts, progress=progress)


def _common(row: AnyRow) -> dict[str, Any]:
    names = (
        "id class_id class_name test_design_id test_design_name mode time_limit_seconds opens_at closes_at"
        " max_attempts instructions withdrawn_at extra_seconds"
    )
    return {name: getattr(row, name) for name in names.split()}


def _counts(row: AnyRow, counts: Mapping[UUID, tuple[int, int]]) -> dict[str, Any]:
    started, done = counts.get(row.id, (0, 0))
    nothing = {"status": None, "session_id": None, "session_status": None, "attempts_left": None}
    return {**nothing, "counts": AssignmentCounts(learners=row.learner_count, started=started, done=done)}


def _own_part(row: AnyRow, sessions: Sequence[AnyRow], now: datetime) -> dict[str, Any]:
    attempts, window = as_attempts(sessions), window_of(row)
    return {
        "status": status_of(window, attempts, now),
        "session_id": sessions[-1].id if sessions else None,
        "session_status": sessions[-1].status if sessions else None,
        "attempts_left": attempts_left(window, attempts),
        "counts": None,
    }


def _progress(db: Connection, keys: SubjectKeys, row: AnyRow, now: datetime) -> list[LearnerAttempt]:
    """How far each learner of the class is, by name. Four statements, whatever the size of the class."""
    sessions: dict[UUID, list[AnyRow]] = {}
    for session in attempts_of(db, list_attempts(db, [row.id])):
        sessions.setdefault(session.learner_id, []).append(session)
    extensions, window = stored.list_extensions(db, row.id), window_of(row)
    return [
        _learner_attempt(learner, sessions.get(learner.user_id, []), window, extensions.get(learner.user_id, 0), now)
        for learner in queries.list_learners(db, keys, row.class_id)
    ]


def _learner_attempt(
    learner: AnyRow, sessions: Sequence[AnyRow], window: Window, extra_seconds: int, now: datetime
) -> LearnerAttempt:
    latest = sessions[-1] if sessions else None
    says_something = latest is not None and latest.status in ("finished", "expired") and latest.answered > 0
    return LearnerAttempt(
        learner_id=learner.user_id,
        full_name=learner.full_name,
        is_simulated=learner.is_simulated,
        status=status_of(window, as_attempts(sessions), now),
        attempts=len(sessions),
        session_id=latest.id if latest else None,
        session_status=latest.status if latest else None,
        answered=latest.answered if latest else 0,
        scale=scale_of(latest.theta, latest.se) if latest and says_something else None,
        started_at=latest.started_at if latest else None,
        expires_at=latest.expires_at if latest else None,
        finished_at=latest.finished_at if latest else None,
        extra_seconds=extra_seconds,
    )
