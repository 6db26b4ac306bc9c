"""The Runtime API takes what runtimes send, in whichever pieces it arrives, and nothing else."""

from __future__ import annotations

import asyncio

import pytest

from host.invoke.runtime_api import MAX_BODY_BYTES, MAX_HEAD_BYTES, Request, RuntimeApi, take_request
from tests.host.conftest import eventually

NEXT = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n"
RESPONSE = b"POST /2018-06-01/runtime/invocation/42/response HTTP/1.1\r\nContent-Length: 4\r\n\r\ntrue"


class Told:
    """Writes down what the worker tells."""

    def __init__(self) -> None:
        self.events: list[object] = []

    def process_is_ready(self) -> None:
        self.events.append("ready")

    def process_failed_to_load(self, error: bytes) -> None:
        self.events.append(("failed to load", error))

    def process_answered(self, request_id: str, payload: bytes, *, is_error: bool) -> None:
        self.events.append(("answered", request_id, payload, is_error))

    def process_hung_up(self) -> None:
        self.events.append("hung up")


def test_requests_are_taken_one_by_one_from_what_has_arrived() -> None:
    buffer = bytearray(NEXT + RESPONSE + NEXT[:20])

    taken = [take_request(buffer) for _ in range(3)]

    assert taken == [
        Request(b"GET", b"/2018-06-01/runtime/invocation/next", b""),
        Request(b"POST", b"/2018-06-01/runtime/invocation/42/response", b"true"),
        None,
    ]
    assert buffer == NEXT[:20]


def test_a_request_is_not_taken_before_its_last_byte_has_arrived() -> None:
    buffer = bytearray()

    for byte in RESPONSE[:-1]:
        buffer.append(byte)
        assert take_request(buffer) is None
    buffer.append(RESPONSE[-1])

    assert take_request(buffer) is not None
    assert not buffer


@pytest.mark.parametrize(
    "request_bytes",
    [
        RESPONSE.replace(b"Content-Length: 4", b"Transfer-Encoding: chunked"),
        RESPONSE.replace(b"4\r\n", b"-4\r\n"),
        RESPONSE.replace(b"4\r\n", b"four\r\n"),
        RESPONSE.replace(b"4\r\n", b"%d\r\n" % (MAX_BODY_BYTES + 1)),
        b"nonsense\r\n\r\n",
        b"x" * (MAX_HEAD_BYTES + 1),
    ],
)
def test_what_no_runtime_sends_is_refused(request_bytes: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        take_request(bytearray(request_bytes))


@pytest.mark.anyio
async def test_an_event_answers_the_waiting_request_or_else_the_next_one() -> None:
    told = Told()
    api = RuntimeApi(told)
    reader, writer = await connect(api)

    writer.write(NEXT)
    await eventually(lambda: told.events == ["ready"])
    api.send_event({"Lambda-Runtime-Aws-Request-Id": "1"}, b'{"first": 1}')
    first = await read_reply(reader)
    writer.write(RESPONSE)
    assert (await read_reply(reader)).startswith(b"HTTP/1.1 202")
    api.send_event({"Lambda-Runtime-Aws-Request-Id": "2"}, b'{"second": 2}')
    writer.write(NEXT)
    second = await read_reply(reader)

    assert b"Lambda-Runtime-Aws-Request-Id: 1\r\n" in first
    assert first.endswith(b'{"first": 1}')
    assert second.endswith(b'{"second": 2}')
    assert told.events == ["ready", ("answered", "42", b"true", False), "ready"]
    writer.close()
    api.close()


@pytest.mark.anyio
async def test_only_one_process_can_speak_for_a_worker() -> None:
    api = RuntimeApi(Told())
    _, writer = await connect(api)
    writer.write(NEXT)
    await asyncio.sleep(0.05)

    intruder, its_writer = await asyncio.open_connection(*writer.get_extra_info("peername"))
    its_writer.write(NEXT)

    assert await intruder.read() == b""
    writer.close()
    its_writer.close()
    api.close()


@pytest.mark.anyio
async def test_nonsense_is_hung_up_on() -> None:
    told = Told()
    api = RuntimeApi(told)
    reader, writer = await connect(api)

    writer.write(b"GET /favicon.ico HTTP/1.1\r\n\r\n")
    await reader.read()

    await eventually(lambda: told.events == ["hung up"])
    with pytest.raises(ConnectionError):
        api.send_event({}, b"{}")
    writer.close()
    api.close()


async def connect(api: RuntimeApi) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = (await api.listen()).split(":")
    return await asyncio.open_connection(host, int(port))


async def read_reply(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    return head + await reader.readexactly(length)
