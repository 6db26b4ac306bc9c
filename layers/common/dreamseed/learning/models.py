"""What learning is told of a session, and what it tells of a learner."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from dreamseed.learning.rules import Ability
from dreamseed.models import Output

Probability = Annotated[float, Field(ge=0, le=1)]


class Event(BaseModel):
    """An event as its consumer reads it: fields that it does not know are left alone, so that senders can add some."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ScoredResponse(Event):
    """One answer: 1 where right, 0 where wrong. Positions count from 1."""

    position: Annotated[int, Field(ge=1)]
    concept_code: Annotated[str, Field(min_length=1)]
    score: Annotated[int, Field(ge=0, le=1)]


class FinishedSession(Event):
    """What learning reads of the events `session.finished` and `session.voided`.

    Without any answer, `theta` and `se` are the prior's.
    """

    session_id: UUID
    learner_id: UUID
    bank_version_id: UUID
    theta: float
    se: Annotated[float, Field(gt=0)]
    finished_at: AwareDatetime
    responses: tuple[ScoredResponse, ...]

    def answers_by_concept(self) -> dict[str, list[bool]]:
        """Whether each answer was right, in the order in which they were given, by concept; concepts are sorted."""
        answers: dict[str, list[bool]] = {code: [] for code in sorted({item.concept_code for item in self.responses})}
        for response in sorted(self.responses, key=lambda item: item.position):
            answers[response.concept_code].append(response.score == 1)
        return answers

    @property
    def ability(self) -> Ability:
        """The session's estimate."""
        return Ability(self.session_id, self.bank_version_id, self.theta, self.se, self.finished_at)


class SkillState(Output):
    """How well a learner knows one skill: `mastery` is the probability that they know it."""

    code: str
    name: str
    mastery: Probability
    responses: Annotated[int, Field(ge=0, description="Answers that this is based on")]
    updated_at: datetime


class AbilityState(Output):
    """The ability estimate of the session that was finished last, with its standard error, in logits."""

    theta: float
    se: float
    updated_at: datetime


class LearnerState(Output):
    """Everything that is known of what a learner knows."""

    learner_id: UUID
    skills: list[SkillState]
    ability: AbilityState | None
