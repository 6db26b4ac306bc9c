"""The Invoke API through boto3's `lambda` client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from host.internal_api import InternalApi
from host.invoke.api import InvokeApi
from host.invoke.forking import TemplateStarter
from host.main import bind
from tests.host.conftest import MakeLaunch, OpenPools, eventually

pytestmark = pytest.mark.anyio

Invoke = Any


@pytest.fixture
async def invoke(template: TemplateStarter, launch: MakeLaunch, open_pools: OpenPools) -> AsyncIterator[Invoke]:
    """Calls boto3's `invoke`, which blocks, in a thread."""
    async with AsyncExitStack() as stack:
        pools = open_pools(
            template, launch("echo"), launch("misbehave"), waiting_per_function=2, workers_per_function=1
        )
        api, internal = InvokeApi(pools), InternalApi(bind(0, stack))
        await internal.open([api], dict)
        stack.push_async_callback(internal.close)
        stack.push_async_callback(api.close)
        session = boto3.Session("test", "test", region_name="us-east-1")
        config = Config(retries={"max_attempts": 0}, max_pool_connections=20)
        client = session.client("lambda", endpoint_url=internal.url, config=config)

        async def call(name: str, event: object = None, **more: Any) -> dict[str, Any]:
            payload = {} if event is None else {"Payload": json.dumps(event)}
            reply: dict[str, Any] = await asyncio.to_thread(client.invoke, FunctionName=name, **payload, **more)
            return reply

        yield call


def log_of(folder: Path) -> str:
    """What `misbehave` has written so far."""
    path = folder / "misbehave.log"
    return path.read_text() if path.exists() else ""


def content(reply: dict[str, Any]) -> Any:
    return json.loads(reply["Payload"].read())


@pytest.mark.parametrize(
    "name",
    [
        "echo",
        "echo:$LATEST",
        "arn:aws:lambda:us-east-1:000000000000:function:echo",
        "arn:aws:lambda:us-east-1:000000000000:function:echo:$LATEST",
    ],
)
async def test_a_function_is_called_by_its_name_or_arn(invoke: Invoke, name: str) -> None:
    reply = await invoke(name, {"theta": 1.5})

    assert reply["StatusCode"] == 200
    assert reply["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in reply
    assert content(reply)["event"] == {"theta": 1.5}


async def test_no_payload_is_an_empty_event(invoke: Invoke) -> None:
    assert content(await invoke("echo"))["event"] == {}


async def test_an_exception_is_an_answer_with_the_error_s_document(invoke: Invoke) -> None:
    reply = await invoke("misbehave", {"how": "raise", "message": "no such item"})

    assert (reply["StatusCode"], reply["FunctionError"]) == (200, "Unhandled")
    document = content(reply)
    assert (document["errorType"], document["errorMessage"]) == ("Mishap", "no such item")


async def test_an_event_is_accepted_at_once_and_run_later(invoke: Invoke, tmp_path: Path) -> None:
    reply = await invoke("misbehave", {"how": "print", "text": "the event ran"}, InvocationType="Event")

    assert reply["StatusCode"] == 202
    await eventually(lambda: "the event ran" in log_of(tmp_path))


async def test_an_event_that_fails_is_tried_three_times(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("host.invoke.api.EVENT_RETRY_SECONDS", (0.01, 0.02))

    await invoke("misbehave", {"how": "raise", "message": "not yet"}, InvocationType="Event")

    await eventually(lambda: log_of(tmp_path).count("[ERROR] Mishap: not yet") == 3)
    await asyncio.sleep(0.2)
    assert log_of(tmp_path).count("[ERROR] Mishap: not yet") == 3


async def test_a_dry_run_runs_nothing(invoke: Invoke, tmp_path: Path) -> None:
    reply = await invoke("misbehave", {"how": "print", "text": "ran"}, InvocationType="DryRun")

    assert reply["StatusCode"] == 204
    assert not log_of(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"name": "nobody"}, "ResourceNotFoundException"),
        ({"name": "echo", "Payload": b"not json"}, "InvalidRequestContentException"),
        ({"name": "echo", "Payload": b'"' + b"x" * (7 << 20) + b'"'}, "RequestTooLargeException"),
        ({"name": "echo", "InvocationType": "Whatever"}, "InvalidParameterValueException"),
    ],
)
async def test_a_call_that_cannot_be_made_is_refused_with_lambda_s_code(
    invoke: Invoke, arguments: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError) as refused:
        await invoke(**arguments)

    assert refused.value.response["Error"]["Code"] == code


async def test_too_many_calls_at_once_are_throttled(invoke: Invoke) -> None:
    await invoke("misbehave", {"how": "sleep", "seconds": 0})

    calls = (invoke("misbehave", {"how": "sleep", "seconds": 2}) for _ in range(6))
    ends = await asyncio.gather(*calls, return_exceptions=True)

    refused = [end for end in ends if isinstance(end, ClientError)]
    assert len(refused) == 3
    assert {end.response["Error"]["Code"] for end in refused} == {"TooManyRequestsException"}
