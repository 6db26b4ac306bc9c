"""What privacy decides, free of any I/O: how a request stands, what of a document names somebody, k-anonymity."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

EXPORT_LIFETIME = timedelta(days=7)
PROOF_LIFETIME = timedelta(days=3 * 365)
"""How long after an erasure its certificate is kept."""

MAIL_PATIENCE = timedelta(days=1)
"""For how long an erasure that is due waits for its person to be told by mail."""

RECHECKED = timedelta(days=40)
"""How long an erasure is looked after: as long as a dead letter or a backup may bring something back."""

MIN_K = 10
MAX_SUPPRESSED = 0.05
"""The fraction of people whom a copy may leave out before it rather says less about everybody."""

MIN_RESULTS = 2
"""How many bands of results must be among those of whom a copy says the same, or it would tell how each of them did."""

RESULT_BANDS = 3
"""Thirds of the points that somebody could have got."""

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


def labels(document: Any, tokens: Collection[str]) -> set[str]:
    """By what `label` a document's entries that hold one of the tokens call them: it may be a former name."""
    if isinstance(document, list):
        return {label for each in document for label in labels(each, tokens)}
    if not isinstance(document, dict):
        return set()
    own = {document["label"]} if isinstance(document.get("label"), str) and _tells_of(document, tokens, "") else set()
    return own | {label for each in document.values() for label in labels(each, tokens)}


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


Trait = Literal["language", "age_band", "class_size", "tests_taken", "last_test"]


@dataclass(frozen=True)
class Quasi:
    """Something by which people could be told apart, and what is said of it: from the most precise to nothing."""

    name: Trait
    says: tuple[str, ...]


QUASI_IDENTIFIERS = (
    Quasi("language", ("the language", "nothing")),
    Quasi("age_band", ("under 13, 13 to 15, 16 to 17, adult, or unknown", "under 18, adult, or unknown", "nothing")),
    Quasi("class_size", ("none, 1 to 9, 10 to 19, 20 to 29, or 30 and more", "none, 1 to 19, or more", "nothing")),
    Quasi("tests_taken", ("1, 2 to 4, 5 to 9, or 10 and more", "1 to 4, or more", "nothing")),
    Quasi("last_test", ("the quarter", "the year", "nothing")),
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
    """Who is shown at which levels of precision.

    `k` are the fewest people of whom the same is said, `results` the fewest bands of results among such people.
    """

    levels: tuple[int, ...]
    shown: tuple[int, ...]
    k: int
    results: int


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


def result_band(scores: Sequence[int], points: Sequence[int]) -> int:
    """Which third of the points that they could have got somebody got: 0, 1 or 2."""
    most = sum(points)
    return 0 if most == 0 else min(RESULT_BANDS - 1, RESULT_BANDS * sum(scores) // most)


def anonymity(people: Sequence[Traits], results: Sequence[int], k: int) -> Anonymity:
    """Whom to show how precisely: the same is said of each as of at least k - 1 others, who did not all do alike.

    First everybody is told of less precisely, one step at a time and always the step that exposes fewest, until no more
    than MAX_SUPPRESSED of them are in groups that are smaller than k or of fewer than MIN_RESULTS bands of `results`;
    those are left out.
    """

    def exposed(levels: Sequence[int]) -> set[int]:
        groups = _groups(people, range(len(people)), levels).values()
        return {index for group in groups if _exposes(group, results, k) for index in group}

    levels = [0] * len(QUASI_IDENTIFIERS)
    while len(exposed(levels)) > MAX_SUPPRESSED * len(people):
        steps = [index for index, quasi in enumerate(QUASI_IDENTIFIERS) if levels[index] < len(quasi.says) - 1]
        if not steps:
            break
        levels = min((_coarser(levels, index) for index in steps), key=lambda coarser: len(exposed(coarser)))
    left_out = exposed(levels)
    shown = tuple(index for index in range(len(people)) if index not in left_out)
    groups = _groups(people, shown, levels).values()
    return Anonymity(
        tuple(levels),
        shown,
        min(map(len, groups), default=0),
        min((len({results[index] for index in group}) for group in groups), default=0),
    )


def _coarser(levels: Sequence[int], index: int) -> list[int]:
    return [level + (position == index) for position, level in enumerate(levels)]


def _groups(people: Sequence[Traits], shown: Iterable[int], levels: Sequence[int]) -> dict[tuple[str, ...], list[int]]:
    """Those of whom the same is said."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index in shown:
        groups[people[index].at(levels)].append(index)
    return groups


def _exposes(group: Sequence[int], results: Sequence[int], k: int) -> bool:
    return len(group) < k or len({results[index] for index in group}) < MIN_RESULTS
