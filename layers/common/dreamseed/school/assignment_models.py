"""What the endpoints of assignments are sent and send."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from dreamseed.assessment.models import Mode, ScaleScore
from dreamseed.assessment.models import Status as SessionStatus
from dreamseed.models import Changes, Input, Output
from dreamseed.school.assignment_rules import Status

Attempts = Annotated[int, Field(ge=1, le=20)]
Instructions = Annotated[str, Field(max_length=2000)]
ExtraSeconds = Annotated[int, Field(ge=0, le=24 * 3600)]


class NewAssignment(Input):
    """A test to set for a class. It may be started from `opens_at` until just before `closes_at`."""

    class_id: UUID
    test_design_id: UUID
    opens_at: AwareDatetime
    closes_at: AwareDatetime
    max_attempts: Attempts = 1
    instructions: Instructions = ""


class AssignmentChanges(Changes):
    """What to change of an assignment."""

    opens_at: AwareDatetime | None = None
    closes_at: AwareDatetime | None = None
    max_attempts: Attempts | None = None
    instructions: Instructions | None = None


class AssignmentCounts(Output):
    """How far a class is: of so many learners, so many have started, and so many of those are done."""

    learners: int
    started: int
    done: int


class Assignment(Output):
    """A test that is set for a class.

    Who learns in the class gets their own `status`, the session of their latest attempt, how many attempts are left,
    and as `extra_seconds` the working time granted to them. Staff get `counts` instead.
    """

    id: UUID
    class_id: UUID
    class_name: str
    test_design_id: UUID
    test_design_name: str
    mode: Mode
    time_limit_seconds: int | None
    opens_at: datetime
    closes_at: datetime
    max_attempts: int
    instructions: str
    withdrawn_at: datetime | None
    extra_seconds: int
    status: Status | None
    session_id: UUID | None
    session_status: SessionStatus | None
    attempts_left: int | None
    counts: AssignmentCounts | None


class LearnerAttempt(Output):
    """How far one learner is with an assignment: their latest attempt, if there is one that was not reset."""

    learner_id: UUID
    full_name: str
    is_simulated: bool
    status: Status
    attempts: int
    session_id: UUID | None
    session_status: SessionStatus | None
    answered: int
    scale: ScaleScore | None
    started_at: datetime | None
    expires_at: datetime | None
    finished_at: datetime | None
    extra_seconds: Annotated[int, Field(description="Working time granted for this assignment")]


class AssignmentDetail(Assignment):
    """An assignment; with the progress of every learner for staff, null for those who learn in the class."""

    progress: list[LearnerAttempt] | None


class NewExtension(Input):
    """The extra working time of a learner, in all: setting it again replaces it, 0 takes it back."""

    extra_seconds: ExtraSeconds


class Extension(Output):
    """The extra working time of a learner, and the deadline of their running session, if there is one."""

    assignment_id: UUID
    learner_id: UUID
    extra_seconds: int
    expires_at: datetime | None
