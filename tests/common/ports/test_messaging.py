"""Queues, workflows, batch jobs, sockets and secrets: what reaches AWS, and what AWS's refusals become.

moto checks each request against AWS's models and keeps the services' state. That LocalStack and the function host take
the same requests is the journeys' to show.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from dreamseed.database.ids import new_id
from dreamseed.errors import Invalid, MissingGrant, Unavailable
from dreamseed.function import Function
from dreamseed.message import Message
from dreamseed.needs import Grant, job_queue, secret, sockets, topics, workflow
from dreamseed.ports import batch, queues, secrets, workflows
from dreamseed.ports import sockets as socket_port

Granted = Callable[[dict[Grant, str]], Function]
pytestmark = pytest.mark.usefixtures("aws")
NOWHERE = "https://sqs.eu-central-1.amazonaws.com/123456789012/nowhere"


def message(topic: str = "session.finished", text: str = "") -> Message:
    data = {"answers": 3, "text": text}
    return Message(new_id(), topic, new_id(), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), data)


def make_queue(name: str) -> str:
    return str(boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"])


def received(url: str) -> list[Message]:
    messages: list[Message] = []
    while batch := boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        messages += [Message.from_json(entry["Body"]) for entry in batch]
    return messages


def test_a_message_arrives_as_it_was_sent(granted: Granted) -> None:
    url, sent = make_queue("exposure-counts"), message()

    queues.connect(granted({topics(): json.dumps({sent.topic: [url]})}), None).publish([sent])

    assert received(url) == [sent]


def test_a_topic_reaches_all_its_queues_in_batches(granted: Granted) -> None:
    first, second = make_queue("exposure-counts"), make_queue("knowledge-states")
    relay = granted({topics(): json.dumps({"session.finished": [first, second], "job.requested": [second]})})
    sent = [message() for _ in range(23)] + [message("job.requested"), message("nobody.cares")]

    assert queues.connect(relay, None).publish(sent) == {}

    def ids(messages: list[Message]) -> set[Any]:
        return {item.id for item in messages}

    assert ids(received(first)) == ids(sent[:23])
    assert ids(received(second)) == ids(sent[:24])
    assert queues.connect(relay, None).consumers() == {"session.finished": 2, "job.requested": 1}


def test_what_a_queue_does_not_take_is_reported_message_by_message(granted: Granted) -> None:
    good, lost, kept = make_queue("good"), message("lost"), message("kept")
    relay = granted({topics(): json.dumps({"lost": [NOWHERE], "kept": [good]})})

    unsent = queues.connect(relay, None).publish([lost, kept])

    assert unsent.keys() == {lost.id}
    assert "NonExistentQueue" in unsent[lost.id].reason
    assert not unsent[lost.id].is_final, "the queue's fault"


def test_messages_are_packed_by_their_bytes_and_one_that_fits_nowhere_is_refused_for_good(granted: Granted) -> None:
    url = make_queue("exposure-counts")
    relay = granted({topics(): json.dumps({"session.finished": [url]})})
    sent = [message(text="x" * 60_000) for _ in range(10)]
    too_large = message(text="x" * queues.MAX_BATCH_BYTES)

    refused = queues.connect(relay, None).publish([*sent[:5], too_large, *sent[5:]])

    assert {item.id for item in received(url)} == {item.id for item in sent}
    assert refused.keys() == {too_large.id}
    assert refused[too_large.id].is_final


@pytest.mark.parametrize("is_senders_fault", [True, False])
def test_whose_fault_a_refusal_is_decides_whether_it_is_final(
    is_senders_fault: bool, granted: Granted, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay, refused = granted({topics(): json.dumps({"session.finished": [NOWHERE]})}), message()
    failure = {"Id": str(refused.id), "Code": "InvalidMessageContents", "SenderFault": is_senders_fault}
    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", _recording([], {"Failed": [failure]}))

    refusals = queues.connect(relay, None).publish([refused])

    assert refusals == {refused.id: queues.Refusal("InvalidMessageContents: ", is_senders_fault)}


def test_a_message_is_lost_for_good_only_if_no_queue_will_take_it() -> None:
    final, passing = queues.Refusal("too large", is_final=True), queues.Refusal("down")

    assert (final | final).is_final
    assert not (final | passing).is_final
    assert (passing | final).reason == "down; too large"


@pytest.fixture
def machine() -> str:
    role = boto3.client("iam").create_role(RoleName="runs", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    definition = json.dumps({"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}})
    client = boto3.client("stepfunctions")
    return str(client.create_state_machine(name="simulate", definition=definition, roleArn=role)["stateMachineArn"])


def executions(machine: str) -> list[tuple[str, str]]:
    found = boto3.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    return [(execution["name"], execution["status"]) for execution in found]


def test_an_execution_is_started_once_under_its_name(granted: Granted, machine: str) -> None:
    port = workflows.connect(granted({workflow("simulate"): machine}), None)

    port.start("simulate", "job-1", {"job_id": "job"})
    port.start("simulate", "job-1", {"job_id": "job"})

    assert executions(machine) == [("job-1", "RUNNING")]


def test_an_execution_is_stopped_if_there_is_one(granted: Granted, machine: str) -> None:
    port = workflows.connect(granted({workflow("simulate"): machine}), None)
    port.start("simulate", "job-1", {})

    port.stop("simulate", "job-1", "cancelled")
    port.stop("simulate", "job-2", "cancelled")

    assert executions(machine) == [("job-1", "ABORTED")]


def test_a_machine_that_is_gone_is_unavailable(granted: Granted, machine: str) -> None:
    port = workflows.connect(granted({workflow("simulate"): machine + "-old"}), None)

    with pytest.raises(Unavailable, match="starting a workflow"):
        port.start("simulate", "job-1", {})


REPORTS: dict[str, Callable[[workflows.Workflows], bool]] = {
    "SendTaskSuccess": lambda port: port.task_succeeded("simulate", "a token", {"n": 1}),
    "SendTaskFailure": lambda port: port.task_failed("simulate", "a token", "ValueError", "because"),
    "SendTaskHeartbeat": lambda port: port.task_is_alive("simulate", "a token"),
}


@pytest.mark.parametrize("operation", REPORTS)
def test_a_report_on_a_task_reaches_its_workflow(
    operation: str, granted: Granted, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", _recording(requests, {}))

    assert REPORTS[operation](workflows.connect(granted({workflow("simulate"): "arn"}), None))

    ((sent, arguments),) = requests
    assert (sent, arguments["taskToken"]) == (operation, "a token")


@pytest.mark.parametrize("operation", REPORTS)
@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_report_to_a_workflow_that_waits_no_longer_is_no_error(
    operation: str, code: str, granted: Granted, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = workflows.connect(granted({workflow("simulate"): "arn"}), None)

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", _refusing(code))

    assert not REPORTS[operation](port)


def test_a_batch_job_is_submitted_with_its_input(granted: Granted, monkeypatch: pytest.MonkeyPatch) -> None:
    requests: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", _recording(requests, {"jobId": "b-1"}))
    address = json.dumps({"job_queue": "jobs", "job_definition": "run_chunk:1"})
    port = batch.connect(granted({job_queue("run_chunk"): address}), None)

    assert port.submit("run_chunk", "job-1", {"job_id": "j"}) == "b-1"
    port.terminate("run_chunk", "b-1", "cancelled")

    variable = {"name": "DREAMSEED_JOB_INPUT", "value": '{"job_id":"j"}'}
    submitted = {"jobName": "job-1", "jobQueue": "jobs", "jobDefinition": "run_chunk:1"}
    assert requests == [
        ("SubmitJob", {**submitted, "containerOverrides": {"environment": [variable]}}),
        ("TerminateJob", {"jobId": "b-1", "reason": "cancelled"}),
    ]


def test_a_batch_job_that_was_forgotten_needs_no_stopping(granted: Granted, monkeypatch: pytest.MonkeyPatch) -> None:
    port = batch.connect(granted({job_queue("run_chunk"): "{}"}), None)

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", _refusing("ClientException"))
    port.terminate("run_chunk", "b-1", "cancelled")

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", _refusing("ServerException"))
    with pytest.raises(Unavailable):
        port.terminate("run_chunk", "b-1", "cancelled")


def test_a_batch_jobs_input_has_a_largest_size(granted: Granted) -> None:
    port = batch.connect(granted({job_queue("run_chunk"): "{}"}), None)

    with pytest.raises(Invalid, match="bytes"):
        port.submit("run_chunk", "job-1", {"text": "x" * batch.MAX_INPUT_BYTES})


def test_a_post_to_a_connection_that_is_gone_says_so(granted: Granted, monkeypatch: pytest.MonkeyPatch) -> None:
    requests: list[tuple[str, dict[str, Any]]] = []
    port = socket_port.connect(granted({sockets(): "http://localhost:1"}), None)

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", _recording(requests, {}))
    assert port.post("c-1", {"type": "job_event"})
    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", _refusing("GoneException"))
    assert not port.post("c-1", {})
    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", _refusing("LimitExceededException"))
    with pytest.raises(Unavailable):
        port.post("c-1", {})

    assert requests == [("PostToConnection", {"ConnectionId": "c-1", "Data": b'{"type":"job_event"}'})]


def test_a_secret_is_read_from_a_file_or_from_aws_and_remembered(granted: Granted, tmp_path: Path) -> None:
    secrets.forget_secrets()
    file = tmp_path / "a key"
    file.write_text("from a file\n")
    arn = boto3.client("secretsmanager").create_secret(Name="key", SecretString="from aws")["ARN"]
    port = secrets.connect(granted({secret("local"): file.as_uri(), secret("cloud"): arn}), None)

    assert (port.read("local"), port.read("cloud")) == ("from a file", "from aws")
    file.write_text("rotated")
    assert port.read("local") == "from a file"
    secrets.forget_secrets()
    assert port.read("local") == "rotated"


def test_a_rotated_secret_is_taken_up_after_a_while(
    granted: Granted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.forget_secrets()
    file = tmp_path / "key"
    file.write_text("first")
    port = secrets.connect(granted({secret("key"): file.as_uri()}), None)
    assert port.read("key") == "first"

    file.write_text("second")
    monkeypatch.setattr(secrets, "TTL_SECONDS", 0.0)

    assert port.read("key") == "second"


UNDECLARED: dict[str, Callable[[Function], object]] = {
    "topics()": lambda function: queues.connect(function, None).publish([message()]),
    'workflow("w")': lambda function: workflows.connect(function, None).start("w", "n", {}),
    'job_queue("j")': lambda function: batch.connect(function, None).submit("j", "n", {}),
    "sockets()": lambda function: socket_port.connect(function, None).post("c", {}),
    'secret("s")': lambda function: secrets.connect(function, None).read("s"),
}


@pytest.mark.parametrize("declaration", UNDECLARED)
def test_what_a_function_did_not_declare_it_cannot_use(declaration: str, granted: Granted) -> None:
    with pytest.raises(MissingGrant) as missing:
        UNDECLARED[declaration](granted({}))

    assert str(missing.value) == f"tidy_up must declare {declaration}"


def test_what_the_platform_did_not_give_is_named(granted: Granted) -> None:
    function = granted({workflow("simulate-design"): ""})

    with pytest.raises(MissingGrant, match="DREAMSEED_WORKFLOW_SIMULATE_DESIGN is not set"):
        workflows.connect(function, None).start("simulate-design", "n", {})


def _recording(requests: list[tuple[str, dict[str, Any]]], reply: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    def call(client: Any, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        requests.append((operation, arguments))
        return reply

    return call


def _refusing(code: str) -> Callable[..., dict[str, Any]]:
    def call(client: Any, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, operation)

    return call
