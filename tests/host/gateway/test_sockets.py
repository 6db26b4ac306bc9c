"""WebSockets: functions get API Gateway's events and answer through `@connections`, here by boto3."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import boto3  # type: ignore[import-untyped]
import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from host.gateway.sockets import MAX_MESSAGE_BYTES
from tests.host.conftest import eventually
from tests.host.gateway.conftest import GatewayUnderTest

pytestmark = pytest.mark.anyio


RIGHT_TOKEN = "let me in"


async def connect(gateway: GatewayUnderTest, token: str = RIGHT_TOKEN) -> aiohttp.ClientWebSocketResponse:
    return await gateway.client.ws_connect(f"{gateway.url}/ws", params={"token": token, "tag": "x"})


async def say(socket: aiohttp.ClientWebSocketResponse, text: str) -> dict[str, Any]:
    """Send a message and return the answer to it."""
    await socket.send_str(text)
    answer: dict[str, Any] = await socket.receive_json(timeout=10)
    return answer


def management(gateway: GatewayUnderTest) -> Any:
    session = boto3.Session("test", "test", region_name="us-east-1")
    return session.client("apigatewaymanagementapi", endpoint_url=gateway.connections_url)


async def test_a_message_reaches_the_function_and_its_answer_the_client(gateway: GatewayUnderTest) -> None:
    async with await connect(gateway) as socket:
        answer = await say(socket, "grüße")

    event = answer["event"]
    context = event["requestContext"]
    assert (answer["heard"], answer["base64"]) == ("grüße", False)
    assert (context["routeKey"], context["eventType"]) == ("$default", "MESSAGE")
    assert context["messageId"]
    assert context["messageDirection"] == "IN"
    assert context["identity"]["sourceIp"] == "127.0.0.1"
    assert {"connectionId", "connectedAt", "requestId", "requestTimeEpoch", "domainName", "stage", "apiId"} <= set(
        context
    )


async def test_binary_messages_arrive_in_base64(gateway: GatewayUnderTest) -> None:
    async with await connect(gateway) as socket:
        await socket.send_bytes(b"\x00\xff")
        answer = await socket.receive_json(timeout=10)

    assert (answer["heard"], answer["base64"]) == ("AP8=", True)


async def test_a_connection_that_the_function_refuses_is_not_opened(gateway: GatewayUnderTest) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await connect(gateway, token="a guess")

    assert refused.value.status == 401


async def test_messages_of_one_client_are_handled_in_their_order(gateway: GatewayUnderTest) -> None:
    async with await connect(gateway) as socket:
        for number in range(10):
            await socket.send_str(str(number))
        heard = [(await socket.receive_json(timeout=10))["heard"] for _ in range(10)]

    assert heard == [str(number) for number in range(10)]


async def test_a_message_that_cannot_be_handled_is_answered_and_the_connection_stays(
    gateway: GatewayUnderTest,
) -> None:
    async with await connect(gateway) as socket:
        failed = await say(socket, "raise")
        answer = await say(socket, "still here?")

    assert failed["message"] == "Internal server error"
    assert {"connectionId", "requestId"} <= failed.keys()
    assert answer["heard"] == "still here?"


async def test_the_function_learns_of_the_end(gateway: GatewayUnderTest) -> None:
    async with await connect(gateway) as first:
        await say(first, "hello")
    async with await connect(gateway) as second:
        await eventually(lambda: True)
        log = (await say(second, "what happened?"))["log"]

    assert "$disconnect" in log


async def test_functions_can_send_look_at_and_close_a_connection(gateway: GatewayUnderTest) -> None:
    api = management(gateway)
    async with await connect(gateway) as socket:
        connection_id = (await say(socket, "hello"))["event"]["requestContext"]["connectionId"]

        await asyncio.to_thread(api.post_to_connection, ConnectionId=connection_id, Data=b"news")
        assert await socket.receive_str(timeout=5) == "news"
        described = await asyncio.to_thread(api.get_connection, ConnectionId=connection_id)
        await asyncio.to_thread(api.delete_connection, ConnectionId=connection_id)
        closed = await socket.receive(timeout=5)

    assert described["Identity"]["SourceIp"] == "127.0.0.1"
    assert described["ConnectedAt"] <= described["LastActiveAt"]
    assert closed.type is aiohttp.WSMsgType.CLOSE


async def test_a_connection_that_is_gone_is_said_to_be_gone(gateway: GatewayUnderTest) -> None:
    api = management(gateway)
    async with await connect(gateway) as socket:
        connection_id = (await say(socket, "hello"))["event"]["requestContext"]["connectionId"]
    await asyncio.sleep(0.1)

    for operation in (api.get_connection, api.delete_connection):
        with pytest.raises(ClientError, match="GoneException"):
            await asyncio.to_thread(operation, ConnectionId=connection_id)
    with pytest.raises(ClientError, match="GoneException"):
        await asyncio.to_thread(api.post_to_connection, ConnectionId="unknown=", Data=b"news")


async def test_a_message_can_only_be_so_large(gateway: GatewayUnderTest) -> None:
    api = management(gateway)
    async with await connect(gateway) as socket:
        connection_id = (await say(socket, "hello"))["event"]["requestContext"]["connectionId"]

        with pytest.raises(ClientError, match="PayloadTooLargeException"):
            await asyncio.to_thread(
                api.post_to_connection, ConnectionId=connection_id, Data=b"x" * (MAX_MESSAGE_BYTES + 1)
            )
        await socket.send_str("x" * (MAX_MESSAGE_BYTES + 1))
        closed = await socket.receive(timeout=5)

    assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 1009)


async def test_an_ordinary_request_is_told_to_upgrade(gateway: GatewayUnderTest) -> None:
    async with gateway.client.get(f"{gateway.url}/ws") as response:
        document = json.loads(await response.read())

    assert (response.status, document["code"]) == (426, "upgrade_required")


async def test_clients_are_told_when_the_gateway_stops(gateway: GatewayUnderTest) -> None:
    async with await connect(gateway) as socket:
        await say(socket, "hello")

        await gateway.sockets.close()
        closed = await socket.receive(timeout=5)

    assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 1001)


async def test_nobody_can_send_who_does_not_know_the_secret_address(gateway: GatewayUnderTest) -> None:
    origin, _, _token = gateway.connections_url.rpartition("/")

    async with gateway.client.post(f"{origin}/@connections/x", data=b"news") as response:
        assert response.status == 404
    async with gateway.client.post(f"{gateway.url}/@connections/x", data=b"news") as response:
        assert response.status == 404
