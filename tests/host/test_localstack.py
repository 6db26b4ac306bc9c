"""LocalStack as we run it: its queues and state machines call functions at the host, and it ends with the host."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest

from host.localstack.supervisor import REGION, LocalStack, LocalStackError
from tests.host.queues import is_empty

pytestmark = pytest.mark.host

PATIENCE_SECONDS = 40
ROLE = "arn:aws:iam::000000000000:role/functions"


class InvokeApi(ThreadingHTTPServer):
    """The host's Invoke API with three functions: `echo` answers, `fail` raises, `flaky` raises once per payload."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), InvokeApiHandler)
        self.calls: Counter[tuple[str, str]] = Counter()
        self.url = f"http://127.0.0.1:{self.server_port}"


class InvokeApiHandler(BaseHTTPRequestHandler):
    server: InvokeApi

    def do_POST(self) -> None:
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = self.path.removeprefix("/2015-03-31/functions/").removesuffix("/invocations")
        content = event["Records"][0]["body"] if "Records" in event else json.dumps(event)
        self.server.calls[name, content] += 1
        if name == "missing":
            self.send_error(404)
            return
        fails = name == "fail" or (name == "flaky" and self.server.calls[name, content] == 1)
        reply = {"errorType": "ValueError", "errorMessage": "no such item"} if fails else {"echo": event}
        body = json.dumps(reply).encode()
        self.send_response(200)
        if fails:
            self.send_header("X-Amz-Function-Error", "Unhandled")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture(scope="module")
def invoke_api() -> Iterator[InvokeApi]:
    with InvokeApi() as api:
        threading.Thread(target=api.serve_forever, daemon=True).start()
        yield api
        api.shutdown()


@pytest.fixture(scope="module")
def localstack(tmp_path_factory: pytest.TempPathFactory, invoke_api: InvokeApi) -> Iterator[LocalStack]:
    emulator = LocalStack(tmp_path_factory.mktemp("a path with spaces"), invoke_api.url)
    emulator.start()
    yield emulator
    emulator.stop()


Connect = Callable[[str], Any]


@pytest.fixture(scope="module")
def aws(localstack: LocalStack) -> Connect:
    session = boto3.Session("test", "test", region_name=REGION)
    connect: Connect = lambda service: session.client(service, endpoint_url=localstack.url)  # noqa: E731
    for name in ("echo", "fail", "flaky", "missing"):
        create_function(connect("lambda"), name)
    return connect


def create_function(functions: Any, name: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr("handler.py", "")
    functions.create_function(
        FunctionName=name,
        Runtime="python3.11",
        Role=ROLE,
        Handler="handler.handler",
        Code={"ZipFile": archive.getvalue()},
    )
    functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})


