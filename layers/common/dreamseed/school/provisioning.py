"""What other areas may do with classes: find those of a roster, and make, change and fill them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, or_, select

from dreamseed.database.ids import new_id
from dreamseed.school import queries
from dreamseed.school.access import no_class
from dreamseed.school.classes import name_taken
from dreamseed.school.tables import classes, enrolments

AnyRow = Row[*tuple[Any, ...]]


def classes_named(db: Connection, class_ids: Collection[UUID], names: Collection[str]) -> list[AnyRow]:
    """Those classes, by id or name: id, name, subject."""
    wanted = or_(classes.c.id.in_(class_ids), classes.c.name.in_(names))
    return list(db.execute(select(classes.c.id, classes.c.name, classes.c.subject).where(wanted)))


def enrolment_roles(db: Connection, class_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], str]:
    """Who belongs to those classes in which role, by (class, person)."""
    statement = select(enrolments.c.class_id, enrolments.c.user_id, enrolments.c.role)
    rows = db.execute(statement.where(enrolments.c.class_id.in_(class_ids)))
    return {(row.class_id, row.user_id): row.role for row in rows}


def learners_of(db: Connection, class_id: UUID) -> list[UUID]:
    """Who learns in a class. Raises NotFound when there is none of that id."""
    if db.execute(select(classes.c.id).where(classes.c.id == class_id)).first() is None:
        raise no_class()
    learns = enrolments.c.class_id == class_id, enrolments.c.role == "learner"
    return list(db.scalars(select(enrolments.c.user_id).where(*learns).order_by(enrolments.c.user_id)))


def add_class(db: Connection, name: str, subject: str) -> UUID:
    """A new class. Raises Conflict when the name is taken."""
    class_id = new_id()
    if not queries.add_class(db, {"id": class_id, "name": name, "subject": subject}):
        raise name_taken()
    return class_id


def change_class(db: Connection, class_id: UUID, values: Mapping[str, Any]) -> None:
    """Change a class's name or subject. IntegrityError: the name is taken."""
    queries.update_class(db, class_id, values)


def put_enrolment(db: Connection, class_id: UUID, user_id: UUID, role: str, now: datetime) -> None:
    """Make somebody belong to a class in that role."""
    queries.put_enrolment(db, class_id, user_id, role, now)


def delete_enrolment(db: Connection, class_id: UUID, user_id: UUID) -> None:
    """Make somebody no longer belong to a class; their results stay."""
    queries.delete_enrolment(db, class_id, user_id)


def class_sizes(db: Connection) -> dict[UUID, int]:
    """How many learners each learner's largest class has, by the learner's id."""
    own, others = enrolments.alias("own"), enrolments.alias("others")
    sizes = (
        select(others.c.class_id, func.count().label("size"))
        .where(others.c.role == "learner")
        .group_by(others.c.class_id)
        .subquery("sizes")
    )
    largest = select(own.c.user_id, func.max(sizes.c.size)).join(sizes, sizes.c.class_id == own.c.class_id)
    return {row[0]: row[1] for row in db.execute(largest.where(own.c.role == "learner").group_by(own.c.user_id))}
