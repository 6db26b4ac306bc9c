"""The rules of a test session. Pure: the engine's state in, the next state out.

    begin ── choice ──► answer ── choice ──► answer ── … ──► stop reason

The engine (`irt_core`) estimates, selects and stops; here stands what a session adds: when an answer may be taken, what
counts as the same answer again, how much is left, what the result says, and whether a trace replays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any
from uuid import UUID

from dreamseed.errors import Conflict, Invalid
from irt_core import CatDesign, CatState, DesignError, ItemBank, NoItemLeft, rng_for

WEAK_BELOW = 0.6
MAX_NEXT_STEPS = 3
REPLAY_TOLERANCE = 1e-9
"""Processors and versions of numpy may round differently; another item or score makes a far larger difference."""
MAX_ITEMS = 500
MAX_PRIOR_MEAN, MIN_PRIOR_SD, MAX_PRIOR_SD = 4, 0.1, 4
LARGEST_NUMBER = 1_000_000
OVER = frozenset({"finished", "expired", "invalidated"})


@dataclass(frozen=True)
class Choice:
    """The item to answer now: its index in the bank, the value of the selection rule, and why it was chosen."""

    item: int
    criterion: float
    reason: str


@dataclass(frozen=True)
class Standing:
    """Where a session stands: the engine's state, and either the item to answer or the reason why the test is over."""

    cat: CatState
    choice: Choice | None
    stop_reason: str | None


def require_sane_numbers(written: Any, field: str = "") -> Any:
    """The design itself, if no number in it is beyond reason. Raises DesignError where arithmetic would overflow."""
    if isinstance(written, Mapping):
        for name, value in written.items():
            require_sane_numbers(value, f"{field}.{name}".lstrip("."))
    elif isinstance(written, list):
        for index, value in enumerate(written):
            require_sane_numbers(value, f"{field}.{index}")
    elif isinstance(written, int | float) and not abs(written) <= LARGEST_NUMBER:
        raise DesignError(field, f"must be between -{LARGEST_NUMBER} and {LARGEST_NUMBER}")
    return written


def require_servable(design: CatDesign) -> None:
    """Raise DesignError for what the engine can run but a live test should not."""
    if design.stopping.max_items > MAX_ITEMS:
        raise DesignError("stopping.max_items", f"must be at most {MAX_ITEMS}")
    if design.stopping.time_limit_seconds is not None:
        reason = "is counted by the learner's device; use the test design's own time_limit_seconds"
        raise DesignError("stopping.time_limit_seconds", reason)
    if abs(design.prior.mean) > MAX_PRIOR_MEAN:
        raise DesignError("prior.mean", f"must be between -{MAX_PRIOR_MEAN} and {MAX_PRIOR_MEAN}")
    if not MIN_PRIOR_SD <= design.prior.sd <= MAX_PRIOR_SD:
        raise DesignError("prior.sd", f"must be between {MIN_PRIOR_SD} and {MAX_PRIOR_SD}")


def begin(design: CatDesign, bank: ItemBank, seed: int) -> Standing:
    """The standing before the first answer."""
    return _go_on(design, bank, design.begin(), seed)


def advance(design: CatDesign, bank: ItemBank, standing: Standing, score: int, seconds: float, seed: int) -> Standing:
    """The standing after the current item was answered with that score. Raises ValueError when there is none."""
    item = current_choice(standing).item
    return _go_on(design, bank, standing.cat.after(bank, item, score, seconds), seed)


def current_choice(standing: Standing) -> Choice:
    """The item to answer now. Raises ValueError when the test is over."""
    if standing.choice is None:
        raise ValueError("a test that is over takes no answer")
    return standing.choice


def _go_on(design: CatDesign, bank: ItemBank, cat: CatState, seed: int) -> Standing:
    reason = design.stop_reason(bank, cat)
    if reason is not None:
        return Standing(cat, None, reason)
    try:
        choice = design.next_item(bank, cat, rng_for(seed, cat.n_administered))
    except NoItemLeft:
        return Standing(cat, None, "no_item_left")
    return Standing(cat.setting_aside(choice.ruled_out), Choice(choice.item, choice.value, choice.reason), None)


def require_answerable(status: str, expires_at: datetime, now: datetime) -> None:
    """Raise Conflict unless the session takes answers now."""
    if status == "paused":
        raise Conflict("The test is paused; resume it first.", code="session_paused")
    if status != "active" or now >= expires_at:
        raise Conflict("The test is over and takes no more answers.", code="session_not_active")


