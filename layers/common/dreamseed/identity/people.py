"""What other areas may know of people: a relation that their queries join with, and nothing beyond its columns."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CTE, Connection, Row, select

from dreamseed.identity.tables import guardianships, users

if TYPE_CHECKING:
    from dreamseed.ports.subject_keys import SubjectKeys

people = select(
    users.c.id,
    users.c.full_name,
    users.c.email,
    users.c.email_digest,
    users.c.is_active,
    users.c.is_simulated,
    users.c.last_login_at,
).subquery("people")
"""The organisation's people: id, full_name, email, email_digest, is_active, is_simulated, last_login_at.

Name and address come sealed: whoever joins with this opens the rows (`keys.opened`), and sorts them after that."""


def read_person(db: Connection, user_id: UUID) -> Row[*tuple[Any, ...]] | None:
    """Somebody of the organisation, with the columns of `people`."""
    return db.execute(select(people).where(people.c.id == user_id)).one_or_none()


def parts_of(user_ids: Collection[UUID]) -> CTE:
    """A relation to join with: each account (`id`) of these people, and of which of them it is a part (`whole`)."""
    found = select(users.c.id, users.c.id.label("whole")).where(users.c.id.in_(user_ids)).cte("parts", recursive=True)
    return found.union(select(users.c.id, found.c.whole).join(found, users.c.merged_into == found.c.id))


def whole_of(db: Connection, user_id: UUID) -> UUID:
    """The account that this one has become part of, directly or through others; itself if it stands for itself."""
    found = select(users.c.id, users.c.merged_into).where(users.c.id == user_id).cte("whole", recursive=True)
    wholes = select(users.c.id, users.c.merged_into).join(found, users.c.id == found.c.merged_into)
    every = found.union(wholes)
    return db.scalar(select(every.c.id).where(every.c.merged_into.is_(None))) or user_id


def accounts_of(db: Connection, user_ids: Collection[UUID]) -> list[UUID]:
    """Those accounts and all that have become part of them, directly or through others."""
    found = select(users.c.id).where(users.c.id.in_(user_ids)).cte("found", recursive=True)
    parts = select(users.c.id).join(found, users.c.merged_into == found.c.id)
    return list(db.scalars(select(found.union(parts).c.id)))


def same_person(db: Connection, user_ids: Collection[UUID]) -> list[UUID]:
    """All accounts of the people to whom these belong, also those that they have become part of."""
    found = select(users.c.id, users.c.merged_into).where(users.c.id.in_(user_ids)).cte("whole", recursive=True)
    wholes = select(users.c.id, users.c.merged_into).join(found, users.c.id == found.c.merged_into)
    return accounts_of(db, set(db.scalars(select(found.union(wholes).c.id))))


def names_of(db: Connection, keys: SubjectKeys, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of those people."""
    statement = select(people.c.id, people.c.full_name).where(people.c.id.in_(user_ids))
    return {row.id: row.full_name for row in keys.opened(db.execute(statement))}


def known(db: Connection, user_ids: Collection[UUID]) -> set[UUID]:
    """Those of the ids that are somebody's of the organisation."""
    return set(db.scalars(select(users.c.id).where(users.c.id.in_(user_ids))))


def is_person(db: Connection, user_id: UUID) -> bool:
    """Whether the organisation knows somebody of that id."""
    return db.execute(select(users.c.id).where(users.c.id == user_id)).first() is not None


def holds_role(db: Connection, user_id: UUID, roles: Collection[str], now: datetime) -> bool:
    """Whether a person holds one of these roles now, or one that inherits from it."""
    from dreamseed.identity.queries import roles_of  # others only join with `people`

    return not set(roles).isdisjoint(roles_of(db, user_id, now) or ())


def is_guardian(db: Connection, guardian_id: UUID, learner_id: UUID) -> bool:
    """Whether somebody is a learner's guardian, and so may see how the learner gets on."""
    key = guardianships.c.guardian_id == guardian_id, guardianships.c.learner_id == learner_id
    return db.execute(select(guardianships.c.guardian_id).where(*key)).first() is not None


def simulated(db: Connection) -> set[UUID]:
    """The people whom the platform itself plays."""
    return set(db.scalars(select(users.c.id).where(users.c.is_simulated)))


def languages_of(db: Connection) -> dict[UUID, str]:
    """Everybody's language, by id."""
    return {row.id: row.language for row in db.execute(select(users.c.id, users.c.language))}
