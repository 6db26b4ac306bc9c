"""Steps of signing in that wait for the next one: short-lived rows, each used once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, func, insert, select, update

from dreamseed.database.ids import new_id
from dreamseed.errors import Unauthenticated
from dreamseed.identity.tables import challenges
from dreamseed.platform.retention import delete_rows

AnyRow = Row[*tuple[Any, ...]]
Kind = Literal["second_factor", "passkey", "oidc", "sign_in_code"]

LIFETIMES: dict[Kind, timedelta] = {
    "second_factor": timedelta(minutes=5),
    "passkey": timedelta(minutes=5),
    "oidc": timedelta(minutes=10),
    "sign_in_code": timedelta(minutes=1),
}


def open_challenge(
    db: Connection, kind: Kind, user_id: UUID | None, now: datetime, data: dict[str, Any] | None = None
) -> AnyRow:
    """A new challenge with 32 random bytes as its `value`."""
    row = {"purpose": kind, "user_id": user_id, "value": secrets.token_bytes(32), "data": data or {}}
    statement = insert(challenges).values(id=new_id(), **row, expires_at=now + LIFETIMES[kind])
    return db.execute(statement.returning(challenges)).one()


def waiting_challenge(db: Connection, kind: Kind, challenge_id: UUID, now: datetime) -> AnyRow:
    """A challenge that waits, locked until the end of the transaction. Raises Unauthenticated `step_expired`."""
    one = challenges.c.id == challenge_id, challenges.c.purpose == kind
    row = db.execute(select(challenges).where(*one).with_for_update()).one_or_none()
    if row is None or row.used_at is not None or row.expires_at <= now:
        raise step_expired()
    return row


def use_challenge(db: Connection, row: AnyRow, now: datetime) -> None:
    """The step is done; the challenge does not hold any more."""
    db.execute(update(challenges).where(challenges.c.id == row.id).values(used_at=now))


def forget_steps(db: Connection, user_id: UUID, now: datetime) -> None:
    """Whoever is in the middle of signing in to that account begins anew."""
    of_user = challenges.c.user_id == user_id, challenges.c.used_at.is_(None)
    steps = update(challenges).where(*of_user, challenges.c.purpose.in_(("second_factor", "sign_in_code")))
    db.execute(steps.values(used_at=now))


def step_expired() -> Unauthenticated:
    """The step before took too long ago, or was used."""
    return Unauthenticated("That took too long; sign in again.", code="step_expired")


def delete_old_challenges(db: Connection, limit: int) -> int:
    """Delete up to `limit` challenges that nobody can use, across tenants. Returns how many."""
    return delete_rows(challenges, challenges.c.expires_at < func.now() - timedelta(hours=1), db, limit)
