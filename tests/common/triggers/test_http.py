"""Events of API Gateway become requests, and replies become what it takes: as Mangum has it, where both have a say."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any

import pytest
from mangum import Mangum

from dreamseed.http.exchange import Response, response_of
from dreamseed.triggers.http import TEXT_MEDIA_TYPES, reply_of, request_of


def event(**changes: Any) -> dict[str, Any]:
    """A request as the gateway passes it on."""
    return {
        "version": "2.0",
        "rawPath": "/shelves/a b",
        "rawQueryString": "limit=3&colour=%72ed",
        "headers": {"host": "api.example", "content-type": "application/json", "X-Mixed": "1"},
        "requestContext": {
            "http": {"method": "POST", "path": "/shelves/a b", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
            "stage": "$default",
        },
        "body": '{"title": "Émile"}',
        "isBase64Encoded": False,
    } | changes


Send = Callable[[dict[str, Any]], Awaitable[None]]


def through_mangum(event: dict[str, Any], response: Response) -> tuple[dict[str, Any], Any]:
    """What an ASGI application is asked, and the reply when it answers with that response."""
    asked: dict[str, Any] = {}

    async def app(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        asked.update(scope, body=(await receive())["body"])
        headers = [(name.encode(), value.encode()) for name, value in response.headers.items()]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})

    with closing(asyncio.new_event_loop()) as loop:
        asyncio.set_event_loop(loop)
        try:
            return asked, Mangum(app, "off", text_mime_types=[*TEXT_MEDIA_TYPES])(event, None)  # type: ignore[arg-type]
        finally:
            asyncio.set_event_loop(None)


@pytest.mark.parametrize(
    "sent",
    [
        event(),
        event(body=None),
        event(body=base64.b64encode(b"\x00\xff").decode(), isBase64Encoded=True),
        event(cookies=["a=1", "b=2"]),
        event(rawQueryString=""),
    ],
    ids=["text", "no body", "bytes", "cookies", "no query"],
)
def test_an_event_is_understood_as_mangum_understands_it(sent: dict[str, Any]) -> None:
    asked, _ = through_mangum(sent, Response(204, {}))

    request = request_of(sent)

    assert request.method == asked["method"]
    assert request.path == asked["path"]
    assert request.query == asked["query_string"].decode()
    assert request.headers == {name.decode(): value.decode() for name, value in asked["headers"]}
    assert request.body == asked["body"]


def test_a_path_is_decoded_once_because_the_gateway_has_done_so() -> None:
    sent = event()
    sent["requestContext"]["http"]["path"] = "/shelves/50%25"

    assert request_of(sent).path == "/shelves/50%25"


@pytest.mark.parametrize(
    "response",
    [
        response_of(200, '{"name": "Émile"}'.encode(), "application/json", {"etag": '"3"'}),
        response_of(422, b"{}", "application/problem+json", {}),
        response_of(200, b"<p>", "text/html", {}),
        response_of(200, b"<svg/>", "image/svg+xml", {}),
        response_of(200, b"\x89PNG", "image/png", {}),
        response_of(200, b"a;\xff", "text/csv", {}),
        response_of(204, b"", None, {"location": "/x"}),
    ],
    ids=["JSON", "problem", "page", "picture as text", "picture", "text in another encoding", "nothing"],
)
def test_a_response_is_sent_as_mangum_sends_it(response: Response) -> None:
    _, reply = through_mangum(event(), response)
    if response.status == 204:
        del reply["headers"]["content-type"]  # which Mangum says even of nothing

    assert reply_of(response) == reply
