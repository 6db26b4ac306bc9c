"""Two accounts of one person become one: roles, guardians and identities move, and the other account is closed.

What other areas hold of people they move themselves (`dreamseed.<area>.merging`). Called again, a merge moves what has
come late, such as a test whose event was still on its way, and else nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, or_, update
from sqlalchemy.dialects.postgresql import insert

from dreamseed.errors import Conflict, FieldError, Invalid
from dreamseed.http.caller import Caller
from dreamseed.identity import queries, sessions
from dreamseed.identity.age_rules import BANDS
from dreamseed.identity.ages import ages_of, ask_age, is_asked, put_age
from dreamseed.identity.email_changes import forget_open_changes
from dreamseed.identity.persons import found_user
from dreamseed.identity.roles import lock_roles, require_an_admin, require_manageable
from dreamseed.identity.tables import api_keys, guardianships, identities, memberships, users
from dreamseed.ports.subject_keys import SubjectKeys

AnyRow = Row[*tuple[Any, ...]]


def require_mergeable(db: Connection, caller: Caller, kept_id: UUID, merged_id: UUID, now: datetime) -> None:
    """Lock both accounts. Raises NotFound, Invalid, Forbidden or Conflict where they must not become one."""
    if kept_id == merged_id:
        errors = (FieldError("body.from_user_id", "is the account itself"),)
        raise Invalid("An account cannot become part of itself.", code="same_account", errors=errors)
    rows = {user_id: queries.lock_user(db, user_id) for user_id in sorted((kept_id, merged_id))}
    kept, merged = found_user(db, kept_id), rows[merged_id]
    require_manageable(db, caller, kept_id, now)
    if merged is None:
        errors = (FieldError("body.from_user_id", "is nobody here"),)
        raise Invalid("There is no such account to merge.", code="no_such_account", errors=errors)
    require_manageable(db, caller, merged_id, now)
    if merged_id == caller.user_id:
        raise Conflict("Your own account is the one to keep.", code="own_account")
    if not kept.is_active:
        raise Conflict("The account to keep is closed.", code="account_closed")
    if kept.is_simulated != merged.is_simulated:
        raise Conflict("Nobody is behind one of the accounts, and somebody behind the other.", code="not_alike")
    if merged.merged_into not in (None, kept_id):
        raise Conflict("This account has become part of another one already.", code="account_merged")


def merge_account(db: Connection, keys: SubjectKeys, kept_id: UUID, merged_id: UUID, now: datetime) -> dict[str, int]:
    """Move what identity holds and close the other account for good. Returns how much moved, by kind."""
    moved = {
        "roles": _move_roles(db, kept_id, merged_id),
        "guardianships": _move_guardianships(db, kept_id, merged_id),
        "ages": _move_age(db, kept_id, merged_id, now),
        "identities": db.execute(_moved(identities, "user_id", kept_id, merged_id)).rowcount,
    }
    db.execute(delete(api_keys).where(api_keys.c.user_id == merged_id))
    sessions.end_sign_ins(db, merged_id, now)
    forget_open_changes(db, merged_id, now)
    # Its address is free from now on: whoever has the account that is kept may want it.
    address = queries.sealed_values(keys, merged_id, {"email": f"{merged_id.hex}@merged.invalid"})
    closed = {"is_active": False, "merged_into": kept_id, **address}
    closed |= {"password_hash": None}  # there is none any more  # nosec B105
    db.execute(update(users).where(users.c.id == merged_id).values(**closed, version=users.c.version + 1))
    require_an_admin(db)
    return moved


def _move_roles(db: Connection, kept_id: UUID, merged_id: UUID) -> int:
    """A role that both have lasts as long as the longer one."""
    lock_roles(db)
    held = db.execute(delete(memberships).where(memberships.c.user_id == merged_id).returning(memberships)).all()
    for row in held:
        values = {"role": row.role, "expires_at": row.expires_at, "granted_by": row.granted_by}
        statement = insert(memberships).values(user_id=kept_id, **values)
        new, old = statement.excluded, memberships.c
        is_longer = old.expires_at.is_not(None) & (new.expires_at.is_(None) | (new.expires_at > old.expires_at))
        key = ["org_id", "user_id", "role"]
        db.execute(
            statement.on_conflict_do_update(index_elements=key, set_={"expires_at": new.expires_at}, where=is_longer)
        )
    return len(held)


def _move_age(db: Connection, kept_id: UUID, merged_id: UUID, now: datetime) -> int:
    """Of two ages the younger counts, so that nobody loses what protects children."""
    known = ages_of(db, [kept_id, merged_id], now.date())
    if merged_id not in known:
        if is_asked(db, merged_id):
            ask_age(db, kept_id)
        return 0
    bands = [band for _, band in BANDS]
    youngest = min(known.values(), key=lambda age: bands.index(age.band))
    if youngest == known.get(kept_id):
        return 0
    put_age(db, kept_id, youngest, "staff")
    return 1


def _move_guardianships(db: Connection, kept_id: UUID, merged_id: UUID) -> int:
    """As guardian and as learner; nobody becomes their own guardian."""
    mine = or_(guardianships.c.guardian_id == merged_id, guardianships.c.learner_id == merged_id)
    rows = db.execute(delete(guardianships).where(mine).returning(guardianships)).all()
    moved = 0
    for row in rows:
        guardian_id, learner_id = (kept_id if each == merged_id else each for each in (row.guardian_id, row.learner_id))
        if guardian_id == learner_id:
            continue
        values = {"relation": row.relation, "created_by": row.created_by, "created_at": row.created_at}
        statement = insert(guardianships).values(guardian_id=guardian_id, learner_id=learner_id, **values)
        made = db.execute(statement.on_conflict_do_nothing().returning(guardianships.c.learner_id)).first()
        moved += made is not None
    return moved


def _moved(table: Any, column: str, kept_id: UUID, merged_id: UUID) -> Any:
    return update(table).where(table.c[column] == merged_id).values({column: kept_id})
