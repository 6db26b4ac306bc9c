"""The chain: what an entry's hash is made of, and how a broken chain shows. Pure, and of the standard library alone.

    hash = SHA-256 of the fields in the order of FIELDS, each as  <length in bytes>:<bytes>,  and  -,  for none

The first field is the version of this very rule and the second the hash of the entry before, so that no entry can be
changed, left out, put in or moved without every later hash being another. `append_audit_log` (migration 0013) makes the
same hash inside the database. Sealed fields are hashed as they are stored: a key that is destroyed breaks no chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from dreamseed.audit.anchors import Anchor, Anchors

VERSION = "dreamseed.audit.1"
GENESIS = bytes(32)
"""What the first entry has instead of the hash of one before."""

FIELDS = (
    "org_id",
    "seq",
    "at",
    "action",
    "actor_id",
    "session_id",
    "resource",
    "resource_id",
    "subject_id",
    "changes",
    "sealed_changes",
    "client_address",
    "user_agent",
    "success",
    "reason",
    "request_id",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Fault = Literal["changed", "missing", "inserted", "rewritten", "truncated", "unreleased", "released_early"]


@dataclass(frozen=True)
class Link:
    """A place in a chain: the number of an entry and its hash."""

    seq: int = 0
    hash: bytes = GENESIS


@dataclass(frozen=True)
class Break:
    """The first entry at which a chain does not hold, and how.

    changed     its content is not what its hash says
    missing     it is not there, though later ones are
    inserted    there is another of its number, or it comes after the head of the chain
    rewritten   its content is what its hash says, but the entry after it, or the head, names another hash
    truncated   the log ends before it, though the head of the chain says that it was written

    or the last entry that is said to have been let go, when that is not true:

    unreleased      no entry of the log says so, or one says otherwise
    released_early  it went before its time
    """

    seq: int
    fault: Fault


def entry_hash(entry: Mapping[Any, Any], previous: bytes) -> bytes:
    """The hash of an entry that follows the one with the hash `previous`."""
    digest = hashlib.sha256(_framed(VERSION.encode()) + _framed(previous))
    for field in FIELDS:
        digest.update(_framed(_canonical(entry[field])))
    return digest.digest()


class Chain:
    """Follows a chain from the link before its first entry to its head, until it breaks.

    `anchors` are those of the months that were let go: what they say is compared with what the entries say.
    """

    def __init__(self, start: Link, head: Link, anchors: Iterable[Anchor] = ()) -> None:
        self.last = start
        self.checked = 0
        self._start = start
        self.broken: Break | None = None
        self._head = head
        self._doubted: Link | None = None
        self._anchors = Anchors(anchors)
        if (flaw := self._anchors.flaw()) is not None:
            self.broken = Break(*flaw)

    @property
    def _is_anchored(self) -> bool:
        newest = self._anchors.newest
        return newest is not None and newest.seq == self._start.seq

    def follow(self, entries: Iterable[Mapping[Any, Any]]) -> None:
        """Go on with entries in the order of their numbers; once the chain is broken, nothing more is looked at."""
        for entry in entries:
            if self.broken is not None:
                return
            self._step(entry)

    def end(self) -> Break | None:
        """The first break, now that there are no more entries; None when all hold and lead to the head."""
        if self.broken is None and self._doubted is not None:
            self.broken = self._judged(self._head.hash)
        elif self.broken is None and self.last.seq < self._head.seq:
            self.broken = Break(self.last.seq + 1, "truncated")
        elif self.broken is None and self.last != self._head:
            self.broken = Break(self.last.seq, "rewritten")
        elif self.broken is None and (seq := self._anchors.unseen(after=self._start.seq)) is not None:
            self.broken = Break(seq, "unreleased")
        return self.broken

    def _step(self, entry: Mapping[Any, Any]) -> None:
        seq, previous, digest = entry["seq"], bytes(entry["prev_hash"]), bytes(entry["hash"])
        if self._doubted is not None:
            self.broken = self._judged(previous)
        elif seq > self.last.seq + 1:
            self.broken = Break(self.last.seq + 1, "missing")
        elif seq <= self.last.seq:
            self.broken = Break(seq, "inserted")
        elif entry_hash(entry, previous) != digest:
            self.broken = Break(seq, "changed")
        elif previous != self.last.hash:
            self._doubted = Link(seq, digest)
        else:
            self.last = Link(seq, digest)
            self.checked += 1
            if (flaw := self._anchors.seen(entry)) is not None:
                self.broken = Break(*flaw)

    def _judged(self, next_previous: bytes) -> Break:
        """Which of two neighbours was rewritten that are sound in themselves but do not belong together.

        If what comes next names the second, the second is the one that was written, and the first is not. Before the
        first entry of all there is only an anchor.
        """
        doubted = self._doubted or self.last
        is_first = doubted.seq == self._start.seq + 1
        if doubted.hash == next_previous and is_first and self._is_anchored:
            return Break(self._start.seq, "unreleased")
        is_genuine = doubted.hash == next_previous and not is_first
        return Break(doubted.seq - 1 if is_genuine else doubted.seq, "rewritten")


def _framed(value: bytes | None) -> bytes:
    return b"-," if value is None else b"%d:%b," % (len(value), value)


def _canonical(value: Any) -> bytes | None:
    """A field as bytes. Times are microseconds since 1970, in UTC."""
    match value:
        case None:
            return None
        case bool():
            return b"true" if value else b"false"
        case bytes() | memoryview():
            return bytes(value)
        case datetime():
            return b"%d" % ((value - _EPOCH) // timedelta(microseconds=1))
        case int() | UUID():
            return str(value).encode()
        case str():
            return value.encode()
    raise TypeError(f"an audit entry holds no {type(value).__name__}")
