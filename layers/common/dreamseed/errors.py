"""Everything that can go wrong on purpose, as one tree. `dreamseed.http.problems` gives each branch its HTTP status.

    DreamSeedError
    ├── Invalid             the caller sent something that cannot be accepted
    │   └── Malformed       … that could not even be read
    ├── Unauthenticated     we do not know who is calling
    ├── Forbidden           we know, and they may not
    ├── NotFound            it is not there, or not theirs to know of
    ├── MethodNotAllowed    the address exists, but not for this method
    ├── Conflict            it was fine, but not in the present state
    ├── PreconditionFailed  it is no longer what the caller has read
    ├── PreconditionRequired  … and the caller does not say what they have read
    ├── TooLarge            more bytes than this endpoint takes
    ├── TooManyRequests     later, please
    ├── Unavailable         something we depend on does not answer; worth retrying
    │   └── OutcomeUnknown  … and it is not known whether it had done its part
    ├── JobCancelled        a job was cancelled while one of its steps ran
    └── MissingGrant        a function used what it did not declare (a mistake of ours, never of a caller)

`code` is stable and documented; `detail` is for people and may change.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """One field of the request that is wrong, and why. `field` is a dotted path such as `body.answer.option`."""

    field: str
    reason: str


class DreamSeedError(Exception):
    """The root. `code` is machine-readable, `detail` a sentence for a person, `errors` the fields concerned."""

    default_code = "error"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        errors: tuple[FieldError, ...] = (),
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.default_code
        self.errors = errors
        self.retry_after_seconds = retry_after_seconds


class Invalid(DreamSeedError):
    """The request is malformed or breaks a rule that does not depend on state."""

    default_code = "invalid_request"


class Malformed(Invalid):
    """The body is not what its content type says."""

    default_code = "malformed_body"


class Unauthenticated(DreamSeedError):
    """No credentials, or none that hold."""

    default_code = "unauthenticated"


class Forbidden(DreamSeedError):
    """The caller lacks the permission that the endpoint names."""

    default_code = "forbidden"


class NotFound(DreamSeedError):
    """The resource does not exist for this caller."""

    default_code = "not_found"


class MethodNotAllowed(DreamSeedError):
    """The route exists for other methods only."""

    default_code = "method_not_allowed"


class Conflict(DreamSeedError):
    """The resource's state does not allow it, or somebody else was first."""

    default_code = "conflict"


class PreconditionFailed(DreamSeedError):
    """The resource has another version than the one that the caller wants to change."""

    default_code = "precondition_failed"


class PreconditionRequired(DreamSeedError):
    """The caller must say which version of the resource they want to change."""

    default_code = "precondition_required"


class TooLarge(DreamSeedError):
    """The body exceeds the endpoint's declared limit."""

    default_code = "body_too_large"


class TooManyRequests(DreamSeedError):
    """A rate limit; `retry_after_seconds` says when to come back."""

    default_code = "too_many_requests"


class Unavailable(DreamSeedError):
    """A dependency does not answer in time; nothing was changed and a retry is safe, but for OutcomeUnknown."""

    default_code = "unavailable"


class OutcomeUnknown(Unavailable):
    """A dependency went away while a change was being saved, so the change may have been made or not.

    Sending the request again with the same Idempotency-Key is safe, as it is for whatever is idempotent by nature.
    """

    default_code = "outcome_unknown"


class JobCancelled(DreamSeedError):
    """Raised inside a step or batch job when its job has been cancelled; state machines catch it by this name."""

    default_code = "job_cancelled"


class MissingGrant(DreamSeedError):
    """A function reached for a resource that its needs do not declare."""

    default_code = "missing_grant"