@dataclass(frozen=True)
class GivenAnswer:
    """An answer as it stands in the database or in a request."""

    item_version_id: UUID
    option: str
    idempotency_key: str | None


def require_same_answer(stored: GivenAnswer, again: GivenAnswer) -> None:
    """Return if `again` is a retry of `stored`; raise if somebody gave the item another answer, or answered first.

    With a key on both, the key decides: another key is another answer even if it says the same. Without, the same
    option is taken for a retry.
    """
    if stored.item_version_id != again.item_version_id:
        raise Conflict("This is not the item at that position.", code="item_not_current")
    same_option = stored.option == again.option
    if stored.idempotency_key and again.idempotency_key:
        if stored.idempotency_key == again.idempotency_key:
            if same_option:
                return
            raise Invalid("This Idempotency-Key came with another answer before.", code="idempotency_key_reused")
    elif same_option:
        return
    raise Conflict("This item has been answered already; the first answer counts.", code="item_already_answered")


def estimated_remaining(design: CatDesign, cat: CatState) -> int:
    """About how many items are left.

    The precision (1/se²) grows by about as much with each item as it did on average so far, so the number that is still
    missing for the target standard error follows; the limits of the design bound it.
    """
    stopping = design.stopping
    most = stopping.max_items - cat.n_administered
    least = max(stopping.min_items - cat.n_administered, 1)
    if stopping.se is None or cat.n_administered == 0 or not 0 < cat.se < cat.ses[0]:
        return most
    gained = cat.se**-2 - cat.ses[0] ** -2
    missing = stopping.se**-2 - cat.se**-2
    return min(most, max(least, ceil(missing / (gained / cat.n_administered))))


@dataclass(frozen=True)
class SkillTally:
    """How one skill went in a test, and how likely it is known by now (None: not enough is known)."""

    code: str
    name: str
    answered: int
    correct: int
    mastery: float | None

    @property
    def is_weak(self) -> bool:
        """Whether it is worth working on: probably not mastered, or, without an estimate, mostly wrong."""
        known = self.correct / self.answered if self.mastery is None else self.mastery
        return known < WEAK_BELOW


def next_steps(
    skills: Sequence[SkillTally], prerequisites: Mapping[str, Sequence[str]]
) -> list[tuple[SkillTally, SkillTally | None]]:
    """Up to three weak skills to work on first, those without a weak prerequisite; each with a weak one it is for."""
    weak = {skill.code: skill for skill in skills if skill.is_weak}
    ready = [skill for skill in weak.values() if not any(code in weak for code in prerequisites.get(skill.code, ()))]
    ready.sort(key=lambda skill: (skill.mastery if skill.mastery is not None else 0.5, skill.code))
    return [(skill, _needing(skill, weak.values(), prerequisites)) for skill in ready[:MAX_NEXT_STEPS]]


def _needing(
    skill: SkillTally, others: Iterable[SkillTally], prerequisites: Mapping[str, Sequence[str]]
) -> SkillTally | None:
    return next((other for other in others if skill.code in prerequisites.get(other.code, ())), None)


@dataclass(frozen=True)
class TracedAnswer:
    """What the database says about one answer: the item's index in the bank, its score, time and the estimate after."""

    item: int
    score: int
    seconds: float
    theta_after: float
    se_after: float


def first_difference(design: CatDesign, bank: ItemBank, seed: int, answers: Sequence[TracedAnswer]) -> int | None:
    """Run the test again from its seed and scores: the first position with another item or estimate, or None."""
    standing = begin(design, bank, seed)
    for position, answer in enumerate(answers, start=1):
        if standing.choice is None or standing.choice.item != answer.item:
            return position
        standing = advance(design, bank, standing, answer.score, answer.seconds, seed)
        replayed, stored = (standing.cat.theta, standing.cat.se), (answer.theta_after, answer.se_after)
        if any(abs(one - other) > REPLAY_TOLERANCE for one, other in zip(replayed, stored, strict=True)):
            return position
    return None


def standing_of(bank: ItemBank, cat_state: Mapping[str, Any], choice: Mapping[str, Any] | None) -> Standing:
    """A standing as it was stored."""
    return Standing(CatState.from_dict(cat_state, bank), Choice(**choice) if choice else None, None)
