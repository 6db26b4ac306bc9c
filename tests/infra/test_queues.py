"""Queues keep what they cannot deliver, and say so."""

from __future__ import annotations

import json

import pytest

from dreamseed.needs import Queue
from infra.plan import Plan
from tests.infra.templates import Resource, Templates

pytestmark = pytest.mark.synth


def test_every_queue_has_a_dead_letter_queue_that_takes_its_letters_only(plan: Plan, templates: Templates) -> None:
    for planned in plan.queues:
        main, dead = _queue(templates, planned.name), _queue(templates, planned.dead_letter_name)

        redrive = main.properties["RedrivePolicy"]
        assert redrive["deadLetterTargetArn"] == dead.attribute("Arn")
        assert redrive["maxReceiveCount"] == planned.max_receive_count
        allowed = dead.properties["RedriveAllowPolicy"]
        assert allowed["redrivePermission"] == "byQueue"
        assert [arn.rsplit(":", 1)[1] for arn in allowed["sourceQueueArns"]] == [main.properties["QueueName"]]
        assert dead.properties["MessageRetentionPeriod"] == 14 * 24 * 60 * 60


def test_a_message_stays_hidden_for_six_times_as_long_as_its_consumer_may_run(plan: Plan, templates: Templates) -> None:
    time_outs = {function.name: function.needs.timeout_seconds for function in plan.functions}

    for planned in plan.queues:
        hidden = _queue(templates, planned.name).properties["VisibilityTimeout"]
        assert hidden >= 6 * time_outs[planned.consumer]


def test_a_consumer_reports_the_messages_that_failed_and_keeps_the_rest(plan: Plan, templates: Templates) -> None:
    mappings = {
        mapping.properties["EventSourceArn"]: mapping
        for mapping in templates.of_type("AWS::Lambda::EventSourceMapping")
    }
    consumers = {function.name: function.needs.trigger for function in plan.functions}

    assert len(mappings) == len(plan.queues)
    for planned in plan.queues:
        mapping = mappings[_queue(templates, planned.name).attribute("Arn")].properties
        trigger = consumers[planned.consumer]
        assert isinstance(trigger, Queue)
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["BatchSize"] == trigger.batch_size
        assert mapping["FunctionName"] == templates.functions()[planned.consumer].reference


def test_the_relay_knows_every_queue_of_every_topic(plan: Plan, templates: Templates) -> None:
    variables = templates.functions()["relay_outbox"].properties["Environment"]["Variables"]

    addresses = json.loads(variables["DREAMSEED_TOPICS_ALL"])
    assert addresses == {
        topic: [_queue(templates, name).reference for name in names] for topic, names in plan.topics.items()
    }


def test_queues_are_encrypted_and_refuse_plain_text(templates: Templates) -> None:
    policies = {
        queue: policy.properties["PolicyDocument"]["Statement"]
        for policy in templates.of_type("AWS::SQS::QueuePolicy")
        for queue in policy.properties["Queues"]
    }

    for queue in templates.of_type("AWS::SQS::Queue"):
        assert queue.properties["SqsManagedSseEnabled"] is True
        (statement,) = policies[queue.reference]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def _queue(templates: Templates, name: str) -> Resource:
    physical = f"dreamseed-production-{name}"
    (found,) = [queue for queue in templates.of_type("AWS::SQS::Queue") if queue.properties["QueueName"] == physical]
    return found
