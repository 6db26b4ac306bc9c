"""Accounts at other providers that sign somebody in: found, linked and unlinked.

A provider whose addresses are trusted lets somebody into the account that has the address. Every other identity is
linked by whoever is signed in to the account and at the provider at once, in one browser.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from dreamseed.database.ids import new_id
from dreamseed.errors import Conflict, NotFound, Unauthenticated
from dreamseed.http.caller import Caller
from dreamseed.identity import queries, sessions
from dreamseed.identity.account_log import note_account
from dreamseed.identity.oidc import Identity, Provider
from dreamseed.identity.second_factors import tell_of_change
from dreamseed.identity.tables import identities
from dreamseed.ports.subject_keys import SubjectKeys

AnyRow = Row[*tuple[Any, ...]]
MAX_IDENTITIES = 10
PLACE = "identities.subject"


def list_identities(db: Connection, user_id: UUID) -> list[AnyRow]:
    """Somebody's identities, the oldest first."""
    return list(db.execute(select(identities).where(identities.c.user_id == user_id).order_by(identities.c.id)))


def require_room(db: Connection, user_id: UUID) -> None:
    """Raise Conflict for an account that has as many identities as it may."""
    count = select(func.count()).select_from(identities).where(identities.c.user_id == user_id)
    if (db.scalar(count) or 0) >= MAX_IDENTITIES:
        raise Conflict(f"An account may have {MAX_IDENTITIES} identities elsewhere.", code="too_many_identities")


def use_identity(db: Connection, keys: SubjectKeys, user_id: UUID, identity: Identity, now: datetime) -> bool:
    """Note that this identity signs in to that account now; whether it is the first time.

    Raises Conflict `identity_taken` when it belongs to another account of the organisation.
    """
    digest = keys.digest(identity.subject, PLACE)
    row = {"id": new_id(), "user_id": user_id, "issuer": identity.issuer, "subject_digest": digest}
    statement = insert(identities).values(**row, subject=keys.seal(user_id, identity.subject, PLACE), last_used_at=now)
    key = ["org_id", "issuer", "subject_digest"]
    noted = statement.on_conflict_do_update(index_elements=key, set_={"last_used_at": now})
    kept = db.execute(noted.returning(identities.c.id, identities.c.user_id)).one()
    if kept.user_id != user_id:
        raise Conflict("That identity signs in to another account.", code="identity_taken")
    return bool(kept.id == row["id"])


def link_identity(
    db: Connection, keys: SubjectKeys, wanted: dict[str, str], identity: Identity, provider: Provider, now: datetime
) -> None:
    """Let an identity sign in to the account of whoever began this (`wanted`: user_id, session_id); again: no change.

    Raises Unauthenticated when their sign-in has ended meanwhile, or Conflict.
    """
    user_id, session_id = UUID(wanted["user_id"]), UUID(wanted["session_id"])
    user = queries.lock_user(db, user_id)
    if user is None or sessions.find_open(db, session_id, user_id) is None:
        raise Unauthenticated("This sign-in has ended; sign in again.", code="sign_in_ended")
    require_room(db, user_id)
    if use_identity(db, keys, user_id, identity, now):
        tell_of_change(db, user, f"+ {provider.name}")
        note_account(db, "link_identity", user_id)


def unlink_identity(db: Connection, caller: Caller, user: AnyRow, identity_id: UUID, name_of: dict[str, str]) -> None:
    """Remove one of the caller's identities, which signs nobody in any more. Raises NotFound."""
    one = identities.c.id == identity_id, identities.c.user_id == caller.user_id
    gone = db.execute(delete(identities).where(*one).returning(identities.c.issuer)).one_or_none()
    if gone is None:
        raise NotFound("There is no such identity.", code="identity_not_found")
    tell_of_change(db, user, f"- {name_of.get(gone.issuer, gone.issuer)}")
