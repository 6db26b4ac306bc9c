"""When an assignment may be started, and how far a learner is with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from dreamseed.errors import Conflict, Invalid
from dreamseed.school.assignment_rules import (
    Attempt,
    Window,
    attempts_left,
    require_startable,
    require_window,
    status_of,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOW = Window(NOON, NOON + HOUR, max_attempts=2)


def attempt(status: str, *, expires_at: datetime = NOON + HOUR) -> Attempt:
    return Attempt(UUID(int=1), status, expires_at)


@pytest.mark.parametrize(
    ("minutes", "status"), [(-1, "upcoming"), (0, "open"), (59, "open"), (60, "missed"), (600, "missed")]
)
def test_without_an_attempt_the_clock_decides(minutes: int, status: str) -> None:
    assert status_of(WINDOW, [], NOON + timedelta(minutes=minutes)) == status


def test_what_was_withdrawn_can_only_be_missed() -> None:
    assert status_of(Window(NOON, NOON + HOUR, 1, is_withdrawn=True), [], NOON) == "missed"


@pytest.mark.parametrize(
    ("attempts", "status"),
    [
        ([attempt("active")], "started"),
        ([attempt("paused", expires_at=NOON - HOUR)], "started"),
        ([attempt("active", expires_at=NOON)], "done"),
        ([attempt("finished")], "done"),
        ([attempt("expired")], "done"),
        ([attempt("invalidated")], "done"),
        ([attempt("finished"), attempt("active")], "started"),
    ],
)
def test_an_attempt_decides_before_the_clock(attempts: list[Attempt], status: str) -> None:
    assert status_of(WINDOW, attempts, NOON) == status
    assert status_of(Window(NOON - 9 * HOUR, NOON - 8 * HOUR, 1), attempts, NOON) == status


def test_attempts_are_used_up() -> None:
    assert [attempts_left(WINDOW, [attempt("finished")] * used) for used in range(4)] == [2, 1, 0, 0]


@pytest.mark.parametrize("moment", [NOON - timedelta(seconds=1), NOON + HOUR])
def test_an_assignment_starts_only_while_it_is_open(moment: datetime) -> None:
    with pytest.raises(Conflict) as refused:
        require_startable(WINDOW, [], moment)

    assert refused.value.code == "assignment_not_open"
    require_startable(WINDOW, [attempt("finished")], NOON)


def test_an_assignment_starts_only_while_an_attempt_is_left() -> None:
    with pytest.raises(Conflict) as refused:
        require_startable(WINDOW, [attempt("finished"), attempt("invalidated")], NOON)

    assert refused.value.code == "no_attempt_left"


def test_an_assignment_opens_before_it_closes() -> None:
    require_window(NOON, NOON + HOUR)
    for closes_at in (NOON, NOON - HOUR):
        with pytest.raises(Invalid, match="open before"):
            require_window(NOON, closes_at)
