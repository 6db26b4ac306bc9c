"""Whatever the API's own document allows, and much that it does not, gets a documented reply and never a 500.

Schemathesis makes the requests from the OpenAPI document: such as are right by it, and such as are wrong somewhere.
Half of those about a thing are about one that exists. The examples are the same in every run; for others, and more:

    HYPOTHESIS_PROFILE=exploring ./dreamseed test -- tests/security/test_whole_api.py
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, Response
from schemathesis.specs.openapi import checks

from dreamseed.needs import PUBLIC
from tests.school import School
from tests.security.canaries import KINDS, Side, path_ids, path_of, sides, with_ids_of
from tests.security.routes import OPERATIONS as DESCRIBED
from tests.security.routes import ROUTES, SPECIFICATION
from tests.security.test_authorisation_matrix import LINES
from tests.security.world import World

EXAMPLES = 12 if settings().derandomize else 200
CALLERS = ("admin", "teacher", "learner", "anonymous")
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
OPERATIONS = {
    operation.definition.raw["operationId"]: operation
    for result in schemathesis.openapi.from_dict(SPECIFICATION).get_all_operations()
    for operation in [result.ok()]
}


@pytest.fixture(scope="module")
def side(school: School) -> Iterator[Side]:
    """Hillside with a thing of each kind. Nothing is logged: thousands of requests are refused here."""
    log = logging.getLogger("dreamseed")
    level = log.level
    log.setLevel(logging.CRITICAL)
    here, _ = sides(school, World(school), {line.kind for line in LINES.values()} - {PUBLIC, "-"} | set(KINDS.values()))
    yield here
    log.setLevel(level)


def call(school: School, side: Side, route: str, case: Case, caller: str, is_about_something: bool) -> Response:
    """The reply to a generated request, sent as API Gateway would send it."""
    prepared = requests.Request(**case.as_transport_kwargs(base_url="http://api.test")).prepare()
    parts = urlsplit(str(prepared.url))
    path = unquote(parts.path)
    if is_about_something and LINES[route].kind != PUBLIC and path_ids(route):
        path = path_of(route, side.ids, side.ids)
    headers = {name.lower(): str(value) for name, value in prepared.headers.items() if name.lower() != "authorization"}
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    try:
        reply = school.api.call(case.method, path, body, token=side.tokens[caller], headers=headers, query=query)
    except LookupError:
        reject()  # the gateway finds no function for such a path
    shown = {name: [value] for name, value in reply.headers.items()}
    return Response(reply.status, shown, reply.body, prepared, 0.0, verify=False)


def _ways() -> list[Any]:
    """Each route with right requests, and with wrong ones if it takes anything that could be."""
    right = [pytest.param(route, GenerationMode.POSITIVE, id=f"{route}-right") for route in sorted(ROUTES)]
    takes = [route for route in sorted(ROUTES) if {"parameters", "requestBody"} & DESCRIBED[route].keys()]
    return right + [pytest.param(route, GenerationMode.NEGATIVE, id=f"{route}-wrong") for route in takes]


@pytest.mark.parametrize(("route", "mode"), _ways())
def test_every_reply_is_as_the_document_says(route: str, mode: GenerationMode, school: School, side: Side) -> None:
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=OPERATIONS[route].as_strategy(generation_mode=mode),
        caller=st.sampled_from(CALLERS),
        is_about_something=st.booleans(),
    )
    def ask(case: Any, caller: str, is_about_something: bool) -> None:
        if is_about_something and isinstance(case.body, dict):
            case.body = with_ids_of(side, route, case.body)
        case.validate_response(call(school, side, route, case, caller, is_about_something), checks=CHECKS)

    ask()
