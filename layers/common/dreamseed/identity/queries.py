"""Identity in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Text, cast, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import aggregate_order_by

from dreamseed.database.ids import new_id
from dreamseed.http.paging import first_after
from dreamseed.identity.rules import BUILT_IN_ROLES, expand_roles, plain_address
from dreamseed.identity.tables import memberships, refresh_tokens, roles, users
from dreamseed.platform.retention import delete_rows
from dreamseed.platform.tables import organisations
from dreamseed.ports.subject_keys import SubjectKeys

MOST_ACCOUNTS = 5
"""At so many organisations a password is tried, as `find_sign_in` has it, unless one is named."""

_person = select(users, organisations.c.slug, organisations.c.name).join(
    organisations, organisations.c.id == users.c.org_id
)


def address_digest(keys: SubjectKeys, email: str) -> bytes:
    """By what an e-mail address is found; the same for a registration, an invitation and an account."""
    return keys.digest(plain_address(email), "email")


def sealed_values(keys: SubjectKeys, user_id: UUID, values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a user, of which name and address are sealed and the address gets its digest."""
    sealed = dict(values)
    for name in sealed.keys() & {"email", "full_name"}:
        sealed[name] = keys.seal(user_id, values[name], f"users.{name}")
    if "email" in values:
        sealed["email_digest"] = address_digest(keys, values["email"])
    return sealed


def find_sign_ins(db: Connection, digest: bytes, organisation: str | None) -> list[Row[Any]]:
    """The active accounts with the address of that digest, in one organisation by its slug or in the first five.

    (org_id, organisation, user_id, password_hash)
    """
    statement = text("select * from find_sign_in(:digest, :organisation)")
    return list(db.execute(statement, {"digest": digest, "organisation": organisation}))


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
    db: Connection,
    keys: SubjectKeys,
    now: datetime,
    role: str | None,
    query: str | None,
    after: tuple[str, UUID] | None,
    limit: int,
) -> list[Any]:
    """Up to `limit` users with the roles that they hold now, by name; with a role, with `query` in name or address.

    Names are sealed: all of the organisation's are opened to be sought and sorted, and only those of the page shown.
    """
    held = memberships.c.user_id == users.c.id, or_(memberships.c.expires_at.is_(None), memberships.c.expires_at > now)
    names = (users.c.full_name,) if query is None else (users.c.full_name, users.c.email)
    statement = select(users.c.id, *names)
    if role is not None:
        statement = statement.where(select(memberships).where(*held, memberships.c.role == role).exists())
    found = keys.opened(db.execute(statement))
    if query is not None:
        wanted = query.casefold()
        found = [row for row in found if wanted in row.full_name.casefold() or wanted in row.email.casefold()]
    page = {row.id: number for number, row in enumerate(first_after(found, _by_name, after, limit))}
    roles = select(func.array_agg(aggregate_order_by(memberships.c.role, memberships.c.role))).where(*held)
    shown = select(users, roles.scalar_subquery().label("roles")).where(users.c.id.in_(page))
    return sorted(keys.opened(db.execute(shown)), key=lambda row: page[row.id])


def _by_name(row: Any) -> tuple[str, UUID]:
    return row.full_name, row.id


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


def add_user(db: Connection, keys: SubjectKeys, person: Mapping[str, Any], roles: list[str]) -> UUID:
    """Create a user with roles in the transaction's organisation, whose `keys` these are; returns the id.

    `person` has `email`, `full_name`, and other columns of `users`. IntegrityError: the address is taken.
    """
    user: dict[str, Any] = {"id": new_id(), **person, "email": plain_address(person["email"])}
    db.execute(insert(users).values(**sealed_values(keys, user["id"], user)))
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
