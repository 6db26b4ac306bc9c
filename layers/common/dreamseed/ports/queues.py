"""Sending messages to queues: any one that the function was granted, or (the relay alone) all queues of a topic."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from dreamseed.errors import Unavailable
from dreamseed.function import Function
from dreamseed.message import Message
from dreamseed.ports.grants import Grants

BATCH_SIZE = 10
"""Messages per request: SQS takes no more."""


class QueueAdapter(Protocol):
    """A platform's queues. `address` is what the grant's variable holds."""

    def send_batch(self, address: str, bodies: dict[str, str]) -> dict[str, str]:
        """Send up to BATCH_SIZE bodies by id, and return why, for each id that was not taken."""
        ...


class Queues:
    """The queues that one function may send to."""

    def __init__(self, grants: Grants, adapter: QueueAdapter) -> None:
        self._grants = grants
        self._adapter = adapter

    def send(self, queue: str, message: Message) -> None:
        """Send one message. Raises Unavailable if the queue does not take it.

        An event that must not be lost goes through the outbox instead.
        """
        address = self._grants.address("queue", queue)
        errors = self._adapter.send_batch(address, {str(message.id): message.to_json()})
        if errors:
            raise Unavailable(f"the queue {queue} did not take the message: {errors[str(message.id)]}")

    def consumers(self) -> dict[str, int]:
        """How many queues, and so consumers, each topic has."""
        return {topic: len(addresses) for topic, addresses in self._topics().items()}

    def publish(self, messages: Sequence[Message]) -> dict[UUID, str]:
        """Send each message to all queues of its topic. Returns why, for each that some queue did not take.

        A topic without queues has nobody to tell, which is no error.
        """
        topics = self._topics()
        unsent: dict[UUID, str] = {}
        for topic in sorted({message.topic for message in messages}):
            bodies = {str(message.id): message.to_json() for message in messages if message.topic == topic}
            for address in topics.get(topic, ()):
                for batch in _batches(bodies):
                    failures = self._adapter.send_batch(address, batch)
                    unsent.update({UUID(message_id): reason for message_id, reason in failures.items()})
        return unsent

    def _topics(self) -> dict[str, list[str]]:
        topics: dict[str, list[str]] = json.loads(self._grants.address("topics", "all"))
        return topics


def connect(function: Function, org_id: UUID | None) -> Queues:
    """The queues of this function, on SQS or whatever answers at AWS_ENDPOINT_URL."""
    from dreamseed.aws.sqs import SqsQueues

    return Queues(Grants.of(function), SqsQueues())


def _batches(bodies: dict[str, str]) -> list[dict[str, str]]:
    ids = list(bodies)
    return [{key: bodies[key] for key in ids[start : start + BATCH_SIZE]} for start in range(0, len(ids), BATCH_SIZE)]
