"""Sending messages to the queues of their topics."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Protocol
from uuid import UUID

from dreamseed.function import Function
from dreamseed.message import Message
from dreamseed.ports.grants import Grants
from dreamseed.ports.refusal import Refusal

BATCH_SIZE = 10
MAX_BATCH_BYTES = 256 * 1024
"""Messages per request, and their bytes together: SQS takes no more."""


class QueueAdapter(Protocol):
    """A platform's queues. `address` is a queue's in the grant's variable."""

    def send_batch(self, address: str, bodies: dict[str, str]) -> dict[str, Refusal]:
        """Send up to BATCH_SIZE bodies by id, and return why, for each id that was not taken."""
        ...


class Queues:
    """All queues of all topics: the outbox relay's."""

    def __init__(self, grants: Grants, adapter: QueueAdapter) -> None:
        self._grants = grants
        self._adapter = adapter

    def consumers(self) -> dict[str, int]:
        """How many queues, and so consumers, each topic has."""
        return {topic: len(addresses) for topic, addresses in self._topics().items()}

    def publish(self, messages: Sequence[Message]) -> dict[UUID, Refusal]:
        """Send each message to all queues of its topic. Returns why, for each that some queue did not take.

        A topic without queues has nobody to tell, which is no error.
        """
        topics = self._topics()
        refused: dict[UUID, Refusal] = {}
        for topic in sorted({message.topic for message in messages}):
            bodies = {str(message.id): message.to_json() for message in messages if message.topic == topic}
            for address in topics.get(topic, ()):
                for message_id, refusal in self._send(address, bodies).items():
                    before = refused.get(UUID(message_id))
                    refused[UUID(message_id)] = before | refusal if before else refusal
        return refused

    def _send(self, address: str, bodies: dict[str, str]) -> dict[str, Refusal]:
        sizes = {message_id: len(body.encode()) for message_id, body in bodies.items()}
        too_large = {
            message_id: Refusal(f"{size:,} bytes are more than a queue takes", is_final=True)
            for message_id, size in sizes.items()
            if size > MAX_BATCH_BYTES
        }
        refused = dict(too_large)
        for batch in _batches({message_id: size for message_id, size in sizes.items() if message_id not in too_large}):
            refused |= self._adapter.send_batch(address, {message_id: bodies[message_id] for message_id in batch})
        return refused

    def _topics(self) -> dict[str, list[str]]:
        topics: dict[str, list[str]] = json.loads(self._grants.address("topics", "all"))
        return topics


def connect(function: Function, org_id: UUID | None) -> Queues:
    """The queues of this function, on SQS or whatever answers at AWS_ENDPOINT_URL."""
    from dreamseed.aws.sqs import SqsQueues

    return Queues(Grants.of(function), SqsQueues())


def _batches(sizes: dict[str, int]) -> Iterator[list[str]]:
    """The ids in their order, so many together as one request may carry. `sizes` are in bytes."""
    batch: list[str] = []
    size = 0
    for message_id, own in sizes.items():
        if batch and (len(batch) == BATCH_SIZE or size + own > MAX_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message_id)
        size += own
    if batch:
        yield batch
