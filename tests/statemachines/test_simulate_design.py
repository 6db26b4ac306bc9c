"""The state machine of simulations, executed by LocalStack with played functions: what is called, and how often."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest

from host.localstack.supervisor import REGION, LocalStack
from host.provision import ROLE, provision
from tests.statemachines.definitions import read_definition

pytestmark = pytest.mark.host

PATIENCE_SECONDS = 60
JOB = {"org_id": "an organisation", "job_id": "a job", "attempt": 1}
POINTS = [{"item": str(n), "theta": n - 1.0} for n in range(3)]
FUNCTIONS = (
    "prepare_simulation",
    "simulate_at_theta",
    "submit_population_simulation",
    "finish_simulation",
    "fail_job",
)


class PlayedFunctions(ThreadingHTTPServer):
    """The host's Invoke API. `behaviour[name]` gives a function's result or raises; by default it is empty."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.behaviour: dict[str, Callable[[dict[str, Any]], Any]] = {}

    def called(self, name: str) -> list[dict[str, Any]]:
        """The events that the function was called with."""
        return [event for called, event in self.calls if called == name]


class _Handler(BaseHTTPRequestHandler):
    server: PlayedFunctions

    def do_POST(self) -> None:
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = self.path.split("/")[-2]
        self.server.calls.append((name, event))
        try:
            play = self.server.behaviour
            reply, failed = play[name](event) if name in play else {}, False
        except Exception as error:
            reply, failed = {"errorType": type(error).__name__, "errorMessage": str(error)}, True
        body = json.dumps(reply).encode()
        self.send_response(200)
        if failed:
            self.send_header("X-Amz-Function-Error", "Unhandled")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Keep the tests' output clean."""


class JobCancelled(Exception):
    """Named like the product's own, by which the state machine knows it."""


@pytest.fixture(scope="module")
def server() -> Iterator[PlayedFunctions]:
    with PlayedFunctions() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def workflows(tmp_path_factory: pytest.TempPathFactory, server: PlayedFunctions) -> Iterator[Any]:
    """LocalStack's Step Functions."""
    emulator = LocalStack(tmp_path_factory.mktemp("simulate design"), server.url)
    emulator.start()
    with pytest.MonkeyPatch.context() as environment:
        for variable, value in {
            "AWS_ENDPOINT_URL": emulator.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
        }.items():
            environment.setenv(variable, value)
        functions = [{"name": name, "timeout_seconds": 300} for name in FUNCTIONS]
        provision({"functions": functions, "queues": [], "schedules": [], "state_machines": []})
        yield boto3.client("stepfunctions")
    emulator.stop()


@pytest.fixture
def functions(server: PlayedFunctions, workflows: Any) -> PlayedFunctions:
    """Functions that do well: the points are prepared, and the population's batch job succeeds."""
    server.calls.clear()
    server.behaviour = {
        "prepare_simulation": lambda event: {"points": POINTS},
        "submit_population_simulation": lambda event: succeed(workflows, event["task_token"]),
    }
    return server


def succeed(workflows: Any, token: str) -> dict[str, str]:
    """Submit a batch job that reports success a moment later."""

    def report() -> None:
        workflows.send_task_success(taskToken=token, output="{}")

    threading.Timer(0.3, report).start()
    return {"batch_job_id": "a batch job"}


def execute(workflows: Any, name: str, *, heartbeat_seconds: int = 240) -> Any:
    """The finished execution, with pauses between tries of at most a second."""
    definition = read_definition("simulate_design")
    definition["States"]["SimulatePopulation"]["HeartbeatSeconds"] = heartbeat_seconds
    text = json.dumps(definition)
    for pause in ('"IntervalSeconds": 2', '"BackoffRate": 2'):
        text = text.replace(pause, pause.replace("2", "1"))
    for function in FUNCTIONS:
        text = text.replace(f"${{{function}}}", f"arn:aws:lambda:{REGION}:000000000000:function:{function}")
    machine = workflows.create_state_machine(name=name, definition=text, roleArn=ROLE)["stateMachineArn"]
    execution = workflows.start_execution(stateMachineArn=machine, input=json.dumps(JOB))["executionArn"]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        finished = workflows.describe_execution(executionArn=execution)
        if finished["status"] != "RUNNING":
            return finished
        time.sleep(0.1)
    raise TimeoutError(f"{name} still runs")


