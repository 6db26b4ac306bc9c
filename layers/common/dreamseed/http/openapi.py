"""The OpenAPI 3.1 document, derived from the catalogue; `python -m dreamseed.http.openapi` writes it.

The document is checked in, and a test compares it with the catalogue: a change of the API shows in the diff.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from fastapi import FastAPI

from dreamseed.catalogue import ROOT, load_catalogue
from dreamseed.errors import DreamSeedError
from dreamseed.function import Function
from dreamseed.http.problems import MEDIA_TYPE, STATUSES
from dreamseed.http.route import add_route
from dreamseed.models import Output
from dreamseed.needs import PUBLIC, Http

DOCUMENT = ROOT / "functions" / "platform" / "openapi.json"


DESCRIPTION = (
    "Errors are problem+json; lists are paged by cursor; every POST but signing in may carry an Idempotency-Key; "
    "every PATCH carries the ETag of what is changed in If-Match."
)


class FieldProblem(Output):
    """One field of the request that is wrong."""

    field: str
    reason: str


class Problem(Output):
    """An error (RFC 9457). `code` is stable; `detail` is for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem]
    request_id: str


def build_document(functions: Iterable[Function]) -> dict[str, Any]:
    """The document for these functions; those that are not called over HTTP are left out."""
    app = FastAPI(
        title="DreamSeed",
        version="1.0.0",
        summary="An adaptive-learning platform",
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    served = [function for function in functions if isinstance(function.needs.trigger, Http)]
    for function in served:
        add_route(app, function)
    document = app.openapi()
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["FieldProblem"] = FieldProblem.model_json_schema()
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas["Problem"].pop("$defs", None)
    document["components"]["securitySchemes"] = {
        "access_token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    }
    for function in served:
        _complete(document, function)
    return document


def _complete(document: dict[str, Any], function: Function) -> None:
    """Add to an operation what FastAPI cannot know: permission, problems, the Idempotency-Key."""
    trigger = cast(Http, function.needs.trigger)
    operation = document["paths"][_path(trigger.path)][trigger.method.lower()]
    responses = operation["responses"]
    responses.pop("422", None)
    if trigger.media_type != "application/json":
        responses[str(trigger.status)]["content"] = {trigger.media_type: {"schema": {"type": "string"}}}
    for status in trigger.also:
        responses[str(status)] = {**responses[str(trigger.status)], "description": "There was one already"}
    takes_nothing = not {"parameters", "requestBody"} & operation.keys()
    for status, title in _problems(function, takes_nothing):
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        responses[str(status)] = {"description": title, "content": content}
    operation["x-permission"] = trigger.permission
    if trigger.permission != PUBLIC:
        operation["security"] = [{"access_token": []}]
    if trigger.method == "POST" and trigger.permission != PUBLIC:
        _add_idempotency_key(operation, trigger)


def _path(path: str) -> str:
    return path.replace(":path}", "}")


def _problems(function: Function, takes_nothing: bool) -> list[tuple[int, str]]:
    """The statuses that every caller of this function must expect. What is public may refuse what it is sent."""
    trigger = cast(Http, function.needs.trigger)
    public = {401, 403} if trigger.permission == PUBLIC and takes_nothing else set()
    no_body = {400, 413} if trigger.method == "GET" else set()
    unconditional = {412, 428} if trigger.method != "PATCH" else set()
    table: dict[type[DreamSeedError], tuple[int, str]] = STATUSES
    impossible = public | no_body | unconditional | {405}
    return [(status, title) for status, title in table.values() if status not in impossible]


def _add_idempotency_key(operation: dict[str, Any], trigger: Http) -> None:
    parameters = operation.setdefault("parameters", [])
    parameters[:] = [each for each in parameters if each["name"].lower() != "idempotency-key"]
    description = (
        "A repeated request with the same key is done once and answered alike"
        if trigger.idempotency == "key"
        else "A repetition has no further effect, with or without a key; the key tells a retry from another request"
    )
    parameters.append(
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": description,
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        }
    )


def write_document(path: Path = DOCUMENT) -> None:
    """Derive the document and write it."""
    document = build_document(load_catalogue())
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    write_document()
