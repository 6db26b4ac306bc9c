"""Assignments and extensions, in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, func, insert, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dreamseed.assessment.history import tests
from dreamseed.school.tables import assignment_extensions, assignments, classes, enrolments

AnyRow = Row[*tuple[Any, ...]]
_own, _others, _extension = enrolments.alias("own"), enrolments.alias("others"), assignment_extensions


def _seen_by(user_id: UUID) -> Select[*tuple[Any, ...]]:
    """Assignments with class, test, the user's role in the class and their extension, and the number of learners."""
    learners = select(func.count()).where(_others.c.class_id == classes.c.id, _others.c.role == "learner")
    is_own = and_(_own.c.class_id == classes.c.id, _own.c.user_id == user_id)
    is_for_user = and_(_extension.c.assignment_id == assignments.c.id, _extension.c.learner_id == user_id)
    joined = (
        assignments.join(classes, classes.c.id == assignments.c.class_id)
        .join(tests, tests.c.id == assignments.c.test_design_id)
        .outerjoin(_own, is_own)
        .outerjoin(_extension, is_for_user)
    )
    return select(
        assignments,
        classes.c.name.label("class_name"),
        tests.c.name.label("test_design_name"),
        tests.c.mode,
        tests.c.time_limit_seconds,
        _own.c.role,
        func.coalesce(_extension.c.extra_seconds, 0).label("extra_seconds"),
        learners.scalar_subquery().label("learner_count"),
    ).select_from(joined)


def list_assignments(
    db: Connection,
    user_id: UUID,
    is_all: bool,
    class_id: UUID | None,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[AnyRow]:
    """Up to `limit` assignments, those that open last first: of the user's classes, or of all; of one class.

    What was withdrawn is not shown to those who learn in the class.
    """
    key = (assignments.c.opens_at, assignments.c.id)
    statement = _seen_by(user_id).order_by(*(column.desc() for column in key)).limit(limit)
    teaches, learns = _own.c.role == "teacher", _own.c.role == "learner"
    is_shown_to_learner = and_(learns, assignments.c.withdrawn_at.is_(None))
    statement = statement.where(
        or_(_own.c.role.is_(None), teaches, is_shown_to_learner) if is_all else or_(teaches, is_shown_to_learner)
    )
    if class_id is not None:
        statement = statement.where(assignments.c.class_id == class_id)
    if before is not None:
        statement = statement.where(tuple_(*key) < before)
    return list(db.execute(statement))


def read_assignment(db: Connection, assignment_id: UUID, user_id: UUID) -> AnyRow | None:
    """An assignment as the user sees it."""
    return db.execute(_seen_by(user_id).where(assignments.c.id == assignment_id)).one_or_none()


def lock_assignment(db: Connection, assignment_id: UUID, user_id: UUID) -> AnyRow | None:
    """An assignment as the user sees it, which nobody starts or changes until the end of the transaction."""
    db.execute(_assignment(assignment_id).with_for_update())
    return read_assignment(db, assignment_id, user_id)  # after the lock, so that it sees what the others have done


def hold_assignment(db: Connection, assignment_id: UUID, user_id: UUID) -> AnyRow | None:
    """An assignment as the user sees it, which nobody changes until the end of the transaction."""
    db.execute(_assignment(assignment_id).with_for_update(read=True))
    return read_assignment(db, assignment_id, user_id)


def _assignment(assignment_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(assignments.c.id).where(assignments.c.id == assignment_id)


def add_assignment(db: Connection, values: Mapping[str, Any]) -> None:
    """Create an assignment."""
    db.execute(insert(assignments).values(**values))


def update_assignment(db: Connection, assignment_id: UUID, values: Mapping[str, Any]) -> None:
    """Change an assignment that this transaction has locked, and count its version."""
    values = {**values, "version": assignments.c.version + 1}
    db.execute(update(assignments).where(assignments.c.id == assignment_id).values(**values))


def list_extensions(db: Connection, assignment_id: UUID) -> dict[UUID, int]:
    """The extra seconds of each learner who has some."""
    columns = _extension.c
    statement = select(columns.learner_id, columns.extra_seconds).where(columns.assignment_id == assignment_id)
    return {row.learner_id: row.extra_seconds for row in db.execute(statement)}


def put_extension(db: Connection, assignment_id: UUID, learner_id: UUID, seconds: int, granted_by: UUID) -> None:
    """Set the extra seconds of a learner."""
    row = {"assignment_id": assignment_id, "learner_id": learner_id, "extra_seconds": seconds, "granted_by": granted_by}
    changed = {"extra_seconds": seconds, "granted_by": granted_by}
    key = ["org_id", "assignment_id", "learner_id"]
    db.execute(upsert(_extension).values(**row).on_conflict_do_update(index_elements=key, set_=changed))
