"""Roles of an organisation's own, and who holds which.

Nobody can give away more than they hold: a role may be made, changed or granted only by somebody whose permissions
cover all of its own and inherited ones. An organisation never loses its last administrator.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from dreamseed.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from dreamseed.http.caller import Caller
from dreamseed.identity import queries, sessions
from dreamseed.identity.role_models import Membership, RoleOut
from dreamseed.identity.rules import BUILT_IN_ROLES, expand_roles, inherits_itself
from dreamseed.identity.tables import invitations, memberships, roles, users
from dreamseed.ports import policy

AnyRow = Row[*tuple[Any, ...]]
ADMIN = "org_admin"
MAX_ROLES = 100


def list_roles(db: Connection) -> list[RoleOut]:
    """All roles by name: those that every organisation has, and its own."""
    own = db.execute(select(roles)).all()
    built_in = [_built_in_role(name, description) for name, description in BUILT_IN_ROLES.items()]
    return sorted([*built_in, *(shown_role(row, own) for row in own)], key=lambda role: role.name)


def shown_role(row: AnyRow, own: Collection[AnyRow]) -> RoleOut:
    """A role of the organisation's own; `own` are all of them."""
    return RoleOut(
        id=row.id,
        name=row.name,
        description=row.description,
        permissions=row.permissions,
        inherits_from=row.inherits_from,
        all_permissions=sorted(_all_permissions([row.name], own)),
    )


def read_role(db: Connection, role_id: UUID) -> tuple[AnyRow, RoleOut]:
    """A role of the organisation's own, as a row and as it is shown. Raises NotFound."""
    own = db.execute(select(roles)).all()
    row = next((each for each in own if each.id == role_id), None)
    if row is None:
        raise NotFound("There is no such role.", code="role_not_found")
    return row, shown_role(row, own)


def lock_roles(db: Connection) -> None:
    """Wait until nobody else changes the organisation's roles or who holds them."""
    lock_name = func.current_setting("app.org_id").concat(" roles")
    db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(lock_name, 0))))


def add_role(db: Connection, caller: Caller, values: dict[str, Any]) -> None:
    """Create a role. Raises Conflict for a name that is taken, Invalid or Forbidden for what it would give."""
    lock_roles(db)
    _check(db, caller, values)
    if values["name"] in BUILT_IN_ROLES:
        raise _name_taken()
    if (db.scalar(select(func.count()).select_from(roles)) or 0) >= MAX_ROLES:
        raise Conflict(f"An organisation may have {MAX_ROLES} roles of its own.", code="too_many_roles")
    statement = insert(roles).values(**values).on_conflict_do_nothing(index_elements=["org_id", "name"])
    if db.execute(statement.returning(roles.c.id)).first() is None:
        raise _name_taken()


def change_role(db: Connection, caller: Caller, row: AnyRow, values: dict[str, Any]) -> None:
    """Change a role; whoever holds it gets the change with their next access token. Raises Invalid or Forbidden."""
    _check(db, caller, {**row._mapping, **values})
    db.execute(update(roles).where(roles.c.id == row.id).values(**values, version=roles.c.version + 1))


def delete_role(db: Connection, row: AnyRow) -> None:
    """Delete a role. Raises Conflict while somebody holds it, is invited to it, or another role inherits from it."""
    waiting = invitations.c.accepted_at.is_(None), invitations.c.revoked_at.is_(None)
    is_held = select(memberships.c.role).where(memberships.c.role == row.name).exists()
    is_offered = select(invitations.c.role).where(invitations.c.role == row.name, *waiting).exists()
    is_inherited = select(roles.c.id).where(roles.c.inherits_from.contains([row.name])).exists()
    if db.scalar(select(or_(is_held, is_offered, is_inherited))):
        raise Conflict("Somebody holds this role, or another role inherits from it.", code="role_in_use")
    db.execute(delete(roles).where(roles.c.id == row.id))


def require_grantable(db: Connection, caller: Caller, names: Iterable[str], field: str) -> None:
    """Raise Invalid for a role that does not exist, Forbidden for one that may do more than the caller."""
    wanted = list(names)
    own = db.execute(select(roles)).all()
    unknown = sorted(set(wanted) - BUILT_IN_ROLES.keys() - {row.name for row in own})
    if unknown:
        errors = tuple(FieldError(field, f"there is no role {name}") for name in unknown)
        raise Invalid("There is no such role.", code="role_not_found", errors=errors)
    _require_covered(caller, _all_permissions(wanted, own))


