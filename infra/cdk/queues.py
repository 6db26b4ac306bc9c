"""Queues and their dead-letter queues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.cdk.names import physical_name
from infra.plan import PlannedQueue
from infra.resources import Environment


@dataclass(frozen=True)
class QueuePair:
    """A queue and where its poison goes."""

    main: sqs.Queue
    dead: sqs.Queue


class Queues(Construct):
    """All queues, by name. A dead-letter queue takes letters from its own queue and no other."""

    def __init__(self, scope: Construct, id: str, environment: Environment, planned: Iterable[PlannedQueue]) -> None:
        super().__init__(scope, id)
        self._environment = environment
        self.by_name = {queue.name: self._make_pair(queue) for queue in planned}

    def _make_pair(self, queue: PlannedQueue) -> QueuePair:
        name = physical_name(self._environment, queue.name)
        dead = sqs.Queue(
            self,
            queue.dead_letter_name,
            queue_name=physical_name(self._environment, queue.dead_letter_name),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.seconds(queue.dead_letter_retention_seconds),
        )
        self._admit_only(dead, Stack.of(self).format_arn(service="sqs", resource=name))
        main = sqs.Queue(
            self,
            queue.name,
            queue_name=name,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(queue.visibility_timeout_seconds),
            retention_period=Duration.seconds(queue.retention_seconds),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=queue.max_receive_count),
        )
        return QueuePair(main, dead)

    def _admit_only(self, dead: sqs.Queue, source_arn: str) -> None:
        """Take dead letters from one queue. Its ARN is spelt out: the two would wait for each other."""
        resource = dead.node.default_child
        if not isinstance(resource, sqs.CfnQueue):
            raise TypeError(f"{dead} is not made of one queue")
        resource.redrive_allow_policy = {"redrivePermission": "byQueue", "sourceQueueArns": [source_arn]}
