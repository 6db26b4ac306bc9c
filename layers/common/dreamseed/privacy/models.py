"""What the endpoints of privacy are sent and send."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from dreamseed.identity.account_models import LinkToken
from dreamseed.models import Input, Output
from dreamseed.privacy.rules import MIN_K, Trait

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
ExportStatus = Literal["queued", "running", "ready", "failed", "cancelled", "expired"]
ErasureStatus = Literal["waiting", "held", "running", "failed", "done", "cancelled"]
CopyStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class NewExport(Input):
    """Whose data to export: one's own unless somebody else is named."""

    subject_id: UUID | None = None


SubjectName = Annotated[str | None, Field(description="Null once they are erased")]


class Export(Output):
    """A copy of everything that is kept of somebody. `download_url` works for a quarter of an hour."""

    id: UUID
    subject_id: UUID
    subject_name: SubjectName
    status: ExportStatus
    job_id: UUID
    created_at: datetime
    expires_at: datetime | None
    bytes: int | None
    sha256: str | None
    download_url: str | None = None


class NewErasure(Input):
    """Whom to erase: oneself unless somebody else is named."""

    subject_id: UUID | None = None
    reason: Reason | None = None


class Erasure(Output):
    """A request to erase somebody. It begins at `due_at` unless it is cancelled before or a legal hold stands."""

    id: UUID
    subject_id: UUID
    subject_name: SubjectName
    status: ErasureStatus
    due_at: datetime
    job_id: UUID | None
    created_at: datetime
    cancelled_at: datetime | None
    finished_at: datetime | None


class NewHold(Input):
    """Whose data nobody may erase for now, and why."""

    subject_id: UUID
    reason: Reason


class Release(Input):
    """Why a hold is no longer needed."""

    reason: Reason


class Hold(Output):
    """A legal hold; `released_at` is null while it stands."""

    id: UUID
    subject_id: UUID
    subject_name: SubjectName
    reason: str | None
    placed_by: UUID
    created_at: datetime
    released_at: datetime | None
    release_reason: str | None


class NewAnonymisedCopy(Input):
    """From how many people each in the copy cannot be told, and whether simulated people are among them."""

    k: Annotated[int, Field(ge=MIN_K, le=1000)] = MIN_K
    include_simulated: bool = False


class Precision(Output):
    """What a copy says of a trait of people: after `steps` of at most `most_steps` away from the most precise."""

    trait: Trait
    steps: int
    most_steps: int
    says: str


class CopyReport(Output):
    """What a copy has come to. Of each person it says the same as of at least `k_reached` - 1 others.

    `results_reached`: in how many thirds of the points they were at least, so that it does not tell how each of them
    did; null for copies from before that was looked at.
    """

    k_wanted: int
    k_reached: int
    results_reached: int | None
    people: int
    people_left_out: int
    rows: int
    rows_left_out: int
    includes_simulated: bool
    precision: list[Precision]


class AnonymisedCopy(Output):
    """Responses without people. `report` says which k was reached, what was generalised and how much left out."""

    id: UUID
    k: int
    include_simulated: bool
    status: CopyStatus
    job_id: UUID
    created_at: datetime
    report: CopyReport | None
    download_url: str | None = None


class Certificate(Output):
    """What an erasure did. `signed` is the same as a JWS (RFC 7515) under a key of `/.well-known/jwks.json`, `text` for
    people to read."""

    certificate: dict[str, Any]
    signed: str
    text: str


class CertificateLink(Input):
    """The link of the mail that somebody got before they were erased."""

    token: LinkToken


class DueErasure(Input):
    """`erasure.due`: an erasure may begin."""

    erasure_id: UUID


class DueRetention(Input):
    """`retention.due`: an organisation's records may have outlived their time."""
