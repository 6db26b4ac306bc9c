"""Every failure that nobody would see otherwise raises an alarm, and every alarm says what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dreamseed.needs import Schedule
from infra.plan import Plan
from tests.infra.templates import Resource, Templates

pytestmark = pytest.mark.synth

ROOT = Path(__file__).resolve().parents[2]


def test_every_queue_schedule_and_workflow_has_an_alarm_of_its_own(plan: Plan, templates: Templates) -> None:
    schedules = [function.name for function in plan.functions if isinstance(function.needs.trigger, Schedule)]
    expected = {f"dead-letters-{queue.name}" for queue in plan.queues}
    expected |= {f"schedule-errors-{name}" for name in schedules}
    expected |= {f"workflow-failures-{machine.name}" for machine in plan.state_machines}
    expected |= {"api-errors", "api-latency", "outbox-age", "throttles", "database-capacity", "key-store-capacity"}
    expected.add("audit-chain")

    assert _alarms(templates).keys() == expected


def test_an_alarm_on_a_dead_letter_queue_watches_that_queue(plan: Plan, templates: Templates) -> None:
    queues = {queue.properties["QueueName"]: queue for queue in templates.of_type("AWS::SQS::Queue")}

    for planned in plan.queues:
        alarm = _alarms(templates)[f"dead-letters-{planned.name}"].properties
        dead = queues[f"dreamseed-production-{planned.dead_letter_name}"]
        assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": dead.attribute("QueueName")}]
        assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)


def test_every_alarm_names_a_runbook_that_exists_and_tells_somebody(templates: Templates) -> None:
    (topic,) = templates.of_type("AWS::SNS::Topic")

    for name, alarm in _alarms(templates).items():
        found = re.search(r"Runbook: (docs/runbooks/[a-z-]+\.md)$", alarm.properties["AlarmDescription"])
        assert found, name
        assert (ROOT / found[1]).is_file(), found[1]
        assert alarm.properties["AlarmActions"] == [topic.reference]


def _alarms(templates: Templates) -> dict[str, Resource]:
    return {
        alarm.properties["AlarmName"].removeprefix("dreamseed-production-"): alarm
        for alarm in templates.of_type("AWS::CloudWatch::Alarm")
    }
