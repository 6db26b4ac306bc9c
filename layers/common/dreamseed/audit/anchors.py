"""Anchors: where a chain begins whose older months were let go. Pure, and of the standard library alone.

A month goes when all of it is older than the organisation keeps its log. What stays of it is an anchor, its last number
and hash, and an entry of the log itself that says the same, appended as the month went: its note. So an anchor that was
made up, or a month that went before its time, shows in the chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

NOTE = "release_audit_month"
"""The action of a note, which `append_audit_log` takes from nobody."""

SCHEDULE = "audit_retention_years"
"""The setting of an organisation, as the entries of its changes name it."""

LEAST_YEARS = 3
UNKNOWN = -1
"""Of how long a log is kept, while no entry has said it; None is without end."""

Flaw = Literal["unreleased", "released_early"]


@dataclass(frozen=True)
class Anchor:
    """A month that was let go: `entries` entries up to number `seq`, the last of which had that hash.

    `month` is written 2026-03; the log was then kept for `kept_years`, and entry `noted_seq` says all that.
    """

    month: str
    entries: int
    seq: int
    hash: str
    kept_years: int
    noted_seq: int

    def said(self) -> dict[str, Any]:
        """What its note says."""
        return {name: getattr(self, name) for name in ("month", "entries", "seq", "hash", "kept_years")}

    def as_record(self) -> dict[str, Any]:
        """The anchor for the manifest of an export."""
        return {**self.said(), "noted_seq": self.noted_seq}


class Anchors:
    """The anchors of a chain, compared with what the chain says of them as it is followed."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self._all = sorted(anchors, key=lambda anchor: anchor.seq)
        self._by_note = {anchor.noted_seq: anchor for anchor in self._all}
        self._years: int | None = UNKNOWN

    @property
    def newest(self) -> Anchor | None:
        """Where the chain begins now; None while nothing was let go."""
        return self._all[-1] if self._all else None

    def flaw(self) -> tuple[int, Flaw] | None:
        """What is wrong with them by themselves: they must follow each other, and each come before its note."""
        seq = 0
        for anchor in self._all:
            if anchor.seq - anchor.entries != seq or anchor.entries < 1 or anchor.noted_seq <= anchor.seq:
                return anchor.seq, "unreleased"
            seq = anchor.seq
        return None

    def seen(self, entry: Mapping[Any, Any]) -> tuple[int, Flaw] | None:
        """What an entry that holds says against an anchor: the anchor's number, and how it is wrong."""
        anchor = self._by_note.pop(entry["seq"], None)
        if entry["action"] == NOTE:
            return self._compared(entry, anchor)
        if anchor is not None:
            return anchor.seq, "unreleased"
        if entry["action"] == "update_organisation" and entry["success"]:
            self._years = _said(entry).get(SCHEDULE, self._years)
        return None

    def unseen(self, after: int) -> int | None:
        """The number of an anchor whose note should have come after that entry, and did not."""
        return min((anchor.seq for seq, anchor in self._by_note.items() if seq > after), default=None)

    def _compared(self, note: Mapping[Any, Any], anchor: Anchor | None) -> tuple[int, Flaw] | None:
        said = _said(note)
        if anchor is None or said != anchor.said():
            return (anchor.seq if anchor else int(said.get("seq", 0))), "unreleased"
        is_scheduled = self._years in (UNKNOWN, anchor.kept_years)
        if not is_scheduled or anchor.kept_years < LEAST_YEARS or note["at"] < _outlived_at(anchor):
            return anchor.seq, "released_early"
        self._years = anchor.kept_years
        return None


def _said(entry: Mapping[Any, Any]) -> dict[str, Any]:
    """What an entry says is different now."""
    said: dict[str, Any] = json.loads(entry["changes"] or "{}").get("after", {})
    return said


def _outlived_at(anchor: Anchor) -> datetime:
    """When the last moment of the anchor's month was old enough."""
    year, month = map(int, anchor.month.split("-"))
    return datetime(year + anchor.kept_years + month // 12, month % 12 + 1, 1, tzinfo=UTC)
