"""When a refresh token is good. Pure: no clock, no database."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

REFRESH_LIFETIME = timedelta(days=30)
REFRESH_GRACE = timedelta(seconds=10)


class RefreshVerdict(Enum):
    """What a presented refresh token means."""

    ROTATE = "rotate"
    GRACE = "grace"
    REUSED = "reused"
    EXPIRED = "expired"


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
