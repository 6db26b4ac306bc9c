"""The OpenAPI document that is served is the one that the catalogue gives."""

from __future__ import annotations

import json

from dreamseed.catalogue import load_catalogue
from dreamseed.http.docs_page import render
from dreamseed.http.openapi import DOCUMENT, build_document
from dreamseed.needs import Http

SERVED = json.loads(DOCUMENT.read_text())


def test_the_checked_in_document_is_up_to_date() -> None:
    derived = build_document(load_catalogue())

    assert derived == SERVED, "run: python -m dreamseed.http.openapi"


def test_every_http_function_stands_in_it_once() -> None:
    operations = [operation["operationId"] for methods in SERVED["paths"].values() for operation in methods.values()]

    http = sorted(each.name for each in load_catalogue() if isinstance(each.needs.trigger, Http))
    assert sorted(operations) == http


def test_every_reference_resolves() -> None:
    text = json.dumps(SERVED)
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}

    assert names <= SERVED["components"]["schemas"].keys()


def test_the_page_for_people_shows_every_endpoint_and_loads_nothing_from_elsewhere() -> None:
    page = render(SERVED)

    assert all(f"<code>{path}</code>" in page for path in SERVED["paths"])
    assert "<script" not in page
    assert "src=" not in page
