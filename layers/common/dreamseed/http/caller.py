"""Who is calling: the claims of a verified access token, and the one rule by which a permission is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from dreamseed.errors import Forbidden, Unauthenticated


@dataclass(frozen=True)
class Caller:
    """A signed-in person in one organisation. `permissions` are those of their roles, wildcards included."""

    user_id: UUID
    org_id: UUID
    roles: frozenset[str]
    permissions: frozenset[str]

    def may(self, permission: str) -> bool:
        """Whether any held pattern covers `resource:action[:scope]`.

        `*` covers all, `resource:*` every action on it, and a pattern without a scope covers every scope.
        """
        return _any_covers(self.permissions, permission)

    def require(self, permission: str) -> None:
        """Raise Forbidden unless the permission is held."""
        if not self.may(permission):
            raise Forbidden(f"This needs the permission {permission}.", code="permission_missing")


def bearer_token(headers: Mapping[str, str]) -> str:
    """The access token of an Authorization header. Raises Unauthenticated when there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Send an access token: Authorization: Bearer …", code="token_missing")
    return token


@lru_cache(1024)
def _any_covers(permissions: frozenset[str], wanted: str) -> bool:
    """Remembered, because the sets of permissions are as few as the combinations of roles."""
    return any(covers(held, wanted) for held in permissions)


def covers(held: str, wanted: str) -> bool:
    """Whether the pattern `held` includes the permission `wanted`, part by part from the left."""
    held_parts, wanted_parts = held.split(":"), wanted.split(":")
    if len(held_parts) > len(wanted_parts):
        return False
    return all(pattern in ("*", part) for pattern, part in zip(held_parts, wanted_parts, strict=False))
