"""AWS Batch's API as boto3 calls it: https://docs.aws.amazon.com/batch/latest/APIReference/."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import web

from host.aws_errors import aws_error
from host.batch.jobs import BatchJobs, Job, JobDefinition, UnknownJob
from host.environment import ACCOUNT
from host.localstack.supervisor import REGION

Reply = dict[str, Any]
Operation = Callable[[Reply], Awaitable[Reply]]


class BatchApi:
    """The operations, each a method from request to reply. `queues` are the names of the job queues."""

    def __init__(self, jobs: BatchJobs, queues: tuple[str, ...], log_dir: Path) -> None:
        self._jobs = jobs
        self._queues = queues
        self._log_dir = log_dir

    def add_routes(self, app: web.Application) -> None:
        """Serve the operations below `/v1/`."""
        operations: dict[str, Operation] = {
            "submitjob": self.submit_job,
            "describejobs": self.describe_jobs,
            "listjobs": self.list_jobs,
            "terminatejob": self.terminate_job,
            "canceljob": self.terminate_job,
            "registerjobdefinition": self.register_job_definition,
            "describejobdefinitions": self.describe_job_definitions,
            "describejobqueues": self.describe_job_queues,
        }
        for name, operation in operations.items():
            app.router.add_post(f"/v1/{name}", _endpoint(operation))

    async def submit_job(self, request: Reply) -> Reply:
        for unsupported in ("arrayProperties", "dependsOn", "nodeOverrides"):
            if request.get(unsupported):
                raise ValueError(f"{unsupported} is not supported by the local host")
        queue = _last_part(request["jobQueue"])
        if queue not in self._queues:
            raise UnknownJob(f"JobQueue {queue} does not exist")
        definition = self._jobs.definition(_last_part(request["jobDefinition"]).split(":")[0])
        job = Job(request["jobName"], queue, _override(definition, request))
        self._jobs.submit(job)
        return {"jobArn": _arn("job", job.id), "jobId": job.id, "jobName": job.name}

    async def describe_jobs(self, request: Reply) -> Reply:
        wanted = set(request["jobs"])
        return {"jobs": [_describe(job) for job in self._jobs.jobs if job.id in wanted]}

    async def list_jobs(self, request: Reply) -> Reply:
        queue, status = _last_part(request["jobQueue"]), request.get("jobStatus", "RUNNING")
        jobs = [job for job in self._jobs.jobs if job.queue == queue and job.status == status]
        return {"jobSummaryList": [_summarise(job) for job in jobs]}

    async def terminate_job(self, request: Reply) -> Reply:
        await self._jobs.terminate(request["jobId"], request["reason"])
        return {}

    async def register_job_definition(self, request: Reply) -> Reply:
        name, container = request["jobDefinitionName"], request["containerProperties"]
        self._jobs.define(
            _override(
                JobDefinition(name, tuple(container["command"]), {}, self._log_dir / f"{name}.log"),
                {**request, "containerOverrides": {"environment": container.get("environment", [])}},
            )
        )
        return {"jobDefinitionName": name, "jobDefinitionArn": _arn("job-definition", f"{name}:1"), "revision": 1}

    async def describe_job_definitions(self, request: Reply) -> Reply:
        wanted = request.get("jobDefinitionName")
        found = [item for item in self._jobs.definitions if wanted in (None, item.name)]
        return {"jobDefinitions": [_describe_definition(item) for item in found]}

    async def describe_job_queues(self, request: Reply) -> Reply:
        wanted = {_last_part(name) for name in request.get("jobQueues") or self._queues}
        return {"jobQueues": [_describe_queue(name) for name in self._queues if name in wanted]}


def _endpoint(operation: Operation) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        try:
            return web.json_response(await operation(json.loads(await request.read() or b"{}")))
        except UnknownJob as error:
            return aws_error(400, "ClientException", str(error))
        except KeyError as error:
            return aws_error(400, "ClientException", f"{error} is missing")
        except ValueError as error:
            return aws_error(400, "ClientException", str(error))

    return serve


def _override(definition: JobDefinition, request: Reply) -> JobDefinition:
    """The definition with what a submission changes of it."""
    overrides = request.get("containerOverrides", {})
    variables = {pair["name"]: pair["value"] for pair in overrides.get("environment", [])}
    strategy = request.get("retryStrategy", {})
    rules = strategy.get("evaluateOnExit")
    return replace(
        definition,
        command=tuple(overrides.get("command") or definition.command),
        environment=definition.environment | variables,
        attempts=strategy.get("attempts", definition.attempts),
        final_statuses=_final_statuses(rules) if rules else definition.final_statuses,
        timeout_seconds=request.get("timeout", {}).get("attemptDurationSeconds", definition.timeout_seconds),
    )


def _final_statuses(rules: list[dict[str, str]]) -> tuple[int, ...]:
    """The exit statuses after which a job is not tried again. Raises ValueError for rules that nobody needed so far."""
    for rule in rules:
        if rule.keys() != {"action", "onExitCode"} or rule["action"].upper() != "EXIT":
            raise ValueError("evaluateOnExit: only {action: EXIT, onExitCode: a number} is understood here")
    return tuple(int(rule["onExitCode"]) for rule in rules)


def _summarise(job: Job) -> Reply:
    summary: Reply = {
        "jobArn": _arn("job", job.id),
        "jobId": job.id,
        "jobName": job.name,
        "status": job.status,
        "statusReason": job.status_reason,
        "createdAt": _milliseconds(job.created_at),
        "container": {},
    }
    if job.attempts:
        last = job.attempts[-1]
        summary["startedAt"] = _milliseconds(last.started_at)
        if last.exit_code is not None:
            summary["container"] = {"exitCode": last.exit_code, "reason": last.reason}
        if job.is_finished and last.stopped_at is not None:
            summary["stoppedAt"] = _milliseconds(last.stopped_at)
    return summary


def _describe(job: Job) -> Reply:
    summary = _summarise(job)
    container = {
        "command": list(job.definition.command),
        "environment": [{"name": name, "value": value} for name, value in job.definition.environment.items()],
        **summary["container"],
    }
    attempts = [
        {
            "container": {"exitCode": attempt.exit_code, "reason": attempt.reason},
            "startedAt": _milliseconds(attempt.started_at),
            "stoppedAt": _milliseconds(attempt.stopped_at),
            "statusReason": attempt.reason,
        }
        for attempt in job.attempts
        if attempt.stopped_at is not None
    ]
    return {
        **summary,
        "jobQueue": _arn("job-queue", job.queue),
        "jobDefinition": _arn("job-definition", f"{job.definition.name}:1"),
        "attempts": attempts,
        "container": container,
    }


def _describe_definition(definition: JobDefinition) -> Reply:
    return {
        "jobDefinitionName": definition.name,
        "jobDefinitionArn": _arn("job-definition", f"{definition.name}:1"),
        "revision": 1,
        "status": "ACTIVE",
        "type": "container",
        "containerProperties": {"image": "local", "command": list(definition.command)},
    }


def _describe_queue(name: str) -> Reply:
    return {
        "jobQueueName": name,
        "jobQueueArn": _arn("job-queue", name),
        "state": "ENABLED",
        "status": "VALID",
        "priority": 1,
        "computeEnvironmentOrder": [],
    }


def _arn(kind: str, name: str) -> str:
    return f"arn:aws:batch:{REGION}:{ACCOUNT}:{kind}/{name}"


def _last_part(name_or_arn: str) -> str:
    return name_or_arn.rsplit("/", 1)[-1]


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)
