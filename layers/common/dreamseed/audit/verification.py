"""Checking that nobody has changed an organisation's audit log, from its first entry to its last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from dreamseed.audit import queries
from dreamseed.audit.models import ChainBreak, Verification
from dreamseed.audit.rules import Break, Chain, Link
from dreamseed.database.transaction import in_tenant

BATCH = 2_000
"""Entries that are read at once, each time in a transaction of its own: nobody who appends waits for a check."""


def batches(org_id: UUID, after: int, until: int) -> Iterator[Sequence[queries.AnyRow]]:
    """The organisation's entries with numbers after one and up to another, in their order, batch by batch."""
    place = (after, datetime.max.replace(tzinfo=UTC))
    while True:
        rows = in_tenant(org_id, partial(queries.entries_between, after=place, until=until, limit=BATCH))
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        place = (rows[-1].seq, rows[-1].at)


def verify(org_id: UUID, progress: Callable[[float], None] = lambda fraction: None) -> Verification:
    """Recompute every hash of the organisation's chain up to the head that it has now."""
    head = in_tenant(org_id, queries.head_of)
    chain = Chain(Link(), head)
    for rows in batches(org_id, 0, head.seq):
        chain.follow(row._mapping for row in rows)
        if chain.broken is not None:
            break
        progress(chain.last.seq / head.seq)
    broken = chain.end()
    if broken is None:
        surplus = in_tenant(org_id, queries.first_after_head)
        broken = None if surplus is None else Break(surplus, "inserted")
    return Verification(
        is_intact=broken is None,
        checked=chain.checked,
        head_seq=head.seq,
        head_hash=head.hash.hex(),
        first_break=None if broken is None else ChainBreak(seq=broken.seq, fault=broken.fault),
    )
