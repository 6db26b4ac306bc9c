"""The processes of the container image, against SQS as moto answers it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from dreamseed.aws import clients
from dreamseed.function import Function
from dreamseed.needs import Needs, Queue, Step
from infra.container.consume import Consumer
from tests.infra.declarations import declare


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of an SQS of one's own."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr("infra.container.consume.WAIT_SECONDS", 0)
    clients._client.cache_clear()
    with mock_aws():
        yield clients.client("sqs")
    clients._client.cache_clear()


@pytest.fixture
def queue_url(sqs: Any) -> str:
    url: str = sqs.create_queue(QueueName="counts", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    return url


def test_what_the_function_handled_is_deleted_and_what_failed_stays(sqs: Any, queue_url: str) -> None:
    for body in ("good", "bad", "good"):
        sqs.send_message(QueueUrl=queue_url, MessageBody=body)

    handled = Consumer(_consumer(), queue_url).consume_batch()

    counts = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])["Attributes"]
    assert handled == 2
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "1"
    assert counts["ApproximateNumberOfMessages"] == "0"


def test_an_empty_queue_does_not_call_the_function(queue_url: str) -> None:
    function = _consumer()

    assert Consumer(function, queue_url).consume_batch() == 0
    assert function.received == []  # type: ignore[attr-defined]


def test_a_batch_is_as_the_function_declares_it_and_looks_as_from_lambda(sqs: Any, queue_url: str) -> None:
    for _ in range(3):
        sqs.send_message(QueueUrl=queue_url, MessageBody="good")
    function = _consumer(batch_size=2)

    Consumer(function, queue_url).consume_batch()

    (event,) = function.received  # type: ignore[attr-defined]
    assert len(event["Records"]) == 2
    assert event["Records"][0]["eventSource"] == "aws:sqs"
    assert event["Records"][0]["attributes"]["ApproximateReceiveCount"] == "1"


def test_a_consumer_that_is_told_to_stop_takes_no_further_batch(sqs: Any, queue_url: str) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody="good")
    function = _consumer()
    consumer = Consumer(function, queue_url)

    consumer.stop()
    consumer.run()

    assert function.received == []  # type: ignore[attr-defined]


def test_a_function_that_consumes_no_queue_is_refused(queue_url: str) -> None:
    with pytest.raises(TypeError, match="prepare consumes no queue"):
        Consumer(declare("prepare", Needs(Step())), queue_url)


def _consumer(batch_size: int = 10) -> Function:
    """A queue function that fails for every message that says `bad`, and keeps what it received."""
    function = declare("count", Needs(Queue("counts", "session.finished", batch_size=batch_size)))
    received: list[dict[str, Any]] = []

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        received.append(event)
        failed = [record["messageId"] for record in event["Records"] if record["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    function.handler = handle
    function.received = received  # type: ignore[attr-defined]
    return function
