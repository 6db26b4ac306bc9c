"""What the API takes is bounded: no field that nobody knows, no body beyond its route's size, no script in a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dreamseed.catalogue import ROOT
from dreamseed.needs import PUBLIC, Http
from dreamseed.ports.blobs import MAX_BYTES
from dreamseed.rosters.models import MAX_BODY_BYTES, MAX_CONTENT_BYTES
from host.invoke.outcome import MAX_PAYLOAD_BYTES
from tests.security.canaries import fields_of
from tests.security.routes import OPERATIONS, ROUTES, SPECIFICATION, trigger

OPEN = {
    "create_passkey.credential.response": "what an authenticator says; the library for it reads what it knows",
    "create_passkey.credential.clientExtensionResults": "the same",
    "complete_sign_in.credential.response": "the same",
    "complete_sign_in.credential.clientExtensionResults": "the same",
    "create_test_design.design": "read by the engine, which names what it does not know",
}
"""Parts of bodies that may hold fields which the API's models do not know."""

LARGER = {"create_roster_import": MAX_BODY_BYTES}
"""Routes that take more than the ordinary 64 KiB."""


def open_parts(schema: Any, place: str, above: tuple[str, ...] = ()) -> Iterator[str]:
    """Where in a body fields are taken that the document does not name."""
    if "$ref" in schema:
        name = schema["$ref"].split("/")[-1]
        if name not in above:
            yield from open_parts(SPECIFICATION["components"]["schemas"][name], place, (*above, name))
        return
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        yield place
    for name, each in schema.get("properties", {}).items():
        yield from open_parts(each, f"{place}.{name}", above)
    for each in (schema.get("items"), *(part for kind in ("anyOf", "oneOf", "allOf") for part in schema.get(kind, ()))):
        if isinstance(each, dict):
            yield from open_parts(each, place, above)


def test_no_body_takes_a_field_that_nobody_knows() -> None:
    found = [
        part
        for route, operation in OPERATIONS.items()
        if "requestBody" in operation
        for part in open_parts(operation["requestBody"]["content"]["application/json"]["schema"], route)
    ]

    assert set(found) == OPEN.keys()


def test_only_uploads_may_be_larger_than_usual_and_all_pass_the_gateway() -> None:
    usual = Http("GET", "/", PUBLIC).max_body_bytes
    sizes = {name: trigger(function).max_body_bytes for name, function in ROUTES.items()}

    assert {name: size for name, size in sizes.items() if size > usual} == LARGER
    assert max(sizes.values()) * 4 / 3 < MAX_PAYLOAD_BYTES, "bodies reach functions as base64"
    assert MAX_CONTENT_BYTES < MAX_BYTES


def test_what_anybody_may_send_is_small() -> None:
    public = {name: trigger(function) for name, function in ROUTES.items() if trigger(function).permission == PUBLIC}

    sizes = [http.max_body_bytes for name, http in public.items() if "requestBody" in OPERATIONS[name]]
    assert max(sizes) <= 16 * 1024


def test_every_text_in_a_body_has_a_longest_length() -> None:
    endless = [
        f"{route}.{'.'.join(map(str, place))}"
        for route in ROUTES
        for place, schema in fields_of(route)
        if not {"maxLength", "pattern", "enum", "const"} & schema.keys()
        and schema.get("format") not in ("uuid", "date")
    ]

    assert endless == []


def test_the_app_s_page_holds_no_script_of_its_own() -> None:
    page = (ROOT / "web" / "index.html").read_text()

    assert [script for script in re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL) if script.strip()] == []
    assert re.findall(r"\son\w+=", page) == []
    assert "javascript:" not in page
