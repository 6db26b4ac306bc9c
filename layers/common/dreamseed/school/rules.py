"""Who of a class needs help, and how much somebody has grown. Pure: estimates and dates in, reasons out.

Growth since the term's first test, with the standard error of the difference of two independent estimates:

    change = θ_now - θ_first        se = √(se_now² + se_first²)

A learner needs help for any of four reasons. Each is computed from the class as it is, and says by how much:

    low_ability   even the upper end of the 95 % band lies below the class's median less one standard deviation
    falling       the ability fell by more than twice the standard error of the change
    inactive      no test finished for 14 days, while somebody else of the class finished one
    stuck_skill   at least 3 skills with at least 4 answers each are still probably not known (mastery below 0.4)

Abilities are compared on the reporting scale (100 points are one logit), so that reasons can be shown as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import hypot
from statistics import median, stdev
from typing import Literal
from uuid import UUID

from dreamseed.assessment.scale import BAND_Z, SCALE_MEAN, SCALE_SD, Estimate

ReasonCode = Literal["low_ability", "falling", "inactive", "stuck_skill"]

TERM = timedelta(weeks=18)
"""How far back a term reaches: its first test is the first one since then."""

FALL_Z = 2.0
FEWEST_ABILITIES = 5
"""With fewer abilities a class has no middle to be below."""
INACTIVE_DAYS = 14
STUCK_SKILLS, STUCK_ANSWERS, STUCK_BELOW = 3, 4, 0.4

RULE_CODE = "needs_help_1"
RULE_TEXT = (
    "A learner needs help if even the upper end of their 95 % band lies below the class's median less one standard "
    "deviation; or their ability fell by more than twice its standard error since the term's first test; or they "
    f"finished no test for {INACTIVE_DAYS} days while others of the class did; or at least {STUCK_SKILLS} skills with "
    f"{STUCK_ANSWERS} or more answers have a mastery below {STUCK_BELOW}."
)


@dataclass(frozen=True)
class Growth:
    """From one ability to another, in logits; `se` is the standard error of the change."""

    start: float
    end: float
    se: float
    since: datetime

    @property
    def change(self) -> float:
        """How much the ability rose."""
        return self.end - self.start


@dataclass(frozen=True)
class Learner:
    """What the rules need of a learner. `mastery` are pairs (probability of knowing, answers), one a skill."""

    id: UUID
    enrolled_at: datetime
    latest: Estimate | None = None
    first: Estimate | None = None
    mastery: Sequence[tuple[float, int]] = ()

    @property
    def growth(self) -> Growth | None:
        """The growth since the term's first test; None until there is a second one."""
        if self.latest is None or self.first is None or self.latest.at <= self.first.at:
            return None
        return Growth(self.first.theta, self.latest.theta, hypot(self.latest.se, self.first.se), self.first.at)


@dataclass(frozen=True)
class Reason:
    """Why a learner needs help: what was found, and the threshold that it passed."""

    code: ReasonCode
    text: str
    value: float
    threshold: float


def judge(learners: Sequence[Learner], now: datetime) -> Mapping[UUID, list[Reason]]:
    """The reasons, if any, why each learner of a class needs help."""
    floor = _floor(learners)
    last_tests = {learner.id: learner.latest.at for learner in learners if learner.latest}
    recent = {id_ for id_, at in last_tests.items() if now - at < timedelta(days=INACTIVE_DAYS)}
    return {
        learner.id: [
            reason
            for reason in (
                _low_ability(learner, floor),
                _falling(learner),
                _inactive(learner, now, len(recent - {learner.id})),
                _stuck_skill(learner),
            )
            if reason is not None
        ]
        for learner in learners
    }


def _floor(learners: Sequence[Learner]) -> float | None:
    """The class's median ability less one standard deviation; None where too few abilities are known."""
    abilities = [learner.latest.theta for learner in learners if learner.latest]
    return median(abilities) - stdev(abilities) if len(abilities) >= FEWEST_ABILITIES else None


def _low_ability(learner: Learner, floor: float | None) -> Reason | None:
    if floor is None or learner.latest is None:
        return None
    upper = learner.latest.theta + BAND_Z * learner.latest.se
    if upper >= floor:
        return None
    value, threshold = (round(SCALE_MEAN + SCALE_SD * theta, 1) for theta in (upper, floor))
    text = f"At best {value:.0f} points; the class's median less one standard deviation is {threshold:.0f}"
    return Reason("low_ability", text, value, threshold)


def _falling(learner: Learner) -> Reason | None:
    growth = learner.growth
    if growth is None or growth.change >= -FALL_Z * growth.se:
        return None
    value, threshold = (round(SCALE_SD * change, 1) for change in (growth.change, -FALL_Z * growth.se))
    text = f"Fell by {-value:.0f} points since the term's first test; {-threshold:.0f} could be chance"
    return Reason("falling", text, value, threshold)


def _inactive(learner: Learner, now: datetime, active_others: int) -> Reason | None:
    since = learner.latest.at if learner.latest else learner.enrolled_at
    days = (now - since).days
    if days < INACTIVE_DAYS or not active_others:
        return None
    text = f"No test finished for {days} days; {active_others} of the class finished one in the last {INACTIVE_DAYS}"
    return Reason("inactive", text, days, INACTIVE_DAYS)


def _stuck_skill(learner: Learner) -> Reason | None:
    stuck = sum(known < STUCK_BELOW and answers >= STUCK_ANSWERS for known, answers in learner.mastery)
    if stuck < STUCK_SKILLS:
        return None
    return Reason(
        "stuck_skill", f"{stuck} skills are not known after {STUCK_ANSWERS} or more answers", stuck, STUCK_SKILLS
    )


def safe_cell(text: str) -> str:
    """A text as a cell of a spreadsheet: one that would be taken for a formula gets an apostrophe in front."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