def test_points_then_population_then_report(workflows: Any, functions: PlayedFunctions) -> None:
    execution = execute(workflows, "all-well")

    assert execution["status"] == "SUCCEEDED"
    names = [name for name, _ in functions.calls]
    assert names == [
        "prepare_simulation",
        *["simulate_at_theta"] * 3,
        "submit_population_simulation",
        "finish_simulation",
    ]
    assert functions.called("prepare_simulation") == [JOB]
    points = sorted(functions.called("simulate_at_theta"), key=lambda event: event["item"])
    assert points == [{**JOB, **point} for point in POINTS]
    assert functions.called("finish_simulation") == [JOB]


def test_a_cancelled_job_ends_quietly(workflows: Any, functions: PlayedFunctions) -> None:
    def cancelled(event: dict[str, Any]) -> Any:
        raise JobCancelled

    functions.behaviour["simulate_at_theta"] = cancelled

    execution = execute(workflows, "cancelled")

    assert execution["status"] == "SUCCEEDED"
    assert not functions.called("fail_job")
    assert not functions.called("submit_population_simulation")
    assert len(functions.called("simulate_at_theta")) <= 3


def test_a_step_that_fails_once_is_tried_again(workflows: Any, functions: PlayedFunctions) -> None:
    def fail_once(event: dict[str, Any]) -> Any:
        if len(functions.called("finish_simulation")) == 1:
            raise ConnectionError("the database went away")
        return {}

    functions.behaviour["finish_simulation"] = fail_once

    assert execute(workflows, "fails-once")["status"] == "SUCCEEDED"
    assert len(functions.called("finish_simulation")) == 2


def test_a_job_whose_step_keeps_failing_has_failed(workflows: Any, functions: PlayedFunctions) -> None:
    def fail(event: dict[str, Any]) -> Any:
        raise LookupError("no such bank")

    functions.behaviour["prepare_simulation"] = fail

    execution = execute(workflows, "fails")

    assert execution["status"] == "FAILED"
    assert len(functions.called("prepare_simulation")) == 6
    (failed,) = functions.called("fail_job")
    assert failed["error"]["Error"] == "LookupError"
    assert {name: failed[name] for name in JOB} == JOB


def test_a_population_that_falls_silent_is_submitted_anew_as_another_step(
    workflows: Any, functions: PlayedFunctions
) -> None:
    def die_once(event: dict[str, Any]) -> Any:
        if len(functions.called("submit_population_simulation")) == 1:
            return {"batch_job_id": "one that is killed before it reports"}
        return succeed(workflows, event["task_token"])

    functions.behaviour["submit_population_simulation"] = die_once

    execution = execute(workflows, "falls-silent", heartbeat_seconds=4)

    assert execution["status"] == "SUCCEEDED"
    assert [event["item"] for event in functions.called("submit_population_simulation")] == ["1.0", "1.1"]


def test_a_population_that_reports_a_failure_is_submitted_anew(workflows: Any, functions: PlayedFunctions) -> None:
    def fail_once(event: dict[str, Any]) -> Any:
        if len(functions.called("submit_population_simulation")) > 1:
            return succeed(workflows, event["task_token"])
        report = {"taskToken": event["task_token"], "error": "Unavailable", "cause": "the database does not answer"}
        threading.Timer(0.3, lambda: workflows.send_task_failure(**report)).start()
        return {"batch_job_id": "a batch job"}

    functions.behaviour["submit_population_simulation"] = fail_once

    assert execute(workflows, "reports-failure")["status"] == "SUCCEEDED"
    assert len(functions.called("submit_population_simulation")) == 2