def require_manageable(db: Connection, caller: Caller, user_id: UUID, now: datetime) -> None:
    """Raise Forbidden for a person who may do more than the caller."""
    require_grantable(db, caller, queries.held_roles(db, user_id, now), "path.id")


def put_memberships(db: Connection, caller: Caller, user_id: UUID, wanted: list[Membership]) -> None:
    """Give a locked user exactly these roles. Roles that they held already keep whoever granted them.

    Raises Forbidden for a role beyond the caller, given or taken away, and Conflict for the last administrator.
    """
    lock_roles(db)
    held = {row.role: row for row in db.execute(select(memberships).where(memberships.c.user_id == user_id))}
    kept = {each.role for each in wanted if each.role in held and held[each.role].expires_at == each.expires_at}
    changed = [each for each in wanted if each.role not in kept]
    gone = held.keys() - {each.role for each in wanted}
    require_grantable(db, caller, [*(each.role for each in changed), *gone], "body.memberships")
    db.execute(delete(memberships).where(memberships.c.user_id == user_id, memberships.c.role.in_(gone)))
    for each in changed:
        row = {"user_id": user_id, "role": each.role, "expires_at": each.expires_at, "granted_by": caller.user_id}
        statement = insert(memberships).values(**row)
        key = ["org_id", "user_id", "role"]
        fresh = {"expires_at": each.expires_at, "granted_by": caller.user_id}
        db.execute(statement.on_conflict_do_update(index_elements=key, set_=fresh))
    require_an_admin(db)


def require_an_admin(db: Connection) -> None:
    """Raise Conflict `last_admin` unless an active person holds the role of administrator for good."""
    is_admin = memberships.c.role == ADMIN, memberships.c.expires_at.is_(None), users.c.is_active
    admins = select(users.c.id).join(memberships, memberships.c.user_id == users.c.id).where(*is_admin)
    if db.execute(admins.limit(1)).first() is None:
        raise Conflict("The organisation would be left without an administrator.", code="last_admin")


def is_last_admin(db: Connection, user_id: UUID) -> bool:
    """Whether the organisation would be left without an administrator if this person went."""
    is_admin = memberships.c.role == ADMIN, memberships.c.expires_at.is_(None), users.c.is_active
    admins = select(users.c.id).join(memberships, memberships.c.user_id == users.c.id).where(*is_admin)
    return set(db.scalars(admins.limit(2))) == {user_id}


def close_account(db: Connection, user_id: UUID, now: datetime) -> None:
    """Let somebody in no longer, and end all their sign-ins at once. Raises Conflict for the last administrator."""
    lock_roles(db)
    queries.update_user(db, user_id, {"is_active": False})
    require_an_admin(db)
    sessions.end_sign_ins(db, user_id, now)


def _check(db: Connection, caller: Caller, values: dict[str, Any]) -> None:
    """Raise unless what the role inherits from exists, is not itself, and it gives no more than the caller holds."""
    require_grantable(db, caller, values["inherits_from"], "body.inherits_from")
    _require_covered(caller, values["permissions"])
    parents = {**queries.parents(db), values["name"]: values["inherits_from"]}
    if inherits_itself(values["name"], parents):
        errors = (FieldError("body.inherits_from", "leads back to the role itself"),)
        raise Invalid("A role cannot inherit from itself.", code="role_inherits_itself", errors=errors)


def _all_permissions(names: Iterable[str], own: Collection[AnyRow]) -> frozenset[str]:
    """What the roles give, inherited permissions included."""
    expanded = expand_roles(names, {row.name: row.inherits_from for row in own})
    given = (row.permissions for row in own if row.name in expanded)
    return policy.connect().permissions_of(frozenset(expanded)).union(*given)


def _require_covered(caller: Caller, permissions: Iterable[str]) -> None:
    beyond = sorted(permission for permission in permissions if not caller.may(permission))
    if beyond:
        raise Forbidden(f"You cannot give what you may not do yourself: {', '.join(beyond)}.", code="beyond_own_rights")


def _built_in_role(name: str, description: str) -> RoleOut:
    held = sorted(policy.connect().permissions_of(frozenset({name})))
    return RoleOut(
        id=None, name=name, description=description, permissions=held, inherits_from=[], all_permissions=held
    )


def _name_taken() -> Conflict:
    errors = (FieldError("body.name", "another role has it"),)
    return Conflict("There is a role of this name.", code="name_taken", errors=errors)
