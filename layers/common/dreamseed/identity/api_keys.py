"""API keys: for programs that act in a person's name.

A key is `dsk_<organisation>_<id>_<secret>`; the database keeps a digest of the secret, which is random and long enough
to need no slow hash. A key may do what it was given as long as its owner may, and stops when its owner is suspended.
Whether it holds is asked at every call, so deleting a key bites at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from dreamseed.database.ids import new_id
from dreamseed.database.transaction import in_tenant
from dreamseed.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, Unauthenticated
from dreamseed.http.caller import Caller
from dreamseed.identity import queries
from dreamseed.identity.factor_models import ApiKey, NewApiKey
from dreamseed.identity.rules import API_KEY_PREFIX, EVERYBODY
from dreamseed.identity.tables import api_key_uses, api_keys
from dreamseed.ports import policy
from dreamseed.ports.subject_keys import SubjectKeys

AnyRow = Row[*tuple[Any, ...]]
MAX_KEYS = 20
SEEN_EVERY = timedelta(minutes=1)
_shown = select(api_keys, api_key_uses.c.last_used_at).outerjoin(
    api_key_uses, api_key_uses.c.api_key_id == api_keys.c.id
)


@dataclass(frozen=True)
class Key:
    """A key in its parts."""

    org_id: UUID
    id: UUID
    secret: str

    def __str__(self) -> str:
        return f"{API_KEY_PREFIX}{self.org_id.hex}_{self.id.hex}_{self.secret}"

    @classmethod
    def parse(cls, text: str) -> Key:
        """Raises Unauthenticated for anything that is no key."""
        try:
            org_id, key_id, secret = text.removeprefix(API_KEY_PREFIX).split("_")
            return cls(UUID(org_id), UUID(key_id), secret)
        except ValueError as error:
            raise _refused() from error

    @property
    def digest(self) -> bytes:
        """What the database keeps of the secret."""
        return hashlib.sha256(self.secret.encode()).digest()


def caller_of(text: str) -> Caller:
    """Whoever's key it is, as a caller with what the key may do now. Raises Unauthenticated when it does not hold."""
    key = Key.parse(text)
    return in_tenant(key.org_id, lambda db: _caller(db, key, datetime.now(UTC)))


def add_key(db: Connection, keys: SubjectKeys, caller: Caller, wanted: NewApiKey, now: datetime) -> tuple[Key, AnyRow]:
    """Make a key of the caller's. Raises Forbidden for what they may not do, Conflict for a name of another key."""
    beyond = sorted(permission for permission in wanted.permissions if not caller.may(permission))
    if beyond:
        raise Forbidden(f"A key cannot do what you may not: {', '.join(beyond)}.", code="beyond_own_rights")
    if wanted.expires_at is not None and wanted.expires_at <= now:
        errors = (FieldError("body.expires_at", "lies in the past"),)
        raise Invalid("The key would have expired already.", code="expired_already", errors=errors)
    own = select(func.count()).select_from(api_keys).where(api_keys.c.user_id == caller.user_id)
    if (db.scalar(own) or 0) >= MAX_KEYS:
        raise Conflict(f"A person may have {MAX_KEYS} keys.", code="too_many_keys")
    key = Key(caller.org_id, new_id(), secrets.token_hex(24))
    row = {"id": key.id, "user_id": caller.user_id, "key_hash": key.digest, **wanted.model_dump()}
    row["name"] = keys.seal(caller.user_id, wanted.name, "api_keys.name")
    row["name_digest"] = name_digest(keys, caller.user_id, wanted.name)
    names = ["org_id", "user_id", "name_digest"]
    statement = insert(api_keys).values(**row).on_conflict_do_nothing(index_elements=names)
    if db.execute(statement.returning(api_keys.c.id)).first() is None:
        raise Conflict("You have a key of this name.", code="name_taken")
    return key, keys.opened_row(db.execute(_shown.where(api_keys.c.id == key.id)).one())


