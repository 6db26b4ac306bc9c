"""What holds for every endpoint, whatever its function does."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from dreamseed.errors import Conflict, FieldError, MissingGrant, TooManyRequests, Unavailable
from dreamseed.function import Function, function
from dreamseed.http.exchange import SECURITY_HEADERS
from dreamseed.models import Input, Output
from dreamseed.needs import PUBLIC, Http, Needs
from tests.api import invoke


class Greeting(Input):
    """Whom to greet."""

    name: str


class Greeted(Output):
    """The greeting."""

    text: str


@function(Needs(Http("POST", "/greetings/{times}", PUBLIC, status=201, max_body_bytes=200)))
def greet(times: int, body: Greeting) -> Greeted:
    """Greet somebody some times."""
    if body.name == "conflict":
        raise Conflict("Already greeted.", code="already_greeted", errors=(FieldError("body.name", "known"),))
    if body.name == "busy":
        raise TooManyRequests("Slowly.", retry_after_seconds=7)
    if body.name == "down":
        raise Unavailable("The database sleeps.")
    if body.name == "grant":
        raise MissingGrant("secret detail of ours")
    if body.name == "bug":
        raise ZeroDivisionError("secret detail of ours")
    return Greeted(text=" ".join([f"hello {body.name}"] * times))


def post(path: str = "/greetings/2", body: Any = None, target: Function = greet, **options: Any) -> httpx.Response:
    """Send a request straight to the function's ASGI application."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=target.app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.post(path, json=body, **options)

    return asyncio.run(send())


def test_a_good_request_gets_the_declared_status_and_all_security_headers() -> None:
    reply = post(body={"name": "ada"})

    assert (reply.status_code, reply.json()) == (201, {"text": "hello ada hello ada"})
    assert {name: reply.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body.name"),
        ({"name": 5}, "body.name"),
        ({"name": None}, "body.name"),
        ({"name": "ada", "nmae": "typo"}, "body.nmae"),
        ([], "body"),
    ],
)
def test_a_wrong_body_names_the_field_and_does_not_echo_it(body: Any, field: str) -> None:
    reply = post(body=body)

    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (422, "invalid_request")
    assert reply.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in problem["errors"]] == [field]
    assert "typo" not in reply.text


def test_a_wrong_path_parameter_is_named() -> None:
    reply = post("/greetings/many", {"name": "ada"})

    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "path.times")


def test_a_body_that_is_not_json_is_malformed() -> None:
    reply = post(content=b'{"name": ', headers={"content-type": "application/json"})

    assert (reply.status_code, reply.json()["code"]) == (400, "malformed_json")


def test_a_body_that_announces_too_much_is_refused_unread() -> None:
    reply = post(body={"name": "a" * 500})

    assert (reply.status_code, reply.json()["code"]) == (413, "body_too_large")


def test_a_length_that_is_no_number_is_malformed() -> None:
    reply = post(content=b"{}", headers={"content-type": "application/json", "content-length": "many"})

    assert (reply.status_code, reply.json()["code"]) == (400, "malformed_content_length")


def test_a_body_that_announces_nothing_is_counted() -> None:
    async def chunks() -> Any:
        yield b'{"name": "'
        for _ in range(10):
            yield b"a" * 50
        yield b'"}'

    reply = post(content=chunks(), headers={"content-type": "application/json"})

    assert (reply.status_code, reply.json()["code"]) == (413, "body_too_large")


def test_our_errors_become_their_problems() -> None:
    conflict, busy, down = (post(body={"name": name}) for name in ("conflict", "busy", "down"))

    assert (conflict.status_code, conflict.json()["code"]) == (409, "already_greeted")
    assert conflict.json()["errors"] == [{"field": "body.name", "reason": "known"}]
    assert (busy.status_code, busy.headers["retry-after"]) == (429, "7")
    assert down.status_code == 503


@pytest.mark.parametrize("name", ["bug", "grant"])
def test_a_mistake_of_ours_tells_nothing_but_the_request_id(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    reply = post(body={"name": name}, headers={"x-request-id": "trace-me-123"})

    assert (reply.status_code, reply.json()["code"]) == (500, "internal_error")
    assert reply.json()["request_id"] == "trace-me-123"
    assert "secret detail" not in reply.text


def test_a_request_id_that_could_break_a_log_is_replaced() -> None:
    reply = post(body={"name": "ada"}, headers={"x-request-id": 'x"}{"forged": 1'})

    assert "forged" not in reply.headers["x-request-id"]


def test_another_address_and_another_method_are_problems_too() -> None:
    elsewhere = post("/elsewhere", {"name": "ada"})

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app=greet.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get("/greetings/2")

    wrong_method = asyncio.run(get())

    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "no_such_route")
    assert (wrong_method.status_code, wrong_method.json()["code"]) == (405, "method_not_allowed")


def test_the_lambda_handler_answers_like_the_application() -> None:
    event = {
        "version": "2.0",
        "routeKey": "POST /greetings/2",
        "rawPath": "/greetings/2",
        "rawQueryString": "",
        "headers": {"content-type": "application/json"},
        "requestContext": {
            "http": {"method": "POST", "path": "/greetings/2", "protocol": "HTTP/1.1", "sourceIp": "::1"},
            "stage": "$default",
            "requestId": "r",
        },
        "body": json.dumps({"name": "conflict"}),
        "isBase64Encoded": False,
    }

    through_lambda = invoke(greet, event)
    direct = post(body={"name": "conflict"})

    assert through_lambda["statusCode"] == direct.status_code
    assert {**json.loads(through_lambda["body"]), "request_id": ""} == {**direct.json(), "request_id": ""}


OURS, THEIRS = "https://learn.school.example", "https://elsewhere.example"


def preflight(origin: str) -> httpx.Response:
    """What a browser asks before it lets a page of another origin post."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=greet.app)
        headers = {"origin": origin, "access-control-request-method": "POST"}
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.options("/greetings/2", headers=headers)

    return asyncio.run(send())


def test_pages_of_other_origins_are_let_in_by_name_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DREAMSEED_WEB_ORIGINS", f"{OURS}, https://second.example")

    asked, refused = preflight(OURS), preflight(THEIRS)
    reply = post(body={"name": "ada"}, headers={"origin": OURS})

    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, OURS)
    assert "idempotency-key" in asked.headers["access-control-allow-headers"]
    assert "access-control-allow-origin" not in refused.headers
    assert reply.headers["access-control-allow-origin"] == OURS
    assert reply.headers["vary"] == "origin"


def test_without_a_list_no_other_origin_is_let_in() -> None:
    reply = post(body={"name": "ada"}, headers={"origin": OURS})

    assert "access-control-allow-origin" not in reply.headers
    assert "access-control-allow-origin" not in preflight(OURS).headers
