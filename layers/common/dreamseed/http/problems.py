"""From an exception to an RFC 9457 problem: the one table of statuses."""

from __future__ import annotations

import json
from typing import Any

from dreamseed import errors

MEDIA_TYPE = "application/problem+json"

STATUSES: dict[type[errors.DreamSeedError], tuple[int, str]] = {
    errors.Malformed: (400, "The request cannot be read"),
    errors.Invalid: (422, "The request is not valid"),
    errors.Unauthenticated: (401, "Sign in first"),
    errors.Forbidden: (403, "Not allowed"),
    errors.NotFound: (404, "Not found"),
    errors.MethodNotAllowed: (405, "Method not allowed"),
    errors.Conflict: (409, "Conflict with the present state"),
    errors.PreconditionFailed: (412, "Changed in the meantime"),
    errors.TooLarge: (413, "Too large"),
    errors.PreconditionRequired: (428, "Say what you have read"),
    errors.TooManyRequests: (429, "Too many requests"),
    errors.Unavailable: (503, "Temporarily unavailable"),
}


def problem(error: errors.DreamSeedError, request_id: str) -> tuple[int, dict[str, Any]]:
    """The status and body that a caller sees. Errors outside the table are ours: 500, and nothing of them is told."""
    for kind, (status, title) in STATUSES.items():
        if isinstance(error, kind):
            return status, _body(status, title, error.detail, error.code, error.errors, request_id)
    return internal_problem(request_id)


def internal_problem(request_id: str) -> tuple[int, dict[str, Any]]:
    """The body of a 500: the request id is all that a caller gets, and all that support needs."""
    detail = "Something failed on our side. It has been logged under this request id; trying again later is safe."
    return 500, _body(500, "Internal error", detail, "internal_error", (), request_id)


def from_validation(details: list[dict[str, Any]]) -> errors.Invalid:
    """FastAPI's list of validation errors as one `Invalid`; the offending values themselves are not echoed."""
    fields = tuple(
        errors.FieldError(".".join(str(part) for part in item["loc"]), item["msg"].removeprefix("Value error, "))
        for item in details
    )
    return errors.Invalid("Some fields are missing or wrong; see errors.", errors=fields)


def body_is_not_json(error: Exception) -> errors.Malformed:
    """What a caller learns of a body that cannot be parsed: where, if that is known."""
    if not isinstance(error, json.JSONDecodeError):
        return errors.Malformed("The body could not be read.")
    fields = (errors.FieldError(f"body.{error.pos}", "JSON decode error"),)
    return errors.Malformed("The body is not valid JSON.", code="malformed_json", errors=fields)


def _body(
    status: int, title: str, detail: str, code: str, fields: tuple[errors.FieldError, ...], request_id: str
) -> dict[str, Any]:
    return {
        "type": f"https://dreamseed.dev/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": [{"field": item.field, "reason": item.reason} for item in fields],
        "request_id": request_id,
    }