def name_digest(keys: SubjectKeys, user_id: UUID, name: str) -> bytes:
    """By what a name is known as somebody's; what others call their keys cannot be told from it."""
    return keys.digest(name, f"api_keys.name of {user_id}")


def list_keys(db: Connection, keys: SubjectKeys, user_id: UUID | None, after: UUID | None, limit: int) -> list[AnyRow]:
    """Up to `limit` keys, the newest first: one person's, or all."""
    statement = _shown.order_by(api_keys.c.id.desc()).limit(limit)
    if user_id is not None:
        statement = statement.where(api_keys.c.user_id == user_id)
    return keys.opened(db.execute(statement.where(api_keys.c.id < after) if after else statement))


def key_name(db: Connection, keys: SubjectKeys, key_id: UUID) -> str | None:
    """What a key is called; None when there is none, or its owner was erased."""
    name = db.scalar(select(api_keys.c.name).where(api_keys.c.id == key_id))
    return None if name is None else keys.open(name, "api_keys.name")


def delete_key(db: Connection, keys: SubjectKeys, key_id: UUID, user_id: UUID | None) -> AnyRow:
    """Delete a key, of that person if one is named, and return whose it was and its name. Raises NotFound."""
    one = api_keys.c.id == key_id
    statement = delete(api_keys).where(one if user_id is None else one & (api_keys.c.user_id == user_id))
    deleted = db.execute(statement.returning(api_keys.c.user_id, api_keys.c.name)).first()
    if deleted is None:
        raise NotFound("There is no such key.", code="api_key_not_found")
    opened: AnyRow = keys.opened_row(deleted)
    return opened


def shown_key(row: AnyRow) -> ApiKey:
    """A key from its row."""
    return ApiKey(
        id=row.id,
        user_id=row.user_id,
        name=row.name,
        permissions=row.permissions,
        rate_limit_per_hour=row.rate_limit_per_hour,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )


def present_caller(db: Connection, org_id: UUID, key_id: UUID, now: datetime) -> Caller | None:
    """The caller of a key that is known to be theirs; None when it does not hold any more."""
    holds = or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > now)
    row = db.execute(_shown.where(api_keys.c.id == key_id, holds)).one_or_none()
    roles = None if row is None else queries.roles_of(db, row.user_id, now)
    if row is None or roles is None:
        return None
    if row.last_used_at is None or now - row.last_used_at >= SEEN_EVERY:
        _note_use(db, key_id, now)
    held = EVERYBODY | policy.connect().permissions_of(frozenset(roles)) | frozenset(queries.own_permissions(db, roles))
    scopes = frozenset(row.permissions)
    return Caller(
        row.user_id,
        org_id,
        frozenset(roles),
        held,
        limited_to=scopes,
        session_id=key_id,
        rate_limit_per_hour=row.rate_limit_per_hour,
    )


def present_scopes(caller: Caller) -> tuple[str, ...]:
    """Those of a key's scopes that its owner still has."""
    owner = replace(caller, limited_to=None)
    return tuple(sorted(scope for scope in caller.limited_to or () if owner.may(scope)))


def _caller(db: Connection, key: Key, now: datetime) -> Caller:
    stored = db.scalar(select(api_keys.c.key_hash).where(api_keys.c.id == key.id))
    caller = None
    if hmac.compare_digest(bytes(stored or b""), key.digest):
        caller = present_caller(db, key.org_id, key.id, now)
    if caller is None:
        raise _refused()
    return caller


def _note_use(db: Connection, key_id: UUID, now: datetime) -> None:
    statement = insert(api_key_uses).values(api_key_id=key_id, last_used_at=now)
    db.execute(statement.on_conflict_do_update(index_elements=["org_id", "api_key_id"], set_={"last_used_at": now}))


def _refused() -> Unauthenticated:
    return Unauthenticated("This API key does not hold.", code="api_key_invalid")
