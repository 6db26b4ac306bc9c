"""What the assessment endpoints are sent and send. Nothing a learner is sent holds a key or a parameter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from dreamseed.models import Input, Output

Mode = Literal["exam", "practice"]
PAUSED_LIFETIME = timedelta(days=7)
"""For how long a test may stay paused before it is over."""

Status = Literal["active", "paused", "finished", "expired", "invalidated"]
Fraction = Annotated[float, Field(ge=0, le=1)]


class NewTestDesign(Input):
    """A test design to create. `design` is the engine's: start, selection, exposure, blueprint, stopping, prior."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    description: Annotated[str, Field(max_length=2000)] = ""
    mode: Mode
    bank_version_id: UUID
    design: dict[str, Any]
    time_limit_seconds: Annotated[int | None, Field(ge=60, le=24 * 3600)] = None


class TestDesign(Output):
    """A test that learners may take."""

    __test__ = False  # not a test case, whatever pytest thinks of the name

    id: UUID
    name: str
    description: str
    mode: Mode
    bank_version_id: UUID
    bank_name: str
    item_count: int
    min_items: int
    max_items: int
    target_se: float | None
    time_limit_seconds: int | None
    is_provisional: Annotated[bool, Field(description="The bank's parameters are not yet calibrated on responses")]


class NewSession(Input):
    """The test to take, and the assignment that it is taken for, if any."""

    test_design_id: UUID
    assignment_id: UUID | None = None


class Accommodations(Output):
    """What a learner needs so that a test measures what they know. Who needs nothing special has the defaults."""

    extra_time_factor: Annotated[float, Field(ge=1, le=3, description="Working time as a multiple of the limit")] = 1
    has_no_timer: Annotated[bool, Field(description="No time limit, and no clock is shown")] = False
    text_size: Literal["normal", "large", "larger"] = "normal"
    contrast: Literal["normal", "more"] = "normal"
    has_read_aloud: Annotated[bool, Field(description="Everything is read aloud without asking")] = False


class ShownOption(Output):
    """One option of an item, and the words in which it is read aloud."""

    id: str
    text: str
    spoken: str


class ShownItem(Output):
    """The item to answer now. Texts are Markdown with KaTeX maths between dollar signs."""

    id: UUID
    position: Annotated[int, Field(ge=1)]
    type: str
    stem: str
    stem_spoken: str
    options: list[ShownOption]


class SessionSummary(Output):
    """Where a test session stands."""

    id: UUID
    status: Status
    mode: Mode
    test_design_id: UUID
    test_design_name: str
    answered: int
    min_items: int
    max_items: int
    estimated_remaining: Annotated[int | None, Field(description="About how many items are left; null when over")]
    started_at: datetime
    expires_at: datetime
    paused_at: datetime | None
    finished_at: datetime | None
    stop_reason: str | None
    assignment_id: UUID | None
    extra_seconds: Annotated[int, Field(description="Working time beyond the test's own; expires_at includes it")]
    time_limit_seconds: Annotated[int | None, Field(description="Working time in all; null when no clock runs")]


class Session(SessionSummary):
    """A test session with the item to answer now, if there is one. `server_time` is when this was said."""

    item: ShownItem | None
    accommodations: Accommodations
    server_time: datetime


class Answer(Input):
    """The option chosen."""

    option: Annotated[str, Field(min_length=1, max_length=8)]


class NewResponse(Input):
    """An answer to the item at that position, and how long it took."""

    item_id: UUID
    position: Annotated[int, Field(ge=1, le=1000)]
    answer: Answer
    response_ms: Annotated[int, Field(ge=0, le=24 * 3_600_000)]


class RecordedResponse(Output):
    """Which answer has been recorded."""

    position: int
    item_id: UUID


class Misconception(Output):
    """What the chosen option suggests about the learner's thinking."""

    name: str
    description: str


class Hint(Output):
    """One rung of the hint ladder."""

    text: str
    spoken: str


class Feedback(Output):
    """What practice mode tells after an answer."""

    is_correct: bool
    key: str
    misconception: Misconception | None
    solution: str
    solution_spoken: str
    hints: list[Hint]


class Recorded(Output):
    """The answer is stored; this is how the test goes on. `feedback` is null in exam mode."""

    recorded: RecordedResponse
    feedback: Feedback | None
    session: Session


class Band(Output):
    """Where the ability lies with probability `level`."""

    low: float
    high: float
    level: Fraction


class ScaleScore(Output):
    """The ability on the reporting scale: 500 is the average of the scale, 100 its standard deviation."""

    score: int
    low: int
    high: int
    minimum: int
    maximum: int


class SkillResult(Output):
    """How one skill went. `mastery` is the probability that it is known, from this and earlier tests."""

    code: str
    name: str
    answered: int
    correct: int
    mastery: Fraction | None


class NextStep(Output):
    """A skill worth working on next, and why: how it went, and the name of another weak skill that builds on it.

    `reason` says the same in English.
    """

    skill_code: str
    skill_name: str
    answered: int
    correct: int
    needed_for: str | None
    reason: str


class Result(Output):
    """What a finished test says."""

    session_id: UUID
    status: Status
    stop_reason: str | None
    answered: int
    correct: int
    theta: float
    se: float
    band: Band
    scale: ScaleScore
    is_provisional: bool
    skills: list[SkillResult]
    next_steps: list[NextStep]


class TraceStep(Output):
    """One answer with what the engine knew and why it chose the item."""

    position: int
    item_id: UUID
    item_code: str
    answer: Answer
    score: int
    response_ms: int
    theta_after: float
    se_after: float
    criterion: float
    reason: str


class Replay(Output):
    """Whether the engine, given seed and scores again, chooses the same items and finds the same estimates."""

    matches: bool
    first_difference: Annotated[int | None, Field(description="The first position that differs")]


class Trace(Output):
    """Everything it takes to understand and repeat a test session."""

    session_id: UUID
    seed: str
    design: dict[str, Any]
    bank_version_id: UUID
    steps: list[TraceStep]
    replay: Replay


class ReviewedAnswer(Output):
    """One answer of an attempt: the item as it was shown, what was right, and what the engine made of the answer."""

    item: ShownItem
    item_code: str
    skill_name: str
    answer: Answer
    feedback: Feedback
    response_ms: int
    scale_after: ScaleScore
    theta_after: float
    se_after: float
    criterion: float
    reason: Annotated[str, Field(description="Why the engine chose the item")]


class Review(Output):
    """An attempt answer by answer. Without an answer, or when it was voided, it says nothing of the ability."""

    session: SessionSummary
    learner_id: UUID
    correct: int
    scale: ScaleScore | None
    is_provisional: bool
    answers: list[ReviewedAnswer]
    replay: Replay
