"""Looking into queues."""

from __future__ import annotations

from typing import Any


def is_empty(queues: Any, url: str) -> bool:
    """Whether no message waits in the queue and none is hidden while a function has it: none can be delivered again."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return {counts[name] for name in names} == {"0"}
