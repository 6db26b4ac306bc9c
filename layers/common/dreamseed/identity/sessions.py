"""Sign-ins in SQL: each device's, from signing in until signing out."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from dreamseed.http.exchange import Client
from dreamseed.identity.challenges import forget_steps
from dreamseed.identity.rules import REFRESH_LIFETIME
from dreamseed.identity.tables import refresh_tokens, sign_ins, users
from dreamseed.platform import sockets
from dreamseed.platform.retention import delete_rows
from dreamseed.ports.subject_keys import Sealed, SubjectKeys

AnyRow = Row[*tuple[Any, ...]]
Method = Literal["password", "oidc"]
SeenFrom = dict[str, Sealed]
"""The columns `client_address` and `user_agent`."""


def seen_from(keys: SubjectKeys, user_id: UUID, client: Client) -> SeenFrom:
    """From where and with what somebody is there, sealed."""
    return {
        "client_address": keys.seal(user_id, client.address, "sign_ins.client_address"),
        "user_agent": keys.seal(user_id, client.agent, "sign_ins.user_agent"),
    }


def add_sign_in(
    db: Connection,
    session_id: UUID,
    user_id: UUID,
    method: Method,
    seen_from: SeenFrom,
    now: datetime,
    *,
    has_second_factor: bool = False,
) -> None:
    """Note that somebody has signed in, and from where."""
    row = {"id": session_id, "user_id": user_id, "method": method, "has_second_factor": has_second_factor}
    db.execute(insert(sign_ins).values(**row, **seen_from, last_seen_at=now))


def touch_sign_in(db: Connection, session_id: UUID, seen_from: SeenFrom, now: datetime) -> None:
    """Note that somebody is still there, and from where."""
    db.execute(update(sign_ins).where(sign_ins.c.id == session_id).values(**seen_from, last_seen_at=now))


def find_open(db: Connection, session_id: UUID, user_id: UUID) -> AnyRow | None:
    """The sign-in, if it has not ended and its user is active."""
    statement = (
        select(sign_ins)
        .join(users, users.c.id == sign_ins.c.user_id)
        .where(sign_ins.c.id == session_id, users.c.id == user_id, sign_ins.c.ended_at.is_(None), users.c.is_active)
    )
    return db.execute(statement).one_or_none()


def has_second_factor(db: Connection, session_id: UUID) -> bool:
    """Whether a second factor proved the sign-in."""
    return bool(db.scalar(select(sign_ins.c.has_second_factor).where(sign_ins.c.id == session_id)))


def list_sign_ins(db: Connection, user_id: UUID, now: datetime, after: UUID | None, limit: int) -> list[AnyRow]:
    """Up to `limit` of somebody's open sign-ins, the newest first."""
    open_ones = sign_ins.c.ended_at.is_(None), sign_ins.c.last_seen_at > now - REFRESH_LIFETIME
    statement = select(sign_ins).where(sign_ins.c.user_id == user_id, *open_ones).order_by(sign_ins.c.id.desc())
    return list(db.execute((statement.where(sign_ins.c.id < after) if after else statement).limit(limit)))


def end_sign_in(db: Connection, session_id: UUID, now: datetime, user_id: UUID | None = None) -> bool:
    """End one sign-in, of that user if one is named. False if there is none that is open."""
    condition = sign_ins.c.id == session_id
    return _end(db, condition if user_id is None else condition & (sign_ins.c.user_id == user_id), now) > 0


def end_sign_ins(db: Connection, user_id: UUID, now: datetime, keep: UUID | None = None) -> int:
    """End all sign-ins of a user but the one to `keep`, and those that wait for a step. Returns how many."""
    forget_steps(db, user_id, now)
    condition = sign_ins.c.user_id == user_id
    return _end(db, condition if keep is None else condition & (sign_ins.c.id != keep), now)


def _end(db: Connection, condition: Any, now: datetime) -> int:
    ended = update(sign_ins).where(condition, sign_ins.c.ended_at.is_(None)).values(ended_at=now)
    ids = list(db.scalars(ended.returning(sign_ins.c.id)))
    if ids:
        open_tokens = refresh_tokens.c.session_id.in_(ids), refresh_tokens.c.revoked_at.is_(None)
        db.execute(update(refresh_tokens).where(*open_tokens).values(revoked_at=now))
        sockets.forget_sessions(db, ids)
    return len(ids)


def delete_old_sign_ins(db: Connection, limit: int) -> int:
    """Delete up to `limit` sign-ins that have been over for long, across tenants. Returns how many."""
    long_ago = func.now() - REFRESH_LIFETIME
    return delete_rows(sign_ins, or_(sign_ins.c.last_seen_at < long_ago, sign_ins.c.ended_at < long_ago), db, limit)
