"""Functions run in processes of their own, one call at a time, and end in every way in which Lambda lets them end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from host.invoke.forking import TemplateStarter
from host.invoke.launch import Starter
from host.invoke.outcome import MAX_PAYLOAD_BYTES, Failure, Outcome, PoolOverloaded
from host.invoke.pools import Pools, UnknownFunction
from tests.host.conftest import MakeLaunch, OpenPools, eventually

pytestmark = pytest.mark.anyio


async def call(pools: Pools, name: str, event: object) -> Any:
    """The result of a call that succeeds."""
    outcome = await pools.invoke(name, json.dumps(event).encode())
    assert outcome.failure is None, outcome.payload
    return json.loads(outcome.payload)


def error_of(outcome: Outcome) -> tuple[Failure | None, str, str]:
    document = json.loads(outcome.payload)
    return outcome.failure, document["errorType"], document["errorMessage"]


async def test_a_function_gets_the_event_and_lambda_s_context(
    starter: Starter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(starter, launch("echo", timeout_seconds=9.0, GREETING="hello"))

    seen = await call(pools, "echo", {"text": "grüße \U0001f642"})

    assert seen["event"] == {"text": "grüße \U0001f642"}
    assert seen["variables"]["GREETING"] == "hello"
    assert seen["variables"]["AWS_LAMBDA_FUNCTION_NAME"] == "echo"
    assert seen["arn"] == "arn:aws:lambda:us-east-1:000000000000:function:echo"
    assert 7_000 < seen["remaining_ms"] <= 9_000
    assert seen["time_zone"] == "UTC"
    assert seen["request_id"]
    assert seen["trace_id"].startswith("Root=1-")


async def test_a_function_sees_nothing_of_the_host_s_environment(
    starter: Starter, launch: MakeLaunch, open_pools: OpenPools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_SECRET_OF_THE_HOST", "1")
    pools = open_pools(starter, launch("echo"))

    seen = await call(pools, "echo", {})

    assert "A_SECRET_OF_THE_HOST" not in seen["variables"]


async def test_forked_and_cold_workers_see_the_same_world(
    template: TemplateStarter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    from host.invoke.launch import ColdStarter

    forked = await call(open_pools(template, launch("world")), "world", {})
    cold = await call(open_pools(ColdStarter(), launch("world")), "world", {})

    assert forked == cold


async def test_the_next_call_finds_the_same_process_warm(
    starter: Starter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(starter, launch("echo"))

    calls = [await call(pools, "echo", {}) for _ in range(3)]

    assert [one["calls"] for one in calls] == [1, 2, 3]
    assert len({one["pid"] for one in calls}) == 1
    assert len({one["request_id"] for one in calls}) == 3


async def test_calls_at_once_run_in_as_many_processes_as_are_allowed(
    template: TemplateStarter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(template, launch("misbehave"), workers_per_function=3)

    pids = await asyncio.gather(*(call(pools, "misbehave", {"how": "sleep", "seconds": 0.3}) for _ in range(9)))

    assert 1 < len(set(pids)) <= 3


async def test_an_exception_is_reported_as_lambda_does(
    starter: Starter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(starter, launch("misbehave"))

    outcome = await pools.invoke("misbehave", b'{"how": "raise", "message": "no such item"}')

    assert error_of(outcome) == (Failure.RAISED, "Mishap", "no such item")
    assert "misbehave.py" in json.loads(outcome.payload)["stackTrace"][0]


async def test_a_result_that_is_no_json_is_an_error(
    starter: Starter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(starter, launch("misbehave"))

    outcome = await pools.invoke("misbehave", b'{"how": "unserialisable"}')

    assert error_of(outcome)[:2] == (Failure.RAISED, "Runtime.MarshalError")


async def test_a_function_that_cannot_be_imported_says_why_at_every_call(
    starter: Starter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(starter, launch("broken"))

    outcomes = [await pools.invoke("broken", b"{}") for _ in range(2)]

    assert [error_of(one) for one in outcomes] == [(Failure.LOAD, "RuntimeError", "this module does not load")] * 2


async def test_a_function_that_does_not_exist_says_so(
    starter: Starter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(starter, launch("missing"))

    failure, error_type, message = error_of(await pools.invoke("missing", b"{}"))

    assert (failure, error_type) == (Failure.LOAD, "Runtime.ImportModuleError")
    assert "tests.host.fixture_functions.missing" in message


async def test_a_name_that_was_never_declared_is_unknown(template: TemplateStarter, open_pools: OpenPools) -> None:
    pools = open_pools(template)

    with pytest.raises(UnknownFunction):
        await pools.invoke("nobody", b"{}")


@pytest.mark.parametrize(
    ("event", "how"),
    [({"how": "exit", "status": 3}, "exit status 3"), ({"how": "die"}, "signal: killed")],
)
async def test_a_crash_fails_the_call_and_the_next_one_gets_a_new_process(
    starter: Starter, launch: MakeLaunch, open_pools: OpenPools, event: dict[str, Any], how: str
) -> None:
    pools = open_pools(starter, launch("misbehave"))

    failure, error_type, message = error_of(await pools.invoke("misbehave", json.dumps(event).encode()))
    afterwards = await pools.invoke("misbehave", b'{"how": "print", "text": "still here"}')

    assert (failure, error_type) == (Failure.CRASHED, "Runtime.ExitError")
    assert message.endswith(f"Error: Runtime exited with error: {how}")
    assert afterwards == Outcome(b"null")


async def test_a_call_that_takes_too_long_is_killed(
    starter: Starter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(starter, launch("misbehave", timeout_seconds=0.5))
    pid = await call(pools, "misbehave", {"how": "sleep", "seconds": 0})

    began_at = time.monotonic()
    failure, error_type, message = error_of(await pools.invoke("misbehave", b'{"how": "sleep", "seconds": 60}'))

    assert (failure, error_type) == (Failure.TIMED_OUT, "Sandbox.Timedout")
    assert message.endswith("Task timed out after 0.50 seconds")
    assert time.monotonic() - began_at < 5
    await eventually(lambda: not Path(f"/proc/{pid}").exists())


async def test_a_result_larger_than_lambda_s_limit_is_refused(
    starter: Starter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(starter, launch("misbehave"))

    largest = await call(pools, "misbehave", {"how": "fill", "bytes": MAX_PAYLOAD_BYTES - 2})
    outcome = await pools.invoke("misbehave", json.dumps({"how": "fill", "bytes": MAX_PAYLOAD_BYTES}).encode())

    assert len(largest) == MAX_PAYLOAD_BYTES - 2
    assert error_of(outcome)[:2] == (Failure.TOO_LARGE, "Function.ResponseSizeTooLarge")


async def test_what_a_function_prints_is_in_its_log(
    starter: Starter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    declared = launch("misbehave")
    pools = open_pools(starter, declared)

    await call(pools, "misbehave", {"how": "print", "text": "a line of the function's"})

    await eventually(lambda: "a line of the function's" in declared.log_file.read_text())


async def test_an_idle_process_that_is_killed_costs_no_call(
    starter: Starter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(starter, launch("echo"))
    first = await call(pools, "echo", {})

    os.kill(first["pid"], signal.SIGKILL)
    await eventually(lambda: not pools.pids)
    second = await call(pools, "echo", {})

    assert second["pid"] != first["pid"]


async def test_workers_stop_when_they_have_been_idle(
    template: TemplateStarter, launch: MakeLaunch, open_pools: OpenPools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("host.invoke.pools.IDLE_CHECK_SECONDS", 0.05)
    pools = open_pools(template, launch("echo"), idle_seconds=0.2)

    pid = (await call(pools, "echo", {}))["pid"]

    await eventually(lambda: pools.size == 0)
    await eventually(lambda: not Path(f"/proc/{pid}").exists())
    assert (await call(pools, "echo", {}))["calls"] == 1


async def test_more_calls_than_may_wait_are_refused_at_once(
    template: TemplateStarter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(template, launch("misbehave"), workers_per_function=1, waiting_per_function=2)
    await call(pools, "misbehave", {"how": "print", "text": "warm"})

    sleep = b'{"how": "sleep", "seconds": 0.3}'
    ends = await asyncio.gather(*(pools.invoke("misbehave", sleep) for _ in range(5)), return_exceptions=True)

    assert sum(isinstance(end, PoolOverloaded) for end in ends) == 2
    assert sum(isinstance(end, Outcome) and end.failure is None for end in ends) == 3


async def test_a_call_waits_only_so_long_for_its_turn(
    template: TemplateStarter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(template, launch("misbehave"), workers_per_function=1, waiting_seconds=5.0)
    await call(pools, "misbehave", {"how": "print", "text": "warm"})
    pools = open_pools(template, launch("misbehave"), workers_per_function=1, waiting_seconds=0.2)

    hog = asyncio.create_task(pools.invoke("misbehave", b'{"how": "sleep", "seconds": 1}'))
    with pytest.raises(PoolOverloaded):
        await asyncio.gather(pools.invoke("misbehave", b'{"how": "print", "text": ""}'))

    hog.cancel()


async def test_a_function_without_a_process_gets_the_place_of_one_that_is_idle(
    template: TemplateStarter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(template, launch("echo"), launch("misbehave"), workers=1)

    first = await call(pools, "echo", {})
    await call(pools, "misbehave", {"how": "print", "text": ""})
    second = await call(pools, "echo", {})

    assert pools.size == 1
    assert second["pid"] != first["pid"]


async def test_a_function_waits_for_a_place_while_all_are_busy(
    template: TemplateStarter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(template, launch("echo"), launch("misbehave"), workers=1)
    busy = asyncio.create_task(call(pools, "misbehave", {"how": "sleep", "seconds": 0.3}))
    await eventually(lambda: pools.pids)

    seen = await call(pools, "echo", {"waited": True})

    assert seen["event"] == {"waited": True}
    assert busy.done()


async def test_a_call_that_is_given_up_frees_its_worker(
    template: TemplateStarter, launch: MakeLaunch, open_pools: OpenPools
) -> None:
    pools = open_pools(template, launch("misbehave"), workers_per_function=1)
    given_up = asyncio.create_task(call(pools, "misbehave", {"how": "sleep", "seconds": 60}))
    await eventually(lambda: pools.pids)
    await asyncio.sleep(0.2)

    given_up.cancel()

    assert await call(pools, "misbehave", {"how": "sleep", "seconds": 0})


async def test_closing_ends_every_process(starter: Starter, launch: MakeLaunch, open_pools: OpenPools) -> None:
    pools = open_pools(starter, launch("echo"), launch("misbehave"))
    pids = [(await call(pools, "echo", {}))["pid"], await call(pools, "misbehave", {"how": "sleep", "seconds": 0})]

    await pools.close()

    await eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
