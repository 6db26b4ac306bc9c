"""How often something may be tried before it takes patience. Pure: no clock, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Scope = Literal[
    "sign_in:account",
    "sign_in:address",
    "sign_in:organisation",
    "sign_in:device",
    "mail:account",
    "mail:address",
    "code:account",
    "age_screen",
]


@dataclass(frozen=True)
class Limit:
    """So many attempts are `free`. After each further one there is a wait, doubled every time up to the longest.

    Attempts are forgotten when there was none for as long as `memory`.
    """

    free: int
    first_wait: timedelta
    longest_wait: timedelta
    memory: timedelta


SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)

LIMITS: dict[Scope, Limit] = {
    "sign_in:account": Limit(5, 30 * SECOND, 15 * MINUTE, HOUR),
    "sign_in:address": Limit(100, SECOND, 5 * MINUTE, 15 * MINUTE),  # a school has one address for all its learners
    "sign_in:organisation": Limit(1_000, SECOND, MINUTE, 15 * MINUTE),
    "sign_in:device": Limit(5, 30 * SECOND, 15 * MINUTE, HOUR),
    "mail:account": Limit(3, MINUTE, HOUR, 24 * HOUR),
    "mail:address": Limit(60, 10 * SECOND, HOUR, HOUR),
    "age_screen": Limit(10, MINUTE, HOUR, 24 * HOUR),
    "code:account": Limit(5, 30 * SECOND, 15 * MINUTE, HOUR),
}


def counted(attempts: int, last_at: datetime, now: datetime, limit: Limit) -> int:
    """The attempts that are still remembered."""
    return 0 if now - last_at >= limit.memory else attempts


def wait(attempts: int, last_at: datetime, now: datetime, limit: Limit) -> timedelta:
    """How long until the next attempt is taken; nothing if it is taken now."""
    over = counted(attempts, last_at, now, limit) - limit.free
    if over < 0:
        return timedelta()
    doubled: int = 2 ** min(over, 20)
    pause = min(limit.first_wait * doubled, limit.longest_wait)
    return max(last_at + pause - now, timedelta())


def domain_of(email: str) -> str:
    """The part after the @, by which an organisation's addresses are counted whether or not it exists."""
    return email.rpartition("@")[2]
