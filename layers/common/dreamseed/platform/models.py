"""What the platform's endpoints send, and what its messages carry."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from dreamseed.models import Input, Output

Fraction = Annotated[float, Field(ge=0, le=1)]
JobStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class JobRequested(Input):
    """`job.requested`: start the given attempt of a job."""

    job_id: UUID
    attempt: Annotated[int, Field(ge=1)]


class JobCancelled(Input):
    """`job.cancelled`: stop whatever works for the job."""

    job_id: UUID


class JobProgressed(Input):
    """`job.progressed`: a job has a new event, and somebody listens."""

    job_id: UUID
    seq: Annotated[int, Field(ge=1)]


class Job(Output):
    """A long piece of work. `actions` is what the caller can do with it as it stands."""

    id: UUID
    kind: str
    status: JobStatus
    progress: Fraction
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: dict[str, Any] | None
    actions: list[Literal["cancel", "retry"]]


class JobEvent(Output):
    """One step of a job's progress. `fraction` is the whole job's, null where it is not known."""

    seq: int
    stage: str
    fraction: Fraction | None
    message: str
    at: datetime


class DeadLetter(Output):
    """An event that its consumers did not handle in all its attempts. It waits until it is replayed.

    `data` has the ids that the event names. What else it carries, such as somebody's answers, is nothing for operators.
    """

    id: UUID
    topic: str
    data: dict[str, UUID]
    attempts: int
    created_at: datetime
    dead_at: datetime | None
    last_error: str | None


class Authenticate(Input):
    """A socket message: whose connection this is."""

    action: Literal["authenticate"]
    access_token: Annotated[str, Field(min_length=1, max_length=8192)]


class Subscribe(Input):
    """A socket message: tell me of this job's events."""

    action: Literal["subscribe"]
    job_id: UUID


class WorkflowError(Input):
    """What a state machine's Catch puts at `$.error`."""

    Error: str
    Cause: str = ""


class FailedWorkflow(Input):
    """The input of a state machine's last resort."""

    error: WorkflowError
