"""What privacy decides, free of any I/O: how a request stands, what of a document names somebody, k-anonymity."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

EXPORT_LIFETIME = timedelta(days=7)
PROOF_LIFETIME = timedelta(days=3 * 365)
"""How long after an erasure its certificate is kept."""

RECHECKED = timedelta(days=40)
"""How long an erasure is looked after: as long as a dead letter or a backup may bring something back."""

MIN_K = 10
MAX_SUPPRESSED = 0.05
"""The fraction of people whom a copy may leave out before it rather says less about everybody."""

ERASED = "[erased]"
TIME_BANDS_SECONDS = (5, 10, 20, 40, 80, 160)


def export_status(job_status: str, expires_at: datetime | None, now: datetime) -> Any:
    """How an export stands."""
    if expires_at is None:
        return "running" if job_status == "succeeded" else job_status
    return "ready" if now < expires_at else "expired"


def erasure_status(
    cancelled_at: datetime | None, finished_at: datetime | None, job_status: str | None, is_held: bool
) -> Literal["waiting", "held", "running", "failed", "done", "cancelled"]:
    """How an erasure stands. A job that was given up has failed until somebody tries it again."""
    if cancelled_at is not None:
        return "cancelled"
    if finished_at is not None:
        return "done"
    if job_status is None:
        return "held" if is_held else "waiting"
    return "failed" if job_status in ("failed", "cancelled") else "running"


def redacted(document: Any, tokens: Collection[str], name: str = "") -> Any:
    """A JSON document without what it says of somebody.

    Entries of lists that name them disappear, other texts become ERASED. They are named by a text that holds one of the
    tokens, or their name as whole words, in whatever case.
    """
    if isinstance(document, str):
        return ERASED if _names(document, tokens, name) else document
    if isinstance(document, dict):
        return {key: redacted(value, tokens, name) for key, value in document.items()}
    if isinstance(document, list):
        return [redacted(each, tokens, name) for each in document if not _tells_of(each, tokens, name)]
    return document


def _tells_of(document: Any, tokens: Collection[str], name: str) -> bool:
    if isinstance(document, str):
        return _names(document, tokens, name)
    if isinstance(document, dict):
        return any(_tells_of(each, tokens, name) for pair in document.items() for each in pair)
    return isinstance(document, list) and any(_tells_of(each, tokens, name) for each in document)


def _names(text: str, tokens: Collection[str], name: str) -> bool:
    lower = text.lower()
    is_named = bool(name) and re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", lower) is not None
    return is_named or any(token in lower for token in tokens)


@dataclass(frozen=True)
class Quasi:
    """Something by which people could be told apart, from the most precise to saying nothing."""

    name: str
    levels: int


QUASI_IDENTIFIERS = (
    Quasi("language", 2),
    Quasi("age_band", 3),
    Quasi("class_size", 3),
    Quasi("tests_taken", 3),
    Quasi("last_test", 3),
)


@dataclass(frozen=True)
class Traits:
    """Somebody's quasi-identifiers, each as a text for every level of precision, in the order of QUASI_IDENTIFIERS."""

    values: tuple[tuple[str, ...], ...]

    def at(self, levels: Sequence[int]) -> tuple[str, ...]:
        """What is said of them at these levels."""
        return tuple(value[level] for value, level in zip(self.values, levels, strict=True))


@dataclass(frozen=True)
class Anonymity:
    """Who is shown at which levels of precision, and the fewest people that say the same of themselves."""

    levels: tuple[int, ...]
    shown: tuple[int, ...]
    k: int


def traits(language: str, age_band: str | None, class_size: int, tests_taken: int, last_test: datetime) -> Traits:
    """What a copy could say of somebody, from precise to nothing. No age band: nobody has said how old they are."""
    age = age_band or "unknown"
    quarter = f"{last_test.year}-Q{(last_test.month + 2) // 3}"
    return Traits(
        (
            (language, "*"),
            (age, age if age in ("adult", "unknown") else "under_18", "*"),
            (_band(class_size, (1, 10, 20, 30)), _band(class_size, (1, 20)), "*"),
            (_band(tests_taken, (1, 2, 5, 10)), _band(tests_taken, (1, 5)), "*"),
            (quarter, str(last_test.year), "*"),
        )
    )


def time_band(milliseconds: int) -> str:
    """How long an answer took, in seconds, as a band."""
    return _band(milliseconds // 1000, (0, *TIME_BANDS_SECONDS))


def _band(value: int, edges: Sequence[int]) -> str:
    """The band that a number falls into: `10-19`, `30+`, or `<1` below all of them."""
    lower = [edge for edge in edges if edge <= value]
    if not lower:
        return f"<{edges[0]}"
    upper = [edge for edge in edges if edge > value]
    return f"{lower[-1]}-{upper[0] - 1}" if upper else f"{lower[-1]}+"


def anonymity(people: Sequence[Traits], k: int) -> Anonymity:
    """Whom to show how precisely, so that each says the same of themselves as at least k - 1 others.

    First everybody is told of less precisely, one step at a time and always the step that leaves fewest alone, until
    no more than MAX_SUPPRESSED of them are in groups smaller than k; those are left out.
    """
    levels = [0] * len(QUASI_IDENTIFIERS)
    while len(_alone(people, levels, k)) > MAX_SUPPRESSED * len(people):
        steps = [index for index, quasi in enumerate(QUASI_IDENTIFIERS) if levels[index] < quasi.levels - 1]
        if not steps:
            break
        best = min(steps, key=lambda index: len(_alone(people, _coarser(levels, index), k)))
        levels = _coarser(levels, best)
    alone = _alone(people, levels, k)
    shown = tuple(index for index in range(len(people)) if index not in alone)
    groups = Counter(people[index].at(levels) for index in shown)
    return Anonymity(tuple(levels), shown, min(groups.values(), default=0))


def _coarser(levels: Sequence[int], index: int) -> list[int]:
    return [level + (position == index) for position, level in enumerate(levels)]


def _alone(people: Sequence[Traits], levels: Sequence[int], k: int) -> set[int]:
    """Those of whom fewer than k say the same."""
    said = [person.at(levels) for person in people]
    groups = Counter(said)
    return {index for index, what in enumerate(said) if groups[what] < k}
