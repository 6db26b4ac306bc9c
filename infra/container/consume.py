"""Consume a queue: `python -m infra.container.consume functions.area.verb_noun`, until SIGTERM.

What Lambda's event source mapping does: receive a batch, call the function with it, delete what it handled. A message
that failed stays in the queue and comes again when its visibility time-out is over. The queue's URL is in
`DREAMSEED_CONSUMES`.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from dreamseed.aws.clients import client
from dreamseed.catalogue import find_function
from dreamseed.function import Function
from dreamseed.needs import Queue

WAIT_SECONDS = 5
"""How long one request waits for messages: less than the client's read time-out, and not long to wait at SIGTERM."""
MOST_AT_ONCE = 10
"""SQS gives no more in one request."""


class Consumer:
    """One function and its queue."""

    def __init__(self, function: Function, queue_url: str) -> None:
        trigger = function.needs.trigger
        if not isinstance(trigger, Queue):
            raise TypeError(f"{function.name} consumes no queue")
        self._function, self._url = function, queue_url
        self._batch_size = min(trigger.batch_size, MOST_AT_ONCE)
        self._sqs = client("sqs")
        self._is_stopping = False

    def run(self) -> None:
        """Consume until `stop` is called."""
        while not self._is_stopping:
            self.consume_batch()

    def stop(self, *_: object) -> None:
        """Finish the batch in hand and no other."""
        self._is_stopping = True

    def consume_batch(self) -> int:
        """Receive and handle one batch. Returns how many messages were handled and deleted."""
        messages = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=self._batch_size,
            WaitTimeSeconds=WAIT_SECONDS,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        ).get("Messages", [])
        if not messages:
            return 0
        reply = self._function({"Records": [_record(message) for message in messages]}, None)
        failed = {failure["itemIdentifier"] for failure in reply["batchItemFailures"]}
        handled = [message for message in messages if message["MessageId"] not in failed]
        if handled:
            entries = [{"Id": message["MessageId"], "ReceiptHandle": message["ReceiptHandle"]} for message in handled]
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)
        return len(handled)


def main(module: str) -> None:
    """Consume the queue of the function in that module."""
    consumer = Consumer(find_function(module), os.environ["DREAMSEED_CONSUMES"])
    signal.signal(signal.SIGTERM, consumer.stop)
    consumer.run()


def _record(message: dict[str, Any]) -> dict[str, Any]:
    """A message as Lambda's event has it."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "eventSource": "aws:sqs",
    }


if __name__ == "__main__":
    main(sys.argv[1])
