"""Classes and enrolments in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from dreamseed.identity.people import people
from dreamseed.school.tables import accommodations, classes, enrolments

if TYPE_CHECKING:
    from dreamseed.ports.subject_keys import SubjectKeys

AnyRow = Row[*tuple[Any, ...]]


def _seen_by(user_id: UUID) -> Select[*tuple[Any, ...]]:
    """Classes with the user's role in them (null: none) and the number of their learners."""
    own, other = enrolments.alias("own"), enrolments.alias("other")
    learners = select(func.count()).where(other.c.class_id == classes.c.id, other.c.role == "learner")
    is_own = and_(own.c.class_id == classes.c.id, own.c.user_id == user_id)
    counted = learners.scalar_subquery().label("learner_count")
    return select(classes, own.c.role, counted).select_from(classes.outerjoin(own, is_own))


def list_classes(db: Connection, user_id: UUID, is_all: bool, after: str | None, limit: int) -> list[AnyRow]:
    """Up to `limit` classes by name: those that the user belongs to, or all."""
    statement = _seen_by(user_id).order_by(classes.c.name).limit(limit)
    if not is_all:
        statement = statement.where(_belongs_to(user_id))
    return list(db.execute(statement.where(classes.c.name > after) if after is not None else statement))


def _belongs_to(user_id: UUID) -> ColumnElement[bool]:
    mine = enrolments.alias("mine")
    return select(literal(1)).where(mine.c.class_id == classes.c.id, mine.c.user_id == user_id).exists()


def read_class(db: Connection, class_id: UUID, user_id: UUID) -> AnyRow | None:
    """A class with the user's role in it."""
    return db.execute(_seen_by(user_id).where(classes.c.id == class_id)).one_or_none()


def lock_class(db: Connection, class_id: UUID, user_id: UUID) -> AnyRow | None:
    """A class with the user's role in it, locked until the end of the transaction."""
    statement = _seen_by(user_id).where(classes.c.id == class_id).with_for_update(of=classes)
    return db.execute(statement).one_or_none()


def add_class(db: Connection, values: Mapping[str, Any]) -> bool:
    """Create a class; False when the name is taken."""
    statement = insert(classes).values(**values).on_conflict_do_nothing(index_elements=["org_id", "name"])
    return db.execute(statement.returning(classes.c.id)).first() is not None


def update_class(db: Connection, class_id: UUID, values: Mapping[str, Any]) -> None:
    """Change a class that this transaction has locked, and count its version. IntegrityError: the name is taken."""
    values = {**values, "version": classes.c.version + 1}
    db.execute(update(classes).where(classes.c.id == class_id).values(**values))


def put_enrolment(db: Connection, class_id: UUID, user_id: UUID, role: str, now: datetime) -> None:
    """Make somebody belong to a class in that role; who belongs to it already keeps the time of that."""
    statement = insert(enrolments).values(class_id=class_id, user_id=user_id, role=role, enrolled_at=now)
    key = ["org_id", "class_id", "user_id"]
    db.execute(statement.on_conflict_do_update(index_elements=key, set_={"role": statement.excluded.role}))


def delete_enrolment(db: Connection, class_id: UUID, user_id: UUID) -> None:
    """Make somebody no longer belong to a class."""
    db.execute(delete(enrolments).where(enrolments.c.class_id == class_id, enrolments.c.user_id == user_id))


_members = select(
    enrolments.c.user_id,
    people.c.full_name,
    people.c.email,
    enrolments.c.role,
    people.c.is_simulated,
    enrolments.c.enrolled_at,
    people.c.last_login_at,
).select_from(enrolments.join(people, people.c.id == enrolments.c.user_id))


def list_enrolments(
    db: Connection, keys: SubjectKeys, class_id: UUID, after: tuple[str, UUID] | None, limit: int
) -> list[Any]:
    """Up to `limit` people of a class, by name."""
    from dreamseed.http.paging import first_after  # most that ask here list nothing

    found = keys.opened(db.execute(_members.where(enrolments.c.class_id == class_id)))
    return first_after(found, lambda row: (row.full_name, row.user_id), after, limit)


def list_learners(db: Connection, keys: SubjectKeys, class_id: UUID) -> list[Any]:
    """All learners of a class, by name."""
    statement = _members.where(enrolments.c.class_id == class_id, enrolments.c.role == "learner")
    return sorted(keys.opened(db.execute(statement)), key=lambda row: (row.full_name, row.user_id))


def list_classes_of(db: Connection, learner_id: UUID, teacher_id: UUID | None) -> list[AnyRow]:
    """The classes in which somebody learns, by name; with a teacher, those of them that the teacher teaches."""
    statement = (
        select(classes.c.id, classes.c.name, classes.c.subject)
        .join(enrolments, enrolments.c.class_id == classes.c.id)
        .where(enrolments.c.user_id == learner_id, enrolments.c.role == "learner")
        .order_by(classes.c.name)
    )
    if teacher_id is not None:
        teaching = enrolments.alias("teaching")
        is_theirs = (teaching.c.class_id == classes.c.id, teaching.c.user_id == teacher_id)
        statement = statement.where(select(literal(1)).where(*is_theirs, teaching.c.role == "teacher").exists())
    return list(db.execute(statement))


def read_enrolment(db: Connection, class_id: UUID, user_id: UUID) -> AnyRow:
    """Somebody who is known to belong to a class."""
    return db.execute(_members.where(enrolments.c.class_id == class_id, enrolments.c.user_id == user_id)).one()


def read_enrolment_role(db: Connection, class_id: UUID, user_id: UUID) -> str | None:
    """As what somebody belongs to a class, locked; None for who does not."""
    own = enrolments.c.class_id == class_id, enrolments.c.user_id == user_id
    role: str | None = db.scalar(select(enrolments.c.role).where(*own).with_for_update())
    return role


def teaches(db: Connection, teacher_id: UUID, learner_id: UUID) -> bool:
    """Whether the one teaches a class in which the other learns."""
    teaching, learning = enrolments.alias("teaching"), enrolments.alias("learning")
    shared = select(literal(1)).where(
        teaching.c.user_id == teacher_id,
        teaching.c.role == "teacher",
        learning.c.class_id == teaching.c.class_id,
        learning.c.user_id == learner_id,
        learning.c.role == "learner",
    )
    return db.execute(shared.limit(1)).first() is not None


def learns(db: Connection, class_id: UUID, learner_id: UUID) -> bool:
    """Whether somebody learns in a class."""
    columns = enrolments.c
    is_theirs = (columns.class_id == class_id, columns.user_id == learner_id, columns.role == "learner")
    return db.execute(select(literal(1)).where(*is_theirs)).first() is not None


def read_accommodations(db: Connection, learner_id: UUID) -> AnyRow | None:
    """What a learner needs and who said so (`updated_by_name`), if anything was ever said of it."""
    joined = accommodations.join(people, people.c.id == accommodations.c.updated_by)
    statement = select(accommodations, people.c.full_name.label("updated_by_name")).select_from(joined)
    return db.execute(statement.where(accommodations.c.learner_id == learner_id)).one_or_none()


def put_accommodations(db: Connection, learner_id: UUID, values: Mapping[str, Any]) -> None:
    """Say what a learner needs, in place of what was said before."""
    statement = insert(accommodations).values(learner_id=learner_id, **values)
    db.execute(statement.on_conflict_do_update(index_elements=["org_id", "learner_id"], set_=dict(values)))
