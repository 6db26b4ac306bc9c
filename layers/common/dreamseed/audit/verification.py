"""Checking that nobody has changed an organisation's audit log, from the first entry that is kept to the last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from dreamseed.audit import queries
from dreamseed.audit.anchors import Anchor
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
    """Recompute every hash of the organisation's chain, from what was let go last up to the head that it has now.

    A month that is let go meanwhile is no break: the check begins again after it.
    """
    while True:
        begun, head = in_tenant(org_id, lambda db: (queries.anchors_of(db), queries.head_of(db)))
        found = _follow(org_id, begun, head, progress)
        if found.is_intact or in_tenant(org_id, queries.anchors_of) == begun:
            return found


def start_of(anchors: Sequence[Anchor]) -> Link:
    """The link before the first entry that is kept."""
    return Link(anchors[-1].seq, bytes.fromhex(anchors[-1].hash)) if anchors else Link()


def _follow(org_id: UUID, anchors: Sequence[Anchor], head: Link, progress: Callable[[float], None]) -> Verification:
    start = start_of(anchors)
    chain = Chain(start, head, anchors)
    for rows in batches(org_id, 0, head.seq):
        chain.follow(row._mapping for row in rows)
        if chain.broken is not None:
            break
        progress((chain.last.seq - start.seq) / (head.seq - start.seq))
    broken = chain.end()
    if broken is None:
        surplus = in_tenant(org_id, queries.first_after_head)
        broken = None if surplus is None else Break(surplus, "inserted")
    return Verification(
        is_intact=broken is None,
        first_seq=start.seq + 1,
        checked=chain.checked,
        head_seq=head.seq,
        head_hash=head.hash.hex(),
        first_break=None if broken is None else ChainBreak(seq=broken.seq, fault=broken.fault),
    )
