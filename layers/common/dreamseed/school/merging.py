"""The places in classes, extensions and accommodations of an account that becomes part of another."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from dreamseed.school.tables import accommodations, assignment_extensions, enrolments


def merge_person(db: Connection, kept_id: UUID, merged_id: UUID) -> dict[str, int]:
    """Move them. Where both have one, teaching goes before learning and the longer extension before the shorter.

    Accommodations are what staff have decided on: those of the account that is kept stay, if it has any.
    """
    return {
        "enrolments": _move_enrolments(db, kept_id, merged_id),
        "extensions": _move_extensions(db, kept_id, merged_id),
        "accommodations": _move_accommodations(db, kept_id, merged_id),
    }


def _move_enrolments(db: Connection, kept_id: UUID, merged_id: UUID) -> int:
    rows = db.execute(delete(enrolments).where(enrolments.c.user_id == merged_id).returning(enrolments)).all()
    for row in rows:
        values = {"class_id": row.class_id, "role": row.role, "enrolled_at": row.enrolled_at}
        statement = insert(enrolments).values(user_id=kept_id, **values)
        new, old = statement.excluded, enrolments.c
        both = {
            "role": case((new.role == "teacher", new.role), else_=old.role),
            "enrolled_at": func.least(new.enrolled_at, old.enrolled_at),
        }
        db.execute(statement.on_conflict_do_update(index_elements=["org_id", "class_id", "user_id"], set_=both))
    return len(rows)


def _move_extensions(db: Connection, kept_id: UUID, merged_id: UUID) -> int:
    """Rows are never deleted here: one of an assignment that both have stays behind and gives nobody anything."""
    columns = assignment_extensions.c
    rows = db.execute(select(assignment_extensions).where(columns.learner_id == merged_id)).all()
    known = select(columns.assignment_id).where(columns.learner_id == kept_id)
    held = set(db.scalars(known))
    for row in rows:
        one = columns.assignment_id == row.assignment_id
        if row.assignment_id in held:
            longer = func.greatest(columns.extra_seconds, row.extra_seconds)
            own = one & (columns.learner_id == kept_id)
            db.execute(update(assignment_extensions).where(own).values(extra_seconds=longer))
        else:
            other = one & (columns.learner_id == merged_id)
            db.execute(update(assignment_extensions).where(other).values(learner_id=kept_id))
    return len(rows)


def _move_accommodations(db: Connection, kept_id: UUID, merged_id: UUID) -> int:
    columns = accommodations.c
    if db.execute(select(columns.learner_id).where(columns.learner_id == kept_id)).first() is not None:
        return 0
    moved = update(accommodations).where(columns.learner_id == merged_id).values(learner_id=kept_id)
    return db.execute(moved).rowcount
