"""What the endpoints of classes are sent and send."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from dreamseed.assessment.models import Mode, ScaleScore, Status
from dreamseed.models import Changes, Input, Output
from dreamseed.school.rules import ReasonCode

Role = Literal["learner", "teacher"]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Subject = Annotated[str, Field(max_length=120)]


class NewClass(Input):
    """A class to create."""

    name: Name
    subject: Subject = ""


class ClassChanges(Changes):
    """What to change of a class. An archived class keeps all that it has."""

    name: Name | None = None
    subject: Subject | None = None
    is_archived: bool | None = None


class SchoolClass(Output):
    """A class as its caller sees it: `role` is theirs in it, null for staff who oversee all classes."""

    id: UUID
    name: str
    subject: str
    role: Role | None
    learner_count: int
    archived_at: datetime | None


class Transfer(Input):
    """The class that a learner goes to."""

    to_class_id: UUID


class NewEnrolment(Input):
    """In which role somebody belongs to the class."""

    role: Role


class Enrolment(Output):
    """Somebody who belongs to a class."""

    user_id: UUID
    full_name: str
    email: str
    role: Role
    is_simulated: bool
    enrolled_at: datetime


class Rule(Output):
    """The rules by which learners are found who need help."""

    code: str
    text: str


class Growth(Output):
    """The change of ability since the term's first test, in logits; `se` is the standard error of the change."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    from_: Annotated[float, Field(alias="from")]
    to: float
    change: float
    se: float
    since: datetime


class HelpReason(Output):
    """One reason to help: `value` passed `threshold`. Points for abilities, else days or skills."""

    code: ReasonCode
    text: str
    value: float
    threshold: float


class NeedsHelp(Output):
    """Whether a learner needs help, and why."""

    is_flagged: bool
    reasons: list[HelpReason]


class LearnerProgress(Output):
    """How a learner gets on. Without a test that counts there is no ability."""

    learner_id: UUID
    full_name: str
    is_simulated: bool
    theta: float | None
    se: float | None
    scale: ScaleScore | None
    growth: Growth | None
    last_seen_at: datetime | None
    sessions: Annotated[int, Field(description="Tests of this term that count")]
    needs_help: NeedsHelp


class Skill(Output):
    """A skill by its code."""

    code: str
    name: str


class SkillMastery(Output):
    """How likely it is that a skill is known, and how many answers say so."""

    mastery: Annotated[float, Field(ge=0, le=1)]
    responses: int


class LearnerMastery(Output):
    """The skills of one learner, by code; those without any answer are left out."""

    learner_id: UUID
    by_skill: dict[str, SkillMastery]


class ClassAnalytics(Output):
    """A class at one moment: everybody's ability, growth and skills, and who needs help."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    class_: Annotated[SchoolClass, Field(alias="class")]
    as_of: datetime
    rule: Rule
    learners: list[LearnerProgress]
    skills: list[Skill]
    mastery: list[LearnerMastery]


class LearnerClass(Output):
    """A class that a learner is in."""

    id: UUID
    name: str
    subject: str


class Learner(Output):
    """A learner, with those of their classes that the caller may see."""

    id: UUID
    full_name: str
    is_simulated: bool
    classes: list[LearnerClass]


class PastSession(Output):
    """A test that is over. One that was voided (`invalidated`) says nothing of the ability."""

    session_id: UUID
    test_design_name: str
    mode: Mode
    finished_at: datetime
    theta: float | None
    se: float | None
    scale: ScaleScore | None
    answered: int
    correct: int
    status: Status
