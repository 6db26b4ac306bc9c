"""Batch jobs through boto3: submitted, run in order, told apart by their ends, stopped, never left behind."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from host.batch.api import BatchApi
from host.batch.jobs import BatchJobs
from host.internal_api import InternalApi
from host.main import bind
from host.settings import ROOT
from tests.host.conftest import eventually
from tests.host.invoke.test_template import is_alive

pytestmark = pytest.mark.anyio

PROGRAM = ("python", "-m", "tests.host.fixture_functions.batch_job")


@dataclass
class BatchUnderTest:
    """The API, a boto3 client of it, and where the jobs' output goes."""

    client: Any
    jobs: BatchJobs
    folder: Path

    async def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Call an operation of boto3's client, which blocks, in a thread."""
        reply: dict[str, Any] = await asyncio.to_thread(getattr(self.client, operation), **arguments)
        return reply

    async def define(self, name: str, *arguments: str, **more: Any) -> None:
        container = {"image": "local", "command": [*PROGRAM, *arguments], "environment": variables({"A": "1"})}
        await self.call(
            "register_job_definition", jobDefinitionName=name, type="container", containerProperties=container, **more
        )

    async def submit(self, definition: str, **more: Any) -> str:
        reply = await self.call("submit_job", jobName="a-job", jobQueue="jobs", jobDefinition=definition, **more)
        return str(reply["jobId"])

    async def describe(self, job_id: str) -> dict[str, Any]:
        reply = await self.call("describe_jobs", jobs=[job_id])
        job: dict[str, Any] = reply["jobs"][0]
        return job

    async def finish(self, job_id: str) -> dict[str, Any]:
        """Wait for the job's end and return its description."""
        await eventually(lambda: self.jobs.find(job_id).is_finished)
        return await self.describe(job_id)

    def output(self, definition: str) -> str:
        return (self.folder / f"{definition}.log").read_text()


def variables(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]


@pytest.fixture
async def batch(tmp_path: Path) -> AsyncIterator[BatchUnderTest]:
    async with AsyncExitStack() as stack:
        jobs = BatchJobs(ROOT, slots=1)
        stack.push_async_callback(jobs.close)
        internal = InternalApi(bind(0, stack))
        await internal.open([BatchApi(jobs, ("jobs", "gpu-jobs"), tmp_path)], dict)
        stack.push_async_callback(internal.close)
        session = boto3.Session("test", "test", region_name="us-east-1")
        yield BatchUnderTest(session.client("batch", endpoint_url=internal.url), jobs, tmp_path)


async def test_a_job_runs_with_the_environment_of_its_definition_and_submission(batch: BatchUnderTest) -> None:
    await batch.define("show", "environment")

    job_id = await batch.submit("show", containerOverrides={"environment": variables({"DREAMSEED_JOB_INPUT": "{}"})})
    job = await batch.finish(job_id)

    seen = json.loads(batch.output("show"))
    assert (job["status"], job["container"]["exitCode"]) == ("SUCCEEDED", 0)
    assert (seen["A"], seen["DREAMSEED_JOB_INPUT"], seen["AWS_BATCH_JOB_ID"]) == ("1", "{}", job_id)
    assert "HOME" not in seen, "nothing of the host's own environment"
    assert job["createdAt"] <= job["startedAt"] <= job["stoppedAt"]


async def test_a_job_that_fails_says_with_which_status(batch: BatchUnderTest) -> None:
    await batch.define("fails", "exit", "7")

    job = await batch.finish(await batch.submit("fails"))

    assert (job["status"], job["container"]["exitCode"]) == ("FAILED", 7)
    assert job["statusReason"] == "Essential container in task exited with status 7"


async def test_a_failed_job_is_tried_again_as_often_as_was_asked_for(batch: BatchUnderTest) -> None:
    await batch.define("third-time-lucky", "succeed later")

    lucky = await batch.finish(await batch.submit("third-time-lucky", retryStrategy={"attempts": 3}))
    unlucky = await batch.finish(await batch.submit("third-time-lucky", retryStrategy={"attempts": 2}))

    assert (lucky["status"], len(lucky["attempts"])) == ("SUCCEEDED", 3)
    assert (unlucky["status"], len(unlucky["attempts"])) == ("FAILED", 2)


async def test_a_job_whose_end_is_meant_to_be_the_last_is_not_tried_again(batch: BatchUnderTest) -> None:
    await batch.define("fails", "exit", "7")
    once = {"attempts": 3, "evaluateOnExit": [{"action": "EXIT", "onExitCode": "7"}]}
    thrice = {"attempts": 3, "evaluateOnExit": [{"action": "EXIT", "onExitCode": "8"}]}

    final = await batch.finish(await batch.submit("fails", retryStrategy=once))
    other = await batch.finish(await batch.submit("fails", retryStrategy=thrice))

    assert (final["status"], len(final["attempts"])) == ("FAILED", 1)
    assert (other["status"], len(other["attempts"])) == ("FAILED", 3)


