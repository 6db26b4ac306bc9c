"""What other areas may ask of learners' tests: small questions that need no engine to be loaded.

A test counts once it is over and at least one answer was given. One that was voided does not count.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, func, literal, or_, select, tuple_

from dreamseed.assessment.models import PAUSED_LIFETIME
from dreamseed.assessment.scale import Estimate
from dreamseed.assessment.tables import test_designs, test_sessions
from dreamseed.http.caller import Caller

AnyRow = Row[*tuple[Any, ...]]
_sessions = test_sessions.c
_has_answers_and_is_over = and_(_sessions.finished_at.is_not(None), _sessions.answered > 0)
_counts = and_(_has_answers_and_is_over, _sessions.status != "invalidated")


@dataclass(frozen=True)
class Progress:
    """The latest estimate of a learner, the first one since some date, and how many tests counted since then."""

    latest: Estimate
    first: Estimate | None
    tests: int


def progress_of(db: Connection, learner_ids: Collection[UUID], since: datetime) -> dict[UUID, Progress]:
    """The progress of those learners who have a test that counts, by learner."""
    is_before = _sessions.finished_at < since
    in_order = (_sessions.finished_at, _sessions.id)
    recent_first = [column.desc() for column in in_order]

    def first(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.first_value(column).over(partition_by=_sessions.learner_id, order_by=(is_before, *in_order))

    ranked = (
        select(
            _sessions.learner_id,
            _sessions.theta,
            _sessions.se,
            _sessions.finished_at,
            first(_sessions.theta).label("first_theta"),
            first(_sessions.se).label("first_se"),
            first(_sessions.finished_at).label("first_at"),
            func.count().filter(~is_before).over(partition_by=_sessions.learner_id).label("tests"),
            func.row_number().over(partition_by=_sessions.learner_id, order_by=recent_first).label("recency"),
        )
        .where(_sessions.learner_id.in_(learner_ids), _counts)
        .subquery()
    )
    return {row.learner_id: _progress(row, since) for row in db.execute(select(ranked).where(ranked.c.recency == 1))}


def _progress(row: AnyRow, since: datetime) -> Progress:
    first = Estimate(row.first_theta, row.first_se, row.first_at) if row.first_at >= since else None
    return Progress(Estimate(row.theta, row.se, row.finished_at), first, row.tests)


def list_history(db: Connection, learner_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[AnyRow]:
    """Up to `limit` of a learner's tests that are over, also the voided ones, newest first."""
    key = (_sessions.finished_at, _sessions.id)
    columns = (_sessions.theta, _sessions.se, _sessions.answered, _sessions.correct, _sessions.status)
    statement = (
        select(*key, *columns, test_designs.c.name, test_designs.c.mode)
        .join(test_designs, test_designs.c.id == _sessions.test_design_id)
        .where(_sessions.learner_id == learner_id, _has_answers_and_is_over)
        .order_by(*(column.desc() for column in key))
        .limit(limit)
    )
    return list(db.execute(statement.where(tuple_(*key) < before) if before is not None else statement))


def latest_session(db: Connection, learner_id: UUID) -> AnyRow | None:
    """The learner's last test that counts: id, bank_version_id, theta, se, finished_at."""
    columns = (_sessions.id, _sessions.bank_version_id, _sessions.theta, _sessions.se, _sessions.finished_at)
    statement = select(*columns).where(_sessions.learner_id == learner_id, _counts)
    newest = (_sessions.finished_at.desc(), _sessions.id.desc())
    return db.execute(statement.order_by(*newest).limit(1)).one_or_none()


tests = select(test_designs.c.id, test_designs.c.name, test_designs.c.mode, test_designs.c.time_limit_seconds).subquery(
    "tests"
)
"""The organisation's test designs, for queries to join with: id, name, mode, time_limit_seconds."""


def has_test(db: Connection, test_design_id: UUID) -> bool:
    """Whether there is such a test design."""
    return db.execute(select(tests.c.id).where(tests.c.id == test_design_id)).first() is not None


def list_attempts(db: Connection, assignment_ids: Collection[UUID], learner_id: UUID | None = None) -> list[AnyRow]:
    """The sessions of those assignments, of one learner or of all, oldest first."""
    columns = ("id", "assignment_id", "learner_id", "status", "answered", "theta", "se")
    times = ("started_at", "expires_at", "finished_at", "paused_at")
    statement = select(*(_sessions[name] for name in (*columns, *times))).where(
        _sessions.assignment_id.in_(assignment_ids)
    )
    if learner_id is not None:
        statement = statement.where(_sessions.learner_id == learner_id)
    return list(db.execute(statement.order_by(_sessions.started_at, _sessions.id)))


def count_attempts(db: Connection, assignment_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """How many learners have started each assignment, and how many are done with it; voided attempts do not count."""
    learners = func.count(_sessions.learner_id.distinct())
    statement = (
        select(_sessions.assignment_id, learners, learners.filter(_sessions.finished_at.is_not(None)))
        .where(_sessions.assignment_id.in_(assignment_ids), _sessions.status != "invalidated")
        .group_by(_sessions.assignment_id)
    )
    return {assignment_id: (started, done) for assignment_id, started, done in db.execute(statement)}


def is_in_exam(db: Connection, learner_id: UUID, now: datetime) -> bool:
    """Whether the learner is in the middle of an exam."""
    open_exam = (
        select(literal(1))
        .select_from(test_sessions)
        .join(test_designs, test_designs.c.id == test_sessions.c.test_design_id)
        .where(
            _sessions.learner_id == learner_id,
            test_designs.c.mode == "exam",
            or_(
                and_(_sessions.status == "active", _sessions.expires_at > now),
                and_(_sessions.status == "paused", _sessions.paused_at > now - PAUSED_LIFETIME),
            ),
        )
    )
    return db.execute(open_exam.limit(1)).first() is not None


def require_no_exam(db: Connection, caller: Caller, permission: str, owner_id: UUID, now: datetime) -> None:
    """Raise Forbidden `in_exam` for what the policies close to the caller while an exam of theirs is open.

    It concerns what is their own: who reads of others is not helped by it.
    """
    if owner_id == caller.user_id:
        caller.require(permission, owner_id=owner_id, in_exam=is_in_exam(db, owner_id, now))
