"""What the endpoints of rosters are sent and send."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Base64Bytes, BeforeValidator, Field

from dreamseed.identity.account_models import PersonName
from dreamseed.models import Input, Output

MAX_CONTENT_BYTES = 3 * 1024 * 1024
MAX_BODY_BYTES = MAX_CONTENT_BYTES * 4 // 3 + 4096

Format = Literal["csv", "oneroster"]


def _require_base64(value: Any) -> Any:
    """Base64 as programs write it, in lines or not. Whatever else there is in it would be passed over silently."""
    if isinstance(value, str):
        try:
            base64.b64decode("".join(value.split()), validate=True)
        except ValueError as error:
            raise ValueError("is not Base64") from error
    return value


Status = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class NewRosterImport(Input):
    """A roster to compare with what is there, and to take unless it is a dry run."""

    format: Format
    name: PersonName = "Roster"
    content: Annotated[
        Base64Bytes,
        BeforeValidator(_require_base64),
        Field(max_length=MAX_CONTENT_BYTES, description="The file, in Base64"),
    ]
    is_dry_run: bool = True


class RowProblem(Output):
    """A row that was not taken, and why: by a code, and in words. Lines count from 1, the header's included.

    `other_line` is the one that the row contradicts. Reports from before there were codes have none.
    """

    file: str
    line: int
    field: str
    code: str = ""
    reason: str
    other_line: int | None = None


class FieldChange(Output):
    """A field with what it was and what it becomes."""

    field: str
    before: str
    after: str


class RosterChange(Output):
    """One difference between the roster and what is there."""

    file: str
    line: int
    kind: Literal["person", "class", "enrolment"]
    action: Literal["add", "change", "remove"]
    label: str
    fields: list[FieldChange]
    person_id: Annotated[UUID | None, Field(description="Whom it is about; null for who is not here yet")] = None


class Counts(Output):
    """How many of one kind differ, and how many are as the roster says."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


class RosterReport(Output):
    """What a roster changes, or has changed. Lists show the first thousand; counts are whole."""

    people: Counts
    classes: Counts
    enrolments: Counts
    changes: list[RosterChange]
    problems: list[RowProblem]
    problem_count: int


class EndedJob(Input):
    """`job.finished`: a job of whatever kind has ended."""

    job_id: UUID
    status: Literal["succeeded", "failed", "cancelled"]


class RosterImport(Output):
    """An import. A large one is a job, whose progress is at `/api/v1/jobs/{job_id}/events`, and has a report later.

    Reports tell of people and are kept for 30 days.
    """

    id: UUID
    format: Format
    name: str
    is_dry_run: bool
    status: Status
    job_id: UUID | None
    created_at: datetime
    report: RosterReport | None
