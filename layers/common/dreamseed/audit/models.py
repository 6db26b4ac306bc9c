"""The audit log and disclosures at the edge."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from dreamseed.audit.rules import Fault
from dreamseed.models import Input, Output

JobStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]
Said = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class AuditLogEntry(Output):
    """One entry: who did what to what, about whom, from where, and whether they were allowed to.

    `changes` holds what was different `before` and `after`. What was sealed for somebody who was erased since is null,
    and `is_erased` says so.
    """

    seq: int
    at: datetime
    action: str
    actor_id: UUID | None
    actor_name: str | None
    session_id: UUID | None = Field(description="The sign-in or the API key by which it was done")
    resource: str
    resource_id: UUID | None
    subject_id: UUID | None = Field(description="The person whom it is about")
    subject_name: str | None
    changes: dict[str, Any] | None
    client_address: str | None
    user_agent: str | None
    success: bool
    reason: str | None
    request_id: str | None
    hash: str
    is_erased: bool


class ChainBreak(Output):
    """The first entry at which the log does not hold.

    `changed`: it is not what was written. `missing`: it was taken out. `inserted`: it was put in. `rewritten`: it was
    changed together with its hash. `truncated`: it and all after it were taken away. `unreleased`: it and all before it
    are gone, and the log does not say that they were let go. `released_early`: they went before their time.
    """

    seq: int
    fault: Fault


class Verification(Output):
    """What a check of the log found.

    The first `checked` entries hold, from `first_seq` on: those before were older than the organisation keeps them.
    `head_seq` and `head_hash` are its end, to be compared with what was streamed out or noted elsewhere.
    """

    is_intact: bool
    first_seq: int = 1
    checked: int
    head_seq: int
    head_hash: str
    first_break: ChainBreak | None


class AuditLogVerification(Output):
    """A check of the whole log, which is a job; `outcome` is there once it has succeeded."""

    id: UUID
    status: JobStatus
    progress: float
    created_at: datetime
    outcome: Verification | None


class NewAuditLogExport(Input):
    """Which part of the log to export: from one moment on and before another; null is the beginning, or the end."""

    from_at: AwareDatetime | None
    to_at: AwareDatetime | None

    @model_validator(mode="after")
    def _is_in_order(self) -> NewAuditLogExport:
        if self.from_at is not None and self.to_at is not None and self.from_at >= self.to_at:
            raise ValueError("from_at must come before to_at")
        return self


class ExportedFile(Output):
    """A file of an export. The address holds for 15 minutes."""

    name: str
    sha256: str
    size: int
    url: str


class AuditLogExport(Output):
    """An export of the log, which is a job; `files` are there once it has succeeded, the manifest last."""

    id: UUID
    status: JobStatus
    progress: float
    created_at: datetime
    first_seq: int
    last_seq: int
    files: list[ExportedFile]


class AppendedEntry(Input):
    """`audit_log.appended`: an entry was appended."""

    seq: Annotated[int, Field(ge=1)]
    at: AwareDatetime


class VerificationDue(Input):
    """`audit_log.verification_due`: the organisation's chain is to be checked."""


Basis = Literal[
    "consent",
    "school_official",
    "transfer",
    "evaluation",
    "financial_aid",
    "study",
    "accreditation",
    "court_order",
    "emergency",
    "directory_information",
    "own_request",
]
"""On what a disclosure rests: 34 CFR 99.30 and 99.31 in short."""


class NewDisclosure(Input):
    """What staff disclosed of a learner's records. Without `disclosed_at` it was just now."""

    learner_id: UUID
    party: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    purpose: Said
    records: Said
    basis: Basis
    disclosed_at: AwareDatetime | None = None


class Disclosure(Output):
    """A disclosure of a learner's records: to which party, for which legitimate interest, which records, on what basis.

    `stated` by staff; by a `program` that read them with an API key; or an `export` that was handed out.
    """

    id: UUID
    learner_id: UUID
    kind: Literal["stated", "program", "export"]
    party: str
    purpose: str
    records: str
    basis: Basis
    disclosed_at: datetime
    by_user_id: UUID | None
    by_name: str | None
    api_key_id: UUID | None
