"""What a simulated learner is like. Nothing here is known to the product, which has to find it out from answers.

Ability moves along one of six courses, with t from 0 at the beginning of the term to 1 today:

    steady        θ(t) = start + growth · t
    quick         the same, twice as fast
    stalls        the same until `turn`, then nothing more
    falls_behind  the same until `turn`, then 2.4 logits down for each whole term
    struggles     begins 1.6 logits below the others and grows slowly
    stops_coming  steady, but takes no test after `turn`

Around that everybody has strong and weak skills: a deviation for each strand and a smaller one for each skill, which
sum to zero over the skills. Wrong answers follow misconceptions: those that a learner holds are chosen eight times as
readily as others. Pace is the speed of the lognormal model of response times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from host.demo.misconceptions import MISCONCEPTIONS
from host.demo.seed import demo_id
from host.demo.skills import SKILLS

FloatArray = npt.NDArray[np.float64]
Course = Literal["steady", "quick", "stalls", "falls_behind", "struggles", "stops_coming"]

COURSES: tuple[Course, ...] = get_args(Course)
SHARES = (0.60, 0.16, 0.09, 0.04, 0.06, 0.05)
"""How many of a class take each course."""

START_SD, GROWTH, GROWTH_SD = 0.65, 0.5, 0.15
STRUGGLING_BY, FALL = 1.6, 2.4
STRAND_SD, SKILL_SD = 0.3, 0.25
SPEED_SD = 0.3
HELD_SHARE, HELD_WEIGHT = 0.15, 8.0


@dataclass(frozen=True, eq=False)
class Traits:
    """One simulated learner.

    `strengths` (n_skills,) are deviations from the ability in logits, `readiness` (n_misconceptions,) are weights among
    wrong answers. `attendance` is the probability of being there when a test is set, `homework` the number of practice
    tests a week. `time_factor` is the working time that they are entitled to.
    """

    course: Course
    start: float
    growth: float
    turn: float
    strengths: FloatArray
    readiness: FloatArray
    speed: float
    attendance: float
    homework: float
    time_factor: float

    def ability_at(self, t: float) -> float:
        """The ability, t of the term being over."""
        risen = self.start + self.growth * (min(t, self.turn) if self.course in ("stalls", "falls_behind") else t)
        return risen - FALL * max(0.0, t - self.turn) if self.course == "falls_behind" else risen

    def comes_at(self, t: float) -> bool:
        """Whether they still take tests then."""
        return self.course != "stops_coming" or t < self.turn


def generator(*names: str) -> np.random.Generator:
    """The randomness that belongs to those names."""
    return np.random.default_rng(demo_id(*names).int)


def courses_of(n: int, rng: np.random.Generator) -> Sequence[Course]:
    """The courses of a class of n, close to the shares, in random order."""
    counts = np.floor(np.cumsum(SHARES) * n + rng.random()).astype(int)
    counts[-1] = n
    numbers = np.searchsorted(counts, np.arange(n), side="right")
    return [COURSES[number] for number in rng.permutation(numbers)]


def draw_traits(course: Course, class_mean: float, rng: np.random.Generator) -> Traits:
    """Somebody who takes that course in a class of that mean ability at the beginning of the term."""
    growth = max(0.1, rng.normal(GROWTH, GROWTH_SD)) * {"quick": 2.0, "struggles": 0.4}.get(course, 1.0)
    spread = START_SD * {"struggles": 0.3, "falls_behind": 0.3}.get(course, 1.0)
    start = class_mean + rng.normal(0.0, spread) - (STRUGGLING_BY if course == "struggles" else 0.0)
    return Traits(
        course=course,
        start=start,
        growth=growth,
        turn={"stalls": 0.35, "falls_behind": 0.25}.get(course, rng.uniform(0.45, 0.75)),
        strengths=_strengths(rng),
        readiness=np.where(rng.random(len(MISCONCEPTIONS)) < HELD_SHARE, HELD_WEIGHT, 1.0),
        speed=rng.normal(0.0, SPEED_SD),
        attendance=rng.uniform(0.85, 0.99),
        homework=rng.uniform(0.1, 0.5),
        time_factor=1.25 if rng.random() < 0.05 else 1.0,
    )


def _strengths(rng: np.random.Generator) -> FloatArray:
    strands = [skill.code.split(".")[0] for skill in SKILLS]
    of_strand = {strand: rng.normal(0.0, STRAND_SD) for strand in dict.fromkeys(strands)}
    strengths = np.array([of_strand[strand] for strand in strands]) + rng.normal(0.0, SKILL_SD, len(strands))
    return np.asarray(strengths - strengths.mean())
