"""Identity in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Text, cast, func, insert, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import aggregate_order_by

from dreamseed.database.ids import new_id
from dreamseed.identity.rules import BUILT_IN_ROLES, expand_roles
from dreamseed.identity.tables import memberships, refresh_tokens, roles, users
from dreamseed.platform.retention import delete_rows
from dreamseed.platform.tables import organisations

_person = select(users, organisations.c.slug, organisations.c.name).join(
    organisations, organisations.c.id == users.c.org_id
)


def find_sign_ins(db: Connection, email: str, organisation: str | None) -> list[Row[Any]]:
    """The active accounts with that address, in one organisation by its slug or in the first five that have it.

    (org_id, organisation, user_id, password_hash)
    """
    statement = text("select * from find_sign_in(:email, :organisation)")
    return list(db.execute(statement, {"email": email, "organisation": organisation}))


def held_roles(db: Connection, user_id: UUID, now: datetime) -> list[str]:
    """The roles that a user holds now, active or not, without what those inherit from."""
    is_current = or_(memberships.c.expires_at.is_(None), memberships.c.expires_at > now)
    return list(db.scalars(select(memberships.c.role).where(memberships.c.user_id == user_id, is_current)))


def roles_of(db: Connection, user_id: UUID, now: datetime) -> list[str] | None:
    """The roles that an active user holds now and those that they inherit from, sorted; None without such a user."""
    held = select(func.array_agg(memberships.c.role)).where(
        memberships.c.user_id == users.c.id,
        or_(memberships.c.expires_at.is_(None), memberships.c.expires_at > now),
    )
    row = db.execute(
        select(held.scalar_subquery().label("roles")).where(users.c.id == user_id, users.c.is_active)
    ).one_or_none()
    if row is None:
        return None
    held_roles: list[str] = row.roles or []
    return sorted(held_roles) if BUILT_IN_ROLES.keys() >= set(held_roles) else expand_roles(held_roles, parents(db))


def parents(db: Connection) -> dict[str, list[str]]:
    """What each role of the organisation's own inherits from."""
    return {row.name: row.inherits_from for row in db.execute(select(roles.c.name, roles.c.inherits_from))}


def own_permissions(db: Connection, names: list[str]) -> list[str]:
    """The permissions that roles of the organisation's own give, without those that they inherit."""
    if BUILT_IN_ROLES.keys() >= set(names):
        return []
    given = db.scalars(select(roles.c.permissions).where(roles.c.name.in_(names)))
    return sorted({permission for permissions in given for permission in permissions})


def list_users(
    db: Connection, now: datetime, role: str | None, query: str | None, after: tuple[str, UUID] | None, limit: int
) -> list[Row[Any]]:
    """Up to `limit` users with the roles that they hold now, by name; with a role, with `query` in name or address."""
    held = memberships.c.user_id == users.c.id, or_(memberships.c.expires_at.is_(None), memberships.c.expires_at > now)
    names = select(func.array_agg(aggregate_order_by(memberships.c.role, memberships.c.role))).where(*held)
    statement = select(users, names.scalar_subquery().label("roles")).order_by(users.c.full_name, users.c.id)
    if role is not None:
        statement = statement.where(select(memberships).where(*held, memberships.c.role == role).exists())
    if query is not None:
        places = (users.c.full_name, users.c.email)
        statement = statement.where(or_(*(place.icontains(query, autoescape=True) for place in places)))
    if after is not None:
        statement = statement.where(tuple_(users.c.full_name, users.c.id) > after)
    return list(db.execute(statement.limit(limit)))


def record_sign_in(db: Connection, user_id: UUID, now: datetime) -> None:
    """Remember when this person last signed in."""
    db.execute(update(users).where(users.c.id == user_id).values(last_login_at=now))


def add_refresh_token(
    db: Connection, token_id: UUID, user_id: UUID, session_id: UUID, digest: bytes, expires_at: datetime
) -> None:
    """Store a refresh token by the digest of its secret."""
    row = {"id": token_id, "user_id": user_id, "session_id": session_id}
    db.execute(insert(refresh_tokens).values(**row, secret_digest=digest, expires_at=expires_at))


def lock_sign_in(db: Connection, token_id: UUID) -> None:
    """Wait until no other transaction works on the sign-in that the token belongs to."""
    session_id = (
        select(cast(refresh_tokens.c.session_id, Text)).where(refresh_tokens.c.id == token_id).scalar_subquery()
    )
    db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(func.coalesce(session_id, ""), 0))))


def read_refresh_token(db: Connection, token_id: UUID) -> Row[Any] | None:
    """A refresh token as it stands."""
    return db.execute(select(refresh_tokens).where(refresh_tokens.c.id == token_id)).one_or_none()


def mark_refresh_token_used(db: Connection, token_id: UUID, now: datetime) -> None:
    """A used token only gets its successor again, within the grace."""
    db.execute(update(refresh_tokens).where(refresh_tokens.c.id == token_id).values(used_at=now))


def delete_expired_tokens(db: Connection, limit: int) -> int:
    """Delete up to `limit` refresh tokens that no longer hold, across tenants. Returns how many."""
    return delete_rows(refresh_tokens, refresh_tokens.c.expires_at < func.now(), db, limit)


def read_user(db: Connection, user_id: UUID) -> Row[*tuple[Any, ...]] | None:
    """A user with their organisation's slug and name."""
    return db.execute(_person.where(users.c.id == user_id)).one_or_none()


def add_user(
    db: Connection, email: str, full_name: str, password_hash: str | None, roles: list[str], **more: Any
) -> UUID:
    """Create a user with roles in the transaction's organisation. IntegrityError: the address is taken."""
    user = {"id": new_id(), "email": email.lower(), "full_name": full_name, "password_hash": password_hash, **more}
    db.execute(insert(users).values(**user))
    if roles:
        db.execute(insert(memberships), [{"user_id": user["id"], "role": role} for role in roles])
    user_id: UUID = user["id"]
    return user_id


def lock_user(db: Connection, user_id: UUID) -> Row[*tuple[Any, ...]] | None:
    """A user with their organisation's slug and name, locked until the end of the transaction."""
    return db.execute(_person.where(users.c.id == user_id).with_for_update(of=users)).one_or_none()


def update_user(db: Connection, user_id: UUID, values: dict[str, Any]) -> None:
    """Change a user that this transaction has locked, and count their version."""
    db.execute(update(users).where(users.c.id == user_id).values(**values, version=users.c.version + 1))
