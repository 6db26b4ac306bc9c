"""How many requests whom takes how far: the one table, and the arithmetic of it. Pure: no clock, no database.

    who                                        standard         professional    counted
    an API key                                 100 an hour      1,000 an hour   exactly; less if the key itself says so
    all programs of an organisation            1,000 an hour    10,000 an hour  exactly
    long work (202) begun in an organisation   60 an hour       600 an hour     exactly
    an organisation                            12,000 a minute  60,000 a minute nearly
    a person                                   1,200 a minute   the same        nearly
    a learner within a test                    6,000 a minute   the same        in each process alone, at no cost
    an address, before anybody has signed in   6,000 a minute   the same        nearly; a school may have one for all

What probes and other servers ask all the time (`UNCOUNTED`) is never refused. A window slides: of the window before,
as much counts as it still reaches into the last `window_seconds`. «Nearly» is explained in `dreamseed.http.meter`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Literal, NamedTuple

from dreamseed.http.caller import Caller
from dreamseed.needs import Http

Scope = Literal["key", "programs", "work", "organisation", "person", "test", "address"]
Counted = Literal["exactly", "nearly", "alone"]

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds."""

    quota: int
    window_seconds: int

    @property
    def step(self) -> int:
        """How many requests a process admits before it tells the others: 2 % of the quota."""
        return max(1, self.quota // 50)


@dataclass(frozen=True)
class Plan:
    """What an organisation has agreed on."""

    key: Rate
    programs: Rate
    work: Rate
    organisation: Rate


PLANS = {
    "standard": Plan(Rate(100, HOUR), Rate(1_000, HOUR), Rate(60, HOUR), Rate(12_000, MINUTE)),
    "professional": Plan(Rate(1_000, HOUR), Rate(10_000, HOUR), Rate(600, HOUR), Rate(60_000, MINUTE)),
}
PERSON = Rate(1_200, MINUTE)
TEST = Rate(6_000, MINUTE)
ADDRESS = Rate(6_000, MINUTE)

TEST_TAKING = {"session:create", "session:answer:own", "session:read:own"}
"""The permissions of a learner within a test, whom no count may hinder and no round trip slow down."""

UNCOUNTED = {"/health", "/ready", "/.well-known/jwks.json"}

_ROUNDING = 1e-6


class Due(NamedTuple):
    """One count that a request falls under."""

    scope: Scope
    subject: bytes
    rate: Rate
    counted: Counted


class Count(NamedTuple):
    """What was used in a window and in the one before. `period` numbers the windows since 1970."""

    period: int = 0
    used: int = 0
    used_before: int = 0


def dues_of(trigger: Http, caller: Caller | None, address: bytes, plan: Plan) -> list[Due]:
    """What a request counts as, in the order in which it is counted. `address` is a digest of where it comes from."""
    if caller is None:
        return [] if trigger.path in UNCOUNTED else [Due("address", address, ADDRESS, "nearly")]
    organisation = Due("organisation", b"", plan.organisation, "nearly")
    work = [Due("work", b"", plan.work, "exactly")] if _begins_work(trigger) else []
    if caller.limited_to is not None and caller.session_id is not None:
        key = Due("key", caller.session_id.bytes, _key_rate(plan, caller), "exactly")
        return [key, Due("programs", b"", plan.programs, "exactly"), *work, organisation]
    if trigger.permission in TEST_TAKING:
        return [Due("test", caller.user_id.bytes, TEST, "alone")]
    return [*work, organisation, Due("person", caller.user_id.bytes, PERSON, "nearly")]


def plus_one(count: Count, rate: Rate, now: float) -> Count:
    """The count after one more request at that moment."""
    count = _at(count, period_of(rate, now))
    return count._replace(used=count.used + 1)


def load(count: Count, rate: Rate, now: float) -> float:
    """How many requests count at that moment (seconds since 1970)."""
    count = _at(count, period_of(rate, now))
    return count.used_before * (1 - _elapsed(rate, now)) + count.used


def wait(count: Count, rate: Rate, now: float) -> int:
    """Seconds until one more request fits; 0 if it does now."""
    if load(count, rate, now) + 1 <= rate.quota:
        return 0
    count, elapsed = _at(count, period_of(rate, now)), _elapsed(rate, now)
    if count.used < rate.quota:
        part = 1 - (rate.quota - 1 - count.used) / count.used_before - elapsed
    else:
        part = 1 - elapsed + 1 - (rate.quota - 1) / count.used
    return max(1, ceil(part * rate.window_seconds - _ROUNDING))


def headers(due: Due, count: Count, now: float, seconds_to_wait: int = 0) -> dict[str, str]:
    """RateLimit and RateLimit-Policy as draft-ietf-httpapi-ratelimit-headers-11 has them, of one count."""
    rate = due.rate
    left = 0 if seconds_to_wait else max(0, floor(rate.quota - load(count, rate, now)))
    window = seconds_to_wait or ceil((1 - _elapsed(rate, now)) * rate.window_seconds)
    return {
        "ratelimit-policy": f'"{due.scope}";q={rate.quota};w={rate.window_seconds}',
        "ratelimit": f'"{due.scope}";r={left};t={window}',
    }


def period_of(rate: Rate, now: float) -> int:
    """The number of the window that the moment lies in."""
    return int(now // rate.window_seconds)


def _begins_work(trigger: Http) -> bool:
    """Whether a job follows; what is accepted for one's own account is a mail."""
    return 202 in (trigger.status, *trigger.also) and not trigger.permission.endswith(":own")


def _key_rate(plan: Plan, caller: Caller) -> Rate:
    own = caller.rate_limit_per_hour
    return plan.key if own is None else Rate(min(own, plan.key.quota), HOUR)


def _at(count: Count, period: int) -> Count:
    """The count as it is in that window, if nothing has been used since."""
    if count.period >= period:
        return count
    return Count(period, 0, count.used if count.period == period - 1 else 0)


def _elapsed(rate: Rate, now: float) -> float:
    return now % rate.window_seconds / rate.window_seconds
