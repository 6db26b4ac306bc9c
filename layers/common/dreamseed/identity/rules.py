"""What each role may do, and when a refresh token is good. Pure: no clock, no database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum

REFRESH_LIFETIME = timedelta(days=30)
REFRESH_GRACE = timedelta(seconds=10)

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    "learner": frozenset(
        {
            "profile:read:own",
            "test_design:read",
            "session:create",
            "session:read:own",
            "session:answer:own",
            "knowledge_state:read:own",
            "class:read:own",
            "assignment:read:own",
            "accommodation:read:own",
            "history:read:own",
        }
    ),
    "teacher": frozenset(
        {
            "profile:read:own",
            "test_design:read",
            "session:create",
            "session:read",
            "session:answer:own",
            "session:trace",
            "knowledge_state:read",
            "simulation:read",
            "class:read",
            "class:manage",
            "assignment:*",
            "accommodation:*",
            "session:manage",
            "history:read",
            "analytics:read",
            "person:read",
            "item:read",
        }
    ),
    "author": frozenset(
        {"profile:read:own", "test_design:*", "simulation:*", "job:*", "session:create", "session:read:own"}
        | {"session:answer:own", "item:*"}
    ),
    "org_admin": frozenset({"*"}),
}
"""Default deny: a role that is not listed may do nothing, and `own` never reaches another person's data.

What a teacher may do reaches the classes that she teaches; whoever holds `class:oversee` has all of them."""


class RefreshVerdict(Enum):
    """What a presented refresh token means."""

    ROTATE = "rotate"
    GRACE = "grace"
    REUSED = "reused"
    EXPIRED = "expired"


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """The union of the permissions of the roles."""
    return frozenset().union(*(ROLE_PERMISSIONS.get(role, frozenset()) for role in roles))


def judge_refresh(
    used_at: datetime | None, revoked_at: datetime | None, expires_at: datetime, now: datetime
) -> RefreshVerdict:
    """A refresh token works once. Shown again within seconds it is a parallel tab; later it is a thief or a victim."""
    if revoked_at is not None:
        return RefreshVerdict.REUSED
    if expires_at <= now:
        return RefreshVerdict.EXPIRED
    if used_at is None:
        return RefreshVerdict.ROTATE
    return RefreshVerdict.GRACE if now - used_at <= REFRESH_GRACE else RefreshVerdict.REUSED