async def test_no_more_jobs_run_than_there_are_slots(batch: BatchUnderTest) -> None:
    await batch.define("sleeps", "sleep", "0.5")

    first, second = [await batch.submit("sleeps") for _ in range(2)]
    await eventually(lambda: batch.jobs.find(first).status == "RUNNING")
    statuses = [(await batch.describe(job_id))["status"] for job_id in (first, second)]
    runnable = await batch.call("list_jobs", jobQueue="jobs", jobStatus="RUNNABLE")

    assert statuses == ["RUNNING", "RUNNABLE"]
    assert [job["jobId"] for job in runnable["jobSummaryList"]] == [second]
    assert (await batch.finish(second))["status"] == "SUCCEEDED"


async def test_a_running_job_can_be_terminated(batch: BatchUnderTest) -> None:
    await batch.define("sleeps", "sleep", "60")
    job_id = await batch.submit("sleeps")
    await eventually(lambda: batch.jobs.pids)
    pid = batch.jobs.pids["sleeps"][0]

    await batch.call("terminate_job", jobId=job_id, reason="cancelled by its owner")
    job = await batch.finish(job_id)

    assert (job["status"], job["statusReason"]) == ("FAILED", "cancelled by its owner")
    assert not is_alive(pid)


async def test_a_waiting_job_can_be_terminated_before_it_runs(batch: BatchUnderTest) -> None:
    await batch.define("sleeps", "sleep", "60")
    running, waiting = [await batch.submit("sleeps") for _ in range(2)]

    await batch.call("terminate_job", jobId=waiting, reason="changed my mind")
    await batch.call("terminate_job", jobId=running, reason="that one too")

    assert (await batch.finish(waiting))["attempts"] == []
    assert (await batch.finish(running))["status"] == "FAILED"


async def test_a_job_that_takes_too_long_is_ended(batch: BatchUnderTest) -> None:
    await batch.define("sleeps", "sleep", "60")

    thrice = {"attempts": 3}
    limit = {"attemptDurationSeconds": 1}
    job = await batch.finish(await batch.submit("sleeps", timeout=limit, retryStrategy=thrice))

    assert len(job["attempts"]) == 1
    assert (job["status"], job["statusReason"]) == ("FAILED", "Job attempt duration exceeded timeout")


async def test_terminating_a_finished_job_changes_nothing(batch: BatchUnderTest) -> None:
    await batch.define("quick", "exit", "0")
    job_id = await batch.submit("quick")
    await batch.finish(job_id)

    await batch.call("terminate_job", jobId=job_id, reason="too late")

    assert (await batch.describe(job_id))["status"] == "SUCCEEDED"


async def test_jobs_end_when_the_host_does(batch: BatchUnderTest) -> None:
    await batch.define("sleeps", "sleep", "60")
    await batch.submit("sleeps")
    await batch.submit("sleeps")
    await eventually(lambda: "pid" in batch.output("sleeps"))
    pid = int(batch.output("sleeps").split()[1])

    await batch.jobs.close()

    assert not is_alive(pid)


async def test_a_job_ends_with_a_host_that_is_killed() -> None:
    host = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOST_WITH_A_JOB), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert host.stdout is not None
    job = int(await host.stdout.readline())
    assert is_alive(job)

    host.kill()
    await host.wait()

    await eventually(lambda: not is_alive(job))


HOST_WITH_A_JOB = """
import os, sys
from host.tether import tethered
job = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
os.spawnv(os.P_WAIT, sys.executable, tethered([sys.executable, "-c", job]))
"""


async def test_definitions_and_queues_can_be_looked_at(batch: BatchUnderTest) -> None:
    await batch.define("quick", "exit", "0")

    definitions = await batch.call("describe_job_definitions", jobDefinitionName="quick")
    queues = await batch.call("describe_job_queues", jobQueues=["gpu-jobs"])

    assert definitions["jobDefinitions"][0]["containerProperties"]["command"] == [*PROGRAM, "exit", "0"]
    assert [(queue["jobQueueName"], queue["state"]) for queue in queues["jobQueues"]] == [("gpu-jobs", "ENABLED")]


@pytest.mark.parametrize(
    ("operation", "arguments", "message"),
    [
        ("submit_job", {"jobQueue": "jobs", "jobDefinition": "unknown"}, "JobDefinition unknown does not exist"),
        ("submit_job", {"jobQueue": "nowhere", "jobDefinition": "quick"}, "JobQueue nowhere does not exist"),
        (
            "submit_job",
            {"jobQueue": "jobs", "jobDefinition": "quick", "arrayProperties": {"size": 2}},
            "arrayProperties",
        ),
        ("terminate_job", {"jobId": "unknown", "reason": "x"}, "Job unknown does not exist"),
    ],
)
async def test_what_cannot_be_done_is_refused(
    batch: BatchUnderTest, operation: str, arguments: dict[str, Any], message: str
) -> None:
    await batch.define("quick", "exit", "0")
    name = {"jobName": "x"} if operation == "submit_job" else {}

    with pytest.raises(ClientError, match=message) as refused:
        await batch.call(operation, **name, **arguments)

    assert refused.value.response["Error"]["Code"] == "ClientException"
