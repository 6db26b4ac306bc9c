"""The caller's own account."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from dreamseed.errors import NotFound
from dreamseed.http.caller import Caller
from dreamseed.identity import queries
from dreamseed.identity.models import Me, Organisation

AnyRow = Row[*tuple[Any, ...]]


def own_user(db: Connection, caller: Caller) -> AnyRow:
    """The caller's row, with the organisation's slug and name. Raises NotFound when it is gone."""
    return _found(queries.read_user(db, caller.user_id))


def locked_user(db: Connection, caller: Caller) -> AnyRow:
    """The same, locked until the end of the transaction."""
    return _found(queries.lock_user(db, caller.user_id))


def own_profile(user: AnyRow, caller: Caller, *, is_asked: bool) -> Me:
    """What the caller sees of it. `is_asked`: how old they are; nobody need say it once the school has agreed."""
    standing = caller.standing
    return Me(
        id=user.id,
        email=user.email,
        full_name=user.full_name,
        language=user.language,
        has_password=user.password_hash is not None,
        organisation=Organisation(id=caller.org_id, slug=user.slug, name=user.name),
        roles=sorted(caller.roles),
        permissions=sorted(caller.permissions),
        age_band=None if is_asked else standing.age_band,
        asks_age=is_asked and "learning_record" in standing.lacks_consent,
        lacks_consent=sorted(standing.lacks_consent),
    )


def _found(user: AnyRow | None) -> AnyRow:
    if user is None:
        raise NotFound("This account no longer exists.", code="user_not_found")
    return user
