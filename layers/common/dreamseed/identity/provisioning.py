"""What other areas may do with people: find those of a roster, and make, change or suspend them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from dreamseed.database.ids import new_id
from dreamseed.identity import queries, sessions
from dreamseed.identity.tables import memberships, users
from dreamseed.ports.subject_keys import SubjectKeys


def people_with_roles(
    db: Connection, keys: SubjectKeys, user_ids: Collection[UUID], emails: Collection[str], now: datetime
) -> list[Any]:
    """Those people, by id or address: id, email, full_name, is_active, and the roles that they hold now."""
    is_current = or_(memberships.c.expires_at.is_(None), memberships.c.expires_at > now)
    held = select(func.array_agg(memberships.c.role)).where(memberships.c.user_id == users.c.id, is_current)
    statement = select(
        users.c.id, users.c.email, users.c.full_name, users.c.is_active, held.scalar_subquery().label("roles")
    )
    digests = [queries.address_digest(keys, email) for email in emails]
    wanted = or_(users.c.id.in_(user_ids), users.c.email_digest.in_(digests))
    return keys.opened(db.execute(statement.where(wanted)))


def new_people(keys: SubjectKeys, count: int) -> list[UUID]:
    """The ids of so many people to be added, whose keys are made together."""
    user_ids = [new_id() for _ in range(count)]
    keys.make(user_ids)
    return user_ids


def add_person(db: Connection, keys: SubjectKeys, user_id: UUID, email: str, full_name: str, role: str) -> None:
    """A person without a password: they sign in at another provider, or choose one by «I forgot my password»."""
    queries.add_user(db, keys, {"id": user_id, "email": email, "full_name": full_name}, [role])


def change_person(db: Connection, keys: SubjectKeys, user_id: UUID, values: Mapping[str, Any], now: datetime) -> None:
    """Change e-mail address, name or activity. Who becomes inactive is signed out. IntegrityError: address taken."""
    changed = update(users).where(users.c.id == user_id)
    db.execute(changed.values(**queries.sealed_values(keys, user_id, values), version=users.c.version + 1))
    if values.get("is_active") is False:
        sessions.end_sign_ins(db, user_id, now)


def grant_role(db: Connection, user_id: UUID, role: str) -> None:
    """Let somebody hold a role for good, beside those that they hold."""
    statement = insert(memberships).values(user_id=user_id, role=role)
    key = ["org_id", "user_id", "role"]
    db.execute(statement.on_conflict_do_update(index_elements=key, set_={"expires_at": None}))
