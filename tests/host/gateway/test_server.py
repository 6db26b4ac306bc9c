"""An HTTP request through the gateway: to a function and back, or refused with a problem document."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from dreamseed.http.exchange import SECURITY_HEADERS
from host.invoke.forking import TemplateStarter
from host.invoke.outcome import MAX_PAYLOAD_BYTES
from host.invoke.pool import Limits
from tests.host.conftest import MakeLaunch
from tests.host.gateway.conftest import GatewayUnderTest, running_gateway

pytestmark = pytest.mark.anyio

THING = "/api/v1/things/42"


async def ask(gateway: GatewayUnderTest, answer: str, method: str = "GET") -> tuple[aiohttp.ClientResponse, bytes]:
    """The response of the function `web`, which answers in the way that is asked for."""
    async with gateway.client.request(method, gateway.url + THING, headers={"x-answer": answer}) as response:
        return response, await response.read()


def assert_problem(response: aiohttp.ClientResponse, body: bytes, status: int, code: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(body)
    assert response.status == status
    assert response.content_type == "application/problem+json"
    assert (document["status"], document["code"]) == (status, code)
    assert {"type", "title", "detail", "errors", "request_id"} <= document.keys()
    return document


async def test_a_request_reaches_its_function_and_the_reply_its_client(gateway: GatewayUnderTest) -> None:
    url = f"{gateway.url}/api/v1/things/a%2Fb?tag=x&tag=y"
    async with gateway.client.post(url, json={"n": 1}, headers={"Cookie": "a=1; b=2"}) as response:
        event = await response.json()

    assert response.status == 200
    assert event["routeKey"] == "POST /api/v1/things/{id}"
    assert event["pathParameters"] == {"id": "a/b"}
    assert event["queryStringParameters"] == {"tag": "x,y"}
    assert event["cookies"] == ["a=1", "b=2"]
    assert json.loads(event["body"]) == {"n": 1}
    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"
    assert event["requestContext"]["requestId"] == response.headers["apigw-requestid"]
    assert event["headers"]["x-forwarded-for"] == "127.0.0.1"


async def test_a_trace_goes_on_if_it_is_one(gateway: GatewayUnderTest) -> None:
    traces = {}
    for sent in ("Root=1-67891233-abcdef012345678912345678;Sampled=1", "grüße", "x" * 300):
        headers = {"X-Amzn-Trace-Id": sent}
        async with gateway.client.get(gateway.url + THING, headers=headers) as response:
            traces[sent] = (await response.json())["trace"]

    kept, *replaced = traces.items()
    assert kept[0] == kept[1]
    assert all(seen.startswith("Root=1-") and seen != sent for sent, seen in replaced)


async def test_the_gateway_does_not_say_what_it_is_made_of(gateway: GatewayUnderTest) -> None:
    responses = [(await ask(gateway, answer))[0] for answer in ("text", "raise")]

    assert {response.headers["Server"] for response in responses} == {"DreamSeed"}


async def test_status_cookies_and_binary_bodies_come_back_as_they_are(gateway: GatewayUnderTest) -> None:
    response, body = await ask(gateway, "full")

    assert response.status == 201
    assert response.headers["Location"] == "/somewhere"
    assert response.headers.getall("Set-Cookie") == ["a=1; HttpOnly", "b=2"]
    assert body == b"\x00\x01\x02\xff"


async def test_plain_json_and_text_are_replies_too(gateway: GatewayUnderTest) -> None:
    assert json.loads((await ask(gateway, "bare"))[1]) == {"plain": "json"}
    assert (await ask(gateway, "text"))[1] == b"hello"


async def test_a_reply_without_content_is_empty(gateway: GatewayUnderTest) -> None:
    response, body = await ask(gateway, "no content")

    assert (response.status, body) == (204, b"")


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ("raise", 500, "internal_error"),
        ("malformed", 500, "internal_error"),
        ("split", 500, "internal_error"),
        ("crash", 502, "function_crashed"),
        ("hang", 504, "function_timed_out"),
    ],
)
async def test_a_function_that_fails_is_a_problem_that_gives_nothing_away(
    gateway: GatewayUnderTest, answer: str, status: int, code: str
) -> None:
    response, body = await ask(gateway, answer)

    assert_problem(response, body, status, code)
    assert b"secret" not in body
    assert b"Traceback" not in body
    assert "x-injected" not in response.headers


async def test_a_function_that_cannot_be_loaded_is_a_problem(gateway: GatewayUnderTest) -> None:
    async with gateway.client.get(gateway.url + "/broken") as response:
        assert_problem(response, await response.read(), 500, "internal_error")


async def test_after_a_crash_the_function_answers_again(gateway: GatewayUnderTest) -> None:
    await ask(gateway, "crash")

    assert (await ask(gateway, "text"))[0].status == 200


async def test_an_unknown_address_is_not_found(gateway: GatewayUnderTest) -> None:
    async with gateway.client.get(gateway.url + "/api/v1/nothing") as response:
        assert_problem(response, await response.read(), 404, "not_found")

    assert {name: response.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


async def test_a_method_that_is_not_declared_is_refused_with_those_that_are(gateway: GatewayUnderTest) -> None:
    async with gateway.client.put(gateway.url + THING, json={}) as response:
        assert_problem(response, await response.read(), 405, "method_not_allowed")

    assert response.headers["Allow"] == "DELETE, GET, POST"


async def test_a_body_beyond_lambda_s_limit_is_refused(gateway: GatewayUnderTest) -> None:
    for size in (MAX_PAYLOAD_BYTES + 1, MAX_PAYLOAD_BYTES * 3 // 4 + 1000):  # as sent, and as Base64
        async with gateway.client.post(gateway.url + THING, data=io.BytesIO(b"x" * size)) as response:
            assert_problem(response, await response.read(), 413, "request_too_large")


async def test_a_large_body_below_the_limit_arrives_whole(gateway: GatewayUnderTest) -> None:
    data = "x" * 2_000_000
    body, headers = io.BytesIO(data.encode()), {"Content-Type": "text/plain"}
    async with gateway.client.post(gateway.url + THING, data=body, headers=headers) as response:
        event = await response.json()

    assert event["body"] == data


async def test_a_body_that_does_not_come_is_not_waited_for(
    gateway: GatewayUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("host.gateway.server.BODY_SECONDS", 0.2)
    host, port = gateway.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))

    writer.write(b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this" % THING.encode())
    answer = await asyncio.wait_for(reader.read(100), 5)

    assert answer.startswith(b"HTTP/1.1 408 ")
    writer.close()


async def test_a_request_whose_head_does_not_end_is_not_waited_for(
    gateway: GatewayUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("host.gateway.protocol.HEAD_SECONDS", 0.2)
    port = int(gateway.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n")

    assert await asyncio.wait_for(reader.read(), 30) == b""
    assert (await ask(gateway, "text"))[0].status == 200
    writer.close()


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        (b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n" % (b"secret" * 4000), 431, "request_head_too_large"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Key: %s\r\n\r\n" % (b"secret" * 4000), 431, "request_head_too_large"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n%s\r\n" % (b"X-Key: secret\r\n" * 2000), 400, "malformed_http"),
        (b"BREW /secret HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed_http"),
    ],
    ids=["address", "header", "headers", "method"],
)
async def test_what_cannot_be_read_gets_a_problem_that_repeats_nothing_of_it(
    gateway: GatewayUnderTest, request_bytes: bytes, status: int, code: str
) -> None:
    port = int(gateway.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request_bytes)
    head, _, body = (await asyncio.wait_for(reader.read(), 30)).partition(b"\r\n\r\n")
    writer.close()

    headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
    assert head.startswith((b"HTTP/1.1 %d " % status, b"HTTP/1.0 %d " % status))
    assert headers[b"Content-Type"] == b"application/problem+json"
    assert headers[b"Server"] == b"DreamSeed"
    assert {name.encode() for name in SECURITY_HEADERS} <= {name.lower() for name in headers}
    assert json.loads(body)["code"] == code
    assert b"secret" not in body


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000 + b"\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_refused_and_does_no_harm(gateway: GatewayUnderTest, request_bytes: bytes) -> None:
    host, port = gateway.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))

    writer.write(request_bytes)
    answer = await asyncio.wait_for(reader.read(100), 5)

    assert answer.split()[1] in (b"400", b"431")
    assert (await ask(gateway, "text"))[0].status == 200
    writer.close()


async def test_more_requests_than_can_wait_are_told_to_come_again(
    template: TemplateStarter, launch: MakeLaunch, tmp_path: Path
) -> None:
    limits = Limits(workers_per_function=1, waiting_per_function=2)
    async with running_gateway(template, launch, tmp_path, limits) as gateway:
        await ask(gateway, "text")

        answers = await asyncio.gather(*(ask(gateway, "slow") for _ in range(5)))

    refused = [(response, body) for response, body in answers if response.status != 200]
    assert len(refused) == 2
    for response, body in refused:
        assert_problem(response, body, 503, "overloaded")
        assert int(response.headers["Retry-After"]) >= 1


async def test_requests_that_are_being_answered_are_answered_when_the_gateway_stops(
    template: TemplateStarter, launch: MakeLaunch, tmp_path: Path
) -> None:
    async with running_gateway(template, launch, tmp_path, Limits()) as gateway:
        await ask(gateway, "text")
        client = aiohttp.ClientSession()
        pending = asyncio.create_task(client.get(gateway.url + THING, headers={"x-answer": "slow"}))
        await asyncio.sleep(0.2)

    assert (await pending).status == 200
    await client.close()
