"""LocalStack gets what the catalogue asks for, as often as it is told, and then moves messages, ticks and workflows."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import boto3  # type: ignore[import-untyped]
import pytest

from dreamseed.function import Function
from dreamseed.needs import Http, Needs, Queue, Schedule, Step
from host.declarations import Declaration
from host.internal_api import InternalApi
from host.invoke.api import InvokeApi
from host.invoke.forking import TemplateStarter
from host.localstack.supervisor import REGION, LocalStack
from host.main import bind
from host.provision import blueprint, provision
from infra.plan import Plan, make_plan
from tests.host.conftest import MakeLaunch, OpenPools, eventually
from tests.host.queues import is_empty

FUNCTIONS = (
    Declaration("count_answers", "x", "functions.x.count_answers", Needs(Queue("answers", "answer.given", 5, 3))),
    Declaration("read_health", "x", "functions.x.read_health", Needs(Http("GET", "/health", "public"))),
    Declaration("simulate", "x", "functions.x.simulate", Needs(Step(), timeout_seconds=60)),
    Declaration("sweep", "x", "functions.x.sweep", Needs(Schedule("rate(1 minute)"))),
)
MACHINE = {
    "StartAt": "Simulate",
    "States": {
        "Simulate": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "${simulate}", "Payload.$": "$"},
            "OutputPath": "$.Payload",
            "End": True,
        }
    },
}


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """A product with one function of each kind and one state machine."""
    (tmp_path / "statemachines").mkdir()
    (tmp_path / "statemachines" / "simulate_design.asl.json").write_text(json.dumps(MACHINE))
    return make_plan(tmp_path, cast("tuple[Function, ...]", FUNCTIONS))


def test_only_functions_that_something_calls_there_are_created(plan: Plan) -> None:
    names = [function["name"] for function in blueprint(plan)["functions"]]

    assert names == ["count_answers", "simulate", "sweep"]


def test_a_queue_keeps_messages_for_its_consumer_and_hands_hopeless_ones_on(plan: Plan) -> None:
    (queue,) = blueprint(plan)["queues"]

    assert (queue["name"], queue["consumer"], queue["batch_size"]) == ("answers", "count_answers", 5)
    assert queue["attributes"]["VisibilityTimeout"] == "60", "six times the consumer's time-out"
    assert json.loads(queue["attributes"]["RedrivePolicy"]) == {
        "deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:answers-dead",
        "maxReceiveCount": 3,
    }


def test_a_state_machine_s_placeholders_become_arns(plan: Plan) -> None:
    (machine,) = blueprint(plan)["state_machines"]

    task = json.loads(machine["definition"])["States"]["Simulate"]
    assert task["Parameters"]["FunctionName"] == "arn:aws:lambda:us-east-1:000000000000:function:simulate"


def test_a_blueprint_is_json(plan: Plan) -> None:
    wanted = blueprint(plan)

    assert json.loads(json.dumps(wanted)) == wanted


@dataclass
class Cloud:
    """A LocalStack whose functions run in real pools, and a folder with the functions' logs."""

    url: str
    logs: Path

    def client(self, service: str) -> Any:
        return boto3.Session("test", "test", region_name=REGION).client(service, endpoint_url=self.url)

    def log(self, function: str) -> str:
        path = self.logs / f"{function}.log"
        return path.read_text() if path.exists() else ""


@pytest.fixture
async def cloud(
    template: TemplateStarter, launch: MakeLaunch, open_pools: OpenPools, tmp_path: Path
) -> AsyncIterator[Cloud]:
    async with AsyncExitStack() as stack:
        handler = "tests.host.fixture_functions.show.show"
        launches = [launch(name, handler=handler) for name in ("count_answers", "simulate", "sweep")]
        internal = InternalApi(bind(0, stack))
        await internal.open([InvokeApi(open_pools(template, *launches))], dict)
        stack.push_async_callback(internal.close)
        localstack = LocalStack(tmp_path, internal.url)
        await asyncio.to_thread(localstack.start)
        stack.callback(localstack.stop)
        yield Cloud(localstack.url, tmp_path)


@pytest.mark.host
@pytest.mark.anyio
async def test_what_was_provisioned_twice_works_once(cloud: Cloud, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", cloud.url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")

    counts = [await asyncio.to_thread(provision, blueprint(plan)) for _ in range(2)]
    url = (await asyncio.to_thread(cloud.client("sqs").get_queue_url, QueueName="answers"))["QueueUrl"]
    await asyncio.to_thread(cloud.client("sqs").send_message, QueueUrl=url, MessageBody="an answer")
    output = await asyncio.to_thread(run_state_machine, cloud)

    assert counts == [{"functions": 3, "queues": 1, "schedules": 1, "state_machines": 1}] * 2
    assert output == {"shown": {"theta": 1.5}}
    await eventually(lambda: "an answer" in cloud.log("count_answers"))
    await eventually(lambda: is_empty(cloud.client("sqs"), url))
    assert cloud.log("count_answers").count("an answer") == 1
    mappings = await asyncio.to_thread(cloud.client("lambda").list_event_source_mappings)
    rules = await asyncio.to_thread(cloud.client("events").list_rules)
    assert [mapping["FunctionResponseTypes"] for mapping in mappings["EventSourceMappings"]] == [
        ["ReportBatchItemFailures"]
    ]
    assert [(rule["Name"], rule["ScheduleExpression"]) for rule in rules["Rules"]] == [("sweep", "rate(1 minute)")]


def run_state_machine(cloud: Cloud) -> Any:
    """The output of one execution."""
    workflows = cloud.client("stepfunctions")
    arn = f"arn:aws:states:{REGION}:000000000000:stateMachine:simulate_design"
    execution = workflows.start_execution(stateMachineArn=arn, input='{"theta": 1.5}')["executionArn"]
    while (described := workflows.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(0.2)
    return json.loads(described["output"])
