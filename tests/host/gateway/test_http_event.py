"""Requests and replies have the shapes of API Gateway's payload format 2.0.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.gateway.http_event import HttpCall, HttpReply, MalformedReply, encode_body, parse_reply
from host.gateway.routes import Route

CALL = HttpCall(
    route=Route("POST", "/api/v1/sessions/{id}/responses", "submit_response"),
    path="/api/v1/sessions/a%20b/responses",
    query="",
    path_parameters={"id": "a b"},
    headers=[("Host", "school.example:8460"), ("User-Agent", "test"), ("Content-Type", "application/json")],
    body=b'{"answer": 1}',
    source_ip="192.0.2.1",
    protocol="HTTP/1.1",
    request_id="a-request",
    trace_id="Root=1-2-3",
)


def event_of(call: HttpCall) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(call.to_event())
    return event


def test_an_event_has_every_field_that_the_documentation_names() -> None:
    event = event_of(CALL)
    context = event["requestContext"]

    assert event["version"] == "2.0"
    assert event["routeKey"] == context["routeKey"] == "POST /api/v1/sessions/{id}/responses"
    assert event["rawPath"] == context["http"]["path"] == "/api/v1/sessions/a b/responses"
    assert event["rawQueryString"] == ""
    assert event["pathParameters"] == {"id": "a b"}
    assert (event["body"], event["isBase64Encoded"]) == ('{"answer": 1}', False)
    assert event["headers"]["x-amzn-trace-id"] == "Root=1-2-3"
    assert context["http"] == {
        "method": "POST",
        "path": "/api/v1/sessions/a b/responses",
        "protocol": "HTTP/1.1",
        "sourceIp": "192.0.2.1",
        "userAgent": "test",
    }
    assert context["domainName"] == "school.example:8460"
    assert context["domainPrefix"] == "school"
    assert context["stage"] == "$default"
    assert context["requestId"] == "a-request"
    assert isinstance(context["timeEpoch"], int)
    assert context["time"].endswith(" +0000")


def test_what_a_request_does_not_have_is_left_out() -> None:
    event = event_of(replace(CALL, body=b"", path_parameters={}))

    assert not {"body", "cookies", "queryStringParameters", "pathParameters"} & event.keys()


def test_repeated_headers_and_parameters_are_joined_by_commas() -> None:
    headers = [("X-Tag", "a"), ("x-tag", "b"), ("Host", "h")]

    event = event_of(replace(CALL, headers=headers, query="tag=a&tag=b%20c&empty="))

    assert event["headers"]["x-tag"] == "a,b"
    assert event["rawQueryString"] == "tag=a&tag=b%20c&empty="
    assert event["queryStringParameters"] == {"tag": "a,b c", "empty": ""}


def test_cookies_stand_apart_from_headers() -> None:
    event = event_of(replace(CALL, headers=[("Cookie", "a=1; b=2"), ("Cookie", "c=3")]))

    assert event["cookies"] == ["a=1", "b=2", "c=3"]
    assert "cookie" not in event["headers"]


@pytest.mark.parametrize(
    ("content_type", "is_text"),
    [
        ("application/json; charset=utf-8", True),
        ("text/csv", True),
        ("application/xml", True),
        ("application/x-www-form-urlencoded", False),
        ("multipart/form-data; boundary=x", False),
        ("application/octet-stream", False),
        ("", False),
    ],
)
def test_only_bodies_of_text_types_are_passed_as_text(content_type: str, is_text: bool) -> None:
    encoded, is_base64 = encode_body("grüße".encode(), content_type)

    assert is_base64 is not is_text
    assert encoded == ("grüße" if is_text else base64.b64encode("grüße".encode()).decode())


@given(st.binary(min_size=1))
def test_no_body_is_changed_on_its_way(body: bytes) -> None:
    encoded, is_base64 = encode_body(body, "application/json")

    assert (base64.b64decode(encoded) if is_base64 else encoded.encode()) == body


def reply(**fields: object) -> HttpReply:
    return parse_reply(json.dumps({"statusCode": 200, **fields}).encode())


def test_a_reply_has_the_function_s_status_headers_cookies_and_body() -> None:
    result = reply(statusCode=201, headers={"Location": "/x", "X-N": 3}, cookies=["a=1", "b=2"], body="{}")

    assert result.status == 201
    assert result.headers == [
        ("location", "/x"),
        ("x-n", "3"),
        ("content-type", "text/plain; charset=utf-8"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
    ]
    assert result.body == b"{}"


def test_a_base64_body_is_decoded() -> None:
    assert reply(body="AAEC/w==", isBase64Encoded=True).body == b"\x00\x01\x02\xff"


@pytest.mark.parametrize(
    ("payload", "body"),
    [(b'{"a": 1}', b'{"a": 1}'), (b"[1, 2]", b"[1, 2]"), (b'"hello"', b"hello"), (b"null", b"null")],
)
def test_any_other_json_is_a_200_with_that_json(payload: bytes, body: bytes) -> None:
    assert parse_reply(payload) == HttpReply(200, [("content-type", "application/json")], body)


@pytest.mark.parametrize("status", [204, 304])
def test_a_reply_without_content_has_no_body(status: int) -> None:
    assert reply(statusCode=status, body="ignored").body == b""


def test_a_function_cannot_decide_about_the_connection() -> None:
    result = reply(headers={"Content-Length": "7", "Connection": "close", "Transfer-Encoding": "chunked"})

    assert result.headers == []


@pytest.mark.parametrize(
    "fields",
    [
        {"statusCode": "200"},
        {"statusCode": 99},
        {"statusCode": 1000},
        {"headers": {"x": "a\r\ninjected: b"}},
        {"cookies": ["a=1\nSet-Cookie: b=2"]},
        {"body": "not base64!", "isBase64Encoded": True},
        {"headers": ["not", "a", "mapping"]},
        {"headers": {"x y": "a name with a space"}},
    ],
)
def test_a_malformed_reply_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(MalformedReply):
        reply(**fields)
