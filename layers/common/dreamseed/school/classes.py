"""Classes and enrolments as the API shows and changes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from dreamseed.errors import Conflict, NotFound
from dreamseed.identity.people import holds_role, is_person
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school import queries
from dreamseed.school.models import ClassChanges, Enrolment, Role, SchoolClass
from dreamseed.school.queries import AnyRow

TEACHING_ROLES = ("teacher", "org_admin")


def shown_class(row: AnyRow) -> SchoolClass:
    """A class from its row."""
    return SchoolClass(
        id=row.id,
        name=row.name,
        subject=row.subject,
        role=row.role,
        learner_count=row.learner_count,
        archived_at=row.archived_at,
    )


def change_class(db: Connection, row: AnyRow, changes: ClassChanges, now: datetime) -> None:
    """Change a locked class. Raises Conflict for a name that another class has."""
    values: dict[str, Any] = changes.values()
    if "is_archived" in values:
        is_archived = values.pop("is_archived")
        values["archived_at"] = (row.archived_at or now) if is_archived else None
    try:
        queries.update_class(db, row.id, values)
    except IntegrityError as error:
        raise name_taken() from error


def name_taken() -> Conflict:
    """Another class has the name."""
    return Conflict("Another class has this name.", code="name_taken")


def enrol(db: Connection, keys: SubjectKeys, class_id: UUID, user_id: UUID, role: Role, now: datetime) -> Enrolment:
    """Make somebody belong to a class. Raises NotFound, or Conflict when somebody shall teach who is no teacher."""
    if not is_person(db, user_id):
        raise NotFound("There is no such person.", code="user_not_found")
    if role == "teacher" and not holds_role(db, user_id, TEACHING_ROLES, now):
        raise Conflict("Only somebody with a teacher's account can teach a class.", code="not_a_teacher")
    queries.put_enrolment(db, class_id, user_id, role, now)
    return shown_enrolment(keys.opened_row(queries.read_enrolment(db, class_id, user_id)))


def transfer(
    db: Connection, keys: SubjectKeys, from_id: UUID, to_id: UUID, learner_id: UUID, now: datetime
) -> Enrolment:
    """Move a learner from one class to another at once; who has gone there already stays there.

    Raises NotFound for who learns in neither, and Conflict for an archived class or somebody who teaches there.
    """
    target = queries.read_enrolment_role(db, to_id, learner_id)
    if not queries.learns(db, from_id, learner_id) and target != "learner":
        raise NotFound("Nobody of that name learns in this class.", code="learner_not_found")
    if target == "teacher":
        raise Conflict("They teach the other class.", code="teaches_there")
    if target is None:
        enrol(db, keys, to_id, learner_id, "learner", now)
    queries.delete_enrolment(db, from_id, learner_id)
    return shown_enrolment(keys.opened_row(queries.read_enrolment(db, to_id, learner_id)))


def shown_enrolment(row: AnyRow) -> Enrolment:
    """An enrolment from its row."""
    return Enrolment(
        user_id=row.user_id,
        full_name=row.full_name,
        email=row.email,
        role=row.role,
        is_simulated=row.is_simulated,
        enrolled_at=row.enrolled_at,
    )