def eventually(condition: Callable[[], object]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def create_queue(aws: Connect, name: str, function: str, attributes: dict[str, str]) -> tuple[str, str]:
    """The URL and ARN of a new queue whose messages go to the function."""
    url = aws("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    arn = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    if function:
        aws("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=function, BatchSize=1)
    return url, arn


def run_state_machine(aws: Connect, name: str, state: dict[str, object]) -> dict[str, Any]:
    """The finished execution of a state machine with this one task."""
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "OutputPath": "$.Payload", "End": True}
    definition = {"StartAt": "Only", "States": {"Only": task | state, "Caught": {"Type": "Pass", "End": True}}}
    workflows = aws("stepfunctions")
    machine = workflows.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)
    execution = workflows.start_execution(stateMachineArn=machine["stateMachineArn"], input="{}")["executionArn"]
    assert eventually(lambda: workflows.describe_execution(executionArn=execution)["status"] != "RUNNING")
    finished: dict[str, Any] = workflows.describe_execution(executionArn=execution)
    return finished


def test_a_message_in_a_queue_reaches_its_function_once(aws: Connect, invoke_api: InvokeApi) -> None:
    url, _ = create_queue(aws, "answers", "echo", {"VisibilityTimeout": "30"})

    aws("sqs").send_message(QueueUrl=url, MessageBody="a scored answer")

    assert eventually(lambda: invoke_api.calls["echo", "a scored answer"])
    assert eventually(lambda: is_empty(aws("sqs"), url)), "what was handled is not taken from the queue"
    assert invoke_api.calls["echo", "a scored answer"] == 1


def test_a_message_whose_function_fails_is_delivered_again(aws: Connect, invoke_api: InvokeApi) -> None:
    url, _ = create_queue(aws, "answers-retried", "flaky", {"VisibilityTimeout": "1"})

    aws("sqs").send_message(QueueUrl=url, MessageBody="fails once")

    assert eventually(lambda: invoke_api.calls["flaky", "fails once"] == 2)


def test_a_message_that_always_fails_becomes_a_dead_letter(aws: Connect, invoke_api: InvokeApi) -> None:
    dead_url, dead_arn = create_queue(aws, "answers-dead", "", {})
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": "2"})
    url, _ = create_queue(aws, "answers-poisoned", "fail", {"VisibilityTimeout": "1", "RedrivePolicy": redrive})

    aws("sqs").send_message(QueueUrl=url, MessageBody="poison")

    assert eventually(lambda: aws("sqs").receive_message(QueueUrl=dead_url).get("Messages"))
    assert invoke_api.calls["fail", "poison"] == 2


def test_a_state_of_a_state_machine_is_what_its_function_returned(aws: Connect) -> None:
    call = {"Parameters": {"FunctionName": "echo", "Payload": {"theta": 1.5}}}

    execution = run_state_machine(aws, "echoes", call)

    assert execution["status"] == "SUCCEEDED"
    assert json.loads(execution["output"]) == {"echo": {"theta": 1.5}}


def test_a_state_machine_retries_and_catches_by_the_exception_s_class(aws: Connect, invoke_api: InvokeApi) -> None:
    call = {
        "Parameters": {"FunctionName": "fail", "Payload": {"step": "simulate"}},
        "Retry": [{"ErrorEquals": ["ValueError"], "IntervalSeconds": 1, "MaxAttempts": 1}],
        "Catch": [{"ErrorEquals": ["ValueError"], "ResultPath": "$.error", "Next": "Caught"}],
    }

    execution = run_state_machine(aws, "fails", call)

    assert execution["status"] == "SUCCEEDED"
    assert json.loads(execution["output"])["error"]["Error"] == "ValueError"
    assert invoke_api.calls["fail", '{"step": "simulate"}'] == 2


def test_a_host_that_cannot_serve_looks_like_a_failing_lambda_service(aws: Connect, invoke_api: InvokeApi) -> None:
    call = {
        "Parameters": {"FunctionName": "missing", "Payload": {}},
        "Catch": [{"ErrorEquals": ["Lambda.ServiceException"], "ResultPath": "$.error", "Next": "Caught"}],
    }

    execution = run_state_machine(aws, "unserved", call)

    assert json.loads(execution["output"])["error"]["Error"] == "Lambda.ServiceException"


def test_it_listens_on_loopback_only(localstack: LocalStack) -> None:
    tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
    local_addresses = [row.split()[1] for table in tables for row in table.read_text().splitlines()[1:]]

    ours = [address for address in local_addresses if int(address.rsplit(":", 1)[1], 16) == localstack.port]

    assert ours
    assert {address.rsplit(":", 1)[0] for address in ours} == {"0100007F"}


def test_a_killed_localstack_is_noticed_and_starts_again_on_its_port(tmp_path: Path) -> None:
    emulator = LocalStack(tmp_path, "http://127.0.0.1:1")
    emulator.start()
    url, killed = emulator.url, emulator.pid
    assert killed

    os.kill(killed, signal.SIGKILL)
    assert emulator.wait() == -signal.SIGKILL
    emulator.start()

    assert emulator.url == url
    assert emulator.pid != killed
    emulator.stop()


def test_localstack_ends_when_its_host_is_killed(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    pids: Any = context.Queue()
    host = context.Process(target=run_and_be_killed, args=(tmp_path, pids))
    host.start()
    pid = pids.get(timeout=PATIENCE_SECONDS)
    host.join()

    assert eventually(lambda: has_ended(pid))


def has_ended(pid: int) -> bool:
    """Whether the process runs no more; one that nobody has waited for has lost its command line."""
    try:
        return not Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return True


def run_and_be_killed(data_dir: Path, pids: Any) -> None:
    emulator = LocalStack(data_dir, "http://127.0.0.1:1")
    emulator.start()
    pids.put(emulator.pid)
    pids.close()
    pids.join_thread()
    os.kill(os.getpid(), signal.SIGKILL)


def test_its_port_is_kept_for_it_before_it_starts(tmp_path: Path) -> None:
    emulator = LocalStack(tmp_path, "http://127.0.0.1:1")

    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", emulator.port))


def test_a_taken_port_is_refused_at_once(tmp_path: Path, localstack: LocalStack) -> None:
    late = LocalStack(tmp_path, "http://127.0.0.1:1")
    late.port = localstack.port

    with pytest.raises(LocalStackError, match="is taken"):
        late.start()


def test_a_localstack_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("host.localstack.supervisor.INTERPRETER", Path(sys.executable))

    with pytest.raises(LocalStackError, match="No module named 'localstack'"):
        LocalStack(tmp_path, "http://127.0.0.1:1").start()


def test_a_missing_localstack_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("host.localstack.supervisor.INTERPRETER", tmp_path / "python")

    with pytest.raises(LocalStackError, match=r"\./dreamseed setup"):
        LocalStack(tmp_path, "http://127.0.0.1:1").start()
