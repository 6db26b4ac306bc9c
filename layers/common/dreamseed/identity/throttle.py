"""Counting attempts, so that guessing passwords and flooding mailboxes take too long.

An attempt is counted before it is made, so that a hundred at once do not slip through together, and forgiven when it
was right. Unknown addresses are counted like known ones: what is slowed down says nothing about who has an account.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import NamedTuple

from sqlalchemy import Connection, case, func, select, update
from sqlalchemy.dialects.postgresql import insert

from dreamseed.database.transaction import in_tenant
from dreamseed.errors import TooManyRequests
from dreamseed.http.exchange import Client
from dreamseed.http.networks import network_of
from dreamseed.identity.known_devices import Device
from dreamseed.identity.limits import LIMITS, Scope, counted, domain_of, wait
from dreamseed.identity.tables import throttles
from dreamseed.platform.retention import delete_rows
from dreamseed.platform.tables import PLATFORM_ID


class Attempt(NamedTuple):
    """What is tried, by or on whom."""

    scope: Scope
    subject: str

    @property
    def digest(self) -> bytes:
        """What the database keeps of the subject."""
        return hashlib.sha256(f"{self.scope} {self.subject}".encode()).digest()


def sign_in_attempts(email: str, client: Client, device: Device) -> list[Attempt]:
    """What signing in with a password counts as; from a browser that the account knows, as that browser's alone."""
    if device.is_known:
        return [Attempt("sign_in:device", device.number)]
    return [
        Attempt("sign_in:account", email),
        Attempt("sign_in:address", network_of(client.address)),
        Attempt("sign_in:organisation", domain_of(email)),
    ]


def mail_attempts(email: str, client: Client) -> list[Attempt]:
    """What asking for a mail counts as."""
    return [Attempt("mail:account", email), Attempt("mail:address", network_of(client.address))]


def take(attempts: Sequence[Attempt], now: datetime) -> None:
    """Count the attempts. Raises TooManyRequests, and counts none of them, when one of them must wait."""
    seconds = in_tenant(PLATFORM_ID, lambda db: _take(db, attempts, now))
    if seconds:
        raise TooManyRequests("That was tried too often; wait a little.", retry_after_seconds=seconds)


def was_taken(attempt: Attempt, now: datetime) -> bool:
    """Whether such an attempt is still remembered."""
    one = (throttles.c.scope == attempt.scope) & (throttles.c.subject == attempt.digest)
    found = in_tenant(PLATFORM_ID, lambda db: db.execute(select(throttles).where(one)).one_or_none())
    return found is not None and counted(found.attempts, found.last_at, now, LIMITS[attempt.scope]) > 0


def forgive(attempts: Sequence[Attempt]) -> None:
    """The attempts were right: the account starts afresh, and the others count one less."""
    in_tenant(PLATFORM_ID, lambda db: _forgive(db, attempts))


def delete_old_throttles(db: Connection, limit: int) -> int:
    """Delete up to `limit` counts that nobody remembers any more. Returns how many."""
    longest = max(each.memory for each in LIMITS.values())
    return delete_rows(throttles, throttles.c.last_at < func.now() - longest, db, limit)


def _take(db: Connection, attempts: Sequence[Attempt], now: datetime) -> int:
    """Count them, or return for how many seconds to wait."""
    by_key = {(attempt.scope, attempt.digest): attempt for attempt in attempts}
    rows = [{"scope": scope, "subject": digest, "last_at": now} for scope, digest in sorted(by_key)]
    locked = insert(throttles).values(rows)
    key = ["org_id", "scope", "subject"]
    locked = locked.on_conflict_do_update(index_elements=key, set_={"last_at": throttles.c.last_at})
    counts: dict[tuple[Scope, bytes], tuple[int, datetime]] = {
        (row.scope, bytes(row.subject)): (row.attempts, row.last_at) for row in db.execute(locked.returning(throttles))
    }
    longest = max(wait(*count, now, LIMITS[scope]) for (scope, _), count in counts.items())
    if longest:
        return ceil(longest.total_seconds())
    for (scope, digest), count in counts.items():
        known = counted(*count, now, LIMITS[scope])
        one = (throttles.c.scope == scope) & (throttles.c.subject == digest)
        db.execute(update(throttles).where(one).values(attempts=known + 1, last_at=now))
    return 0


def _forgive(db: Connection, attempts: Sequence[Attempt]) -> None:
    fresh = throttles.c.scope.in_(("sign_in:account", "sign_in:device", "code:account"))
    left = case((fresh, 0), else_=func.greatest(throttles.c.attempts - 1, 0))
    for attempt in sorted(attempts, key=lambda each: (each.scope, each.digest)):
        one = (throttles.c.scope == attempt.scope) & (throttles.c.subject == attempt.digest)
        db.execute(update(throttles).where(one).values(attempts=left))
