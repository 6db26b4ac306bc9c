"""The organisation's people, as whoever manages them sees and changes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from dreamseed.errors import Conflict, NotFound
from dreamseed.identity import queries, sessions
from dreamseed.identity.ages import age_band_of, put_age, stated_age
from dreamseed.identity.role_models import MembershipOut, Person, PersonChanges
from dreamseed.identity.roles import lock_roles, require_an_admin
from dreamseed.identity.tables import memberships
from dreamseed.ports.subject_keys import SubjectKeys

AnyRow = Row[*tuple[Any, ...]]


def found_user(db: Connection, user_id: UUID, *, is_locked: bool = False) -> AnyRow:
    """Somebody of the organisation. Raises NotFound."""
    row = queries.lock_user(db, user_id) if is_locked else queries.read_user(db, user_id)
    if row is None:
        raise NotFound("There is no such person.", code="user_not_found")
    return row


def shown_person(db: Connection, row: AnyRow, now: datetime) -> Person:
    """A person, whose row was opened, with their roles."""
    held = select(memberships).where(memberships.c.user_id == row.id).order_by(memberships.c.role)
    return Person(
        id=row.id,
        email=row.email,
        full_name=row.full_name,
        language=row.language,
        is_active=row.is_active,
        is_simulated=row.is_simulated,
        last_login_at=row.last_login_at,
        age_band=age_band_of(db, row.id, now.date()),
        memberships=[
            MembershipOut(role=each.role, expires_at=each.expires_at, granted_by=each.granted_by)
            for each in db.execute(held)
        ],
    )


def change_person(db: Connection, keys: SubjectKeys, row: AnyRow, changes: PersonChanges, now: datetime) -> None:
    """Change a locked person. Who becomes inactive is signed out everywhere.

    Raises Conflict for the last admin, and for an account that shall open again though it became part of another.
    """
    if changes.is_active and row.merged_into is not None:
        raise Conflict("This account has become part of another one.", code="account_merged")
    values = changes.values()
    birth_date = values.pop("birth_date", None)
    if birth_date is not None:
        put_age(db, row.id, stated_age(birth_date, now.date()), "staff")
    queries.update_user(db, row.id, queries.sealed_values(keys, row.id, values))
    if changes.is_active is False:
        lock_roles(db)
        require_an_admin(db)
        sessions.end_sign_ins(db, row.id, now)
