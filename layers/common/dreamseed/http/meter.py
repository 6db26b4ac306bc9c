"""Counting requests before they are served, so that a flood of one does not become everybody's.

Exact counts are rows that every request adds to, in a transaction of its own which a refusal rolls back. Near counts
cost no round trip: a process counts by itself and adds to the row only after `Rate.step` requests, when it also learns
what the others have added. So N processes together admit at most the quota and N steps more, and a process that has
not asked yet hinders nobody. What is refused is not counted: coming back too early does not make the wait longer.

`DREAMSEED_RATES=off` takes everything, for load tests and for operators in need.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import OrderedDict
from collections.abc import Sequence
from uuid import UUID

from dreamseed.errors import TooManyRequests
from dreamseed.http.caller import Caller
from dreamseed.http.exchange import Request, client_of
from dreamseed.http.networks import network_of
from dreamseed.http.rates import PLANS, Count, Due, Plan, dues_of, headers, load, plus_one, wait
from dreamseed.needs import Http

REMEMBERED_TALLIES = 5_000


class Tally:
    """What this process knows of one count, and how many requests of its own it has not told the others of."""

    def __init__(self) -> None:
        self.count = Count()
        self.untold = 0


_tallies: OrderedDict[tuple[UUID | None, str, bytes], Tally] = OrderedDict()
_plans: dict[UUID | None, str] = {}


class _Full(Exception):
    """An exact count that has no room for this request."""

    def __init__(self, due: Due, count: Count) -> None:
        super().__init__(due.scope)
        self.due = due
        self.count = count


def take(trigger: Http, request: Request, caller: Caller | None, reply: dict[str, str], *, has_database: bool) -> None:
    """Count one request and tell in the reply's headers what is left. Raises TooManyRequests when nothing is."""
    if os.environ.get("DREAMSEED_RATES") == "off":
        return
    now = time.time()
    org_id = caller.org_id if caller else None
    address = b"" if caller else _digest(request)
    dues = dues_of(trigger, caller, address, _plan(org_id, caller, has_database))
    tallies = [_tally(org_id, due) for due in dues]
    for due, tally in zip(dues, tallies, strict=True):
        _refuse_if_full(due, tally.count, now, reply)
    try:
        _count(org_id, dues, tallies, now, has_database)
    except _Full as full:
        _tally(org_id, full.due).count = full.count
        _refuse_if_full(full.due, full.count, now, reply)
    if caller:  # a stranger need not know how busy their neighbours behind the same address are
        own = dues[-1] if caller.limited_to is None else dues[0]
        if own.counted != "alone":
            reply |= headers(own, _tally(org_id, own).count, now)


def forget_counts() -> None:
    """Know of no request and no plan: between tests."""
    _tallies.clear()
    _plans.clear()


def _count(org_id: UUID | None, dues: Sequence[Due], tallies: Sequence[Tally], now: float, has_database: bool) -> None:
    """Add this request to every count. Raises _Full, and adds it to none, when an exact one has no room."""
    both = list(zip(dues, tallies, strict=True))
    to_share = [(due, tally) for due, tally in both if has_database and _is_to_be_shared(due, tally)]
    counts = _add(org_id, [(due, tally.untold + 1) for due, tally in to_share], now) if to_share else []
    for due, tally in both:
        tally.count = plus_one(tally.count, due.rate, now)
        tally.untold += 1
    for (_, tally), count in zip(to_share, counts, strict=True):
        tally.count, tally.untold = count, 0


def _add(org_id: UUID | None, amounts: Sequence[tuple[Due, int]], now: float) -> list[Count]:
    """Add to the rows that all processes share, in one transaction: what stands there now. Raises _Full."""
    from dreamseed.database.transaction import in_tenant
    from dreamseed.platform.rate_counts import Connection, add
    from dreamseed.platform.tables import PLATFORM_ID

    def work(db: Connection) -> list[Count]:
        counts = []
        for due, amount in amounts:
            count, _plans[org_id] = add(db, due, amount, now)
            if due.counted == "exactly" and load(count, due.rate, now) > due.rate.quota:
                raise _Full(due, count._replace(used=count.used - amount))
            counts.append(count)
        return counts

    return in_tenant(org_id or PLATFORM_ID, work)


def _is_to_be_shared(due: Due, tally: Tally) -> bool:
    return due.counted == "exactly" or (due.counted == "nearly" and tally.untold + 1 >= due.rate.step)


def _refuse_if_full(due: Due, count: Count, now: float, reply: dict[str, str]) -> None:
    seconds = wait(count, due.rate, now)
    if seconds:
        reply |= headers(due, count, now, seconds)
        raise TooManyRequests(
            f"At most {due.rate.quota} requests in {due.rate.window_seconds} seconds are taken here ({due.scope}).",
            code="rate_limited",
            retry_after_seconds=seconds,
        )


def _plan(org_id: UUID | None, caller: Caller | None, has_database: bool) -> Plan:
    """The organisation's plan. A process that has shared no count yet can refuse no person, so it need not ask."""
    is_program = caller is not None and caller.limited_to is not None
    if org_id and org_id not in _plans and is_program and has_database:
        from dreamseed.database.transaction import in_tenant
        from dreamseed.platform.rate_counts import plan_of

        _plans[org_id] = in_tenant(org_id, plan_of)
    return PLANS[_plans.get(org_id, "standard")]


def _tally(org_id: UUID | None, due: Due) -> Tally:
    """This process's tally of that count; the one that was used least lately is forgotten for it."""
    key = (org_id, due.scope, due.subject)
    tally = _tallies.get(key)
    if tally is None:
        tally = _tallies[key] = Tally()
        if len(_tallies) > REMEMBERED_TALLIES:
            _tallies.popitem(last=False)
    else:
        _tallies.move_to_end(key)
    return tally


def _digest(request: Request) -> bytes:
    return hashlib.sha256(network_of(client_of(request).address).encode()).digest()
