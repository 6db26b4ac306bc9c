"""Batch jobs as processes: one queue, a few at a time, ended with the host.

    SUBMITTED → RUNNABLE → RUNNING → SUCCEEDED | FAILED          (RUNNABLE again for the next attempt)

Nothing is kept: a job that a killed host was running is gone, and the workflow that waits for it submits it again.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from uuid import uuid4

from host.tether import tethered

Status = Literal["SUBMITTED", "RUNNABLE", "RUNNING", "SUCCEEDED", "FAILED"]

FINISHED: tuple[Status, ...] = ("SUCCEEDED", "FAILED")
REMEMBERED_JOBS = 500
GRACE_SECONDS = 5.0
"""How long a job that is told to end may take. AWS gives 30; nobody waits that long for Ctrl-C."""


class UnknownJob(LookupError):
    """No job, or no job definition, has that name."""


@dataclass(frozen=True)
class JobDefinition:
    """How to run a kind of job. `command` begins with `python`; times are in seconds.

    `final_statuses` are the exit statuses after which it is not tried again.
    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    log_file: Path
    attempts: int = 1
    final_statuses: tuple[int, ...] = ()
    timeout_seconds: float | None = None


@dataclass
class Attempt:
    """One run of a job. Times are Unix seconds."""

    started_at: float
    stopped_at: float | None = None
    exit_code: int | None = None
    reason: str = ""
    is_timed_out: bool = False


@dataclass(eq=False)
class Job:
    """A submitted job. `definition` has the overrides of the submission in it."""

    name: str
    queue: str
    definition: JobDefinition
    id: str = field(default_factory=lambda: str(uuid4()))
    status: Status = "SUBMITTED"
    status_reason: str = ""
    created_at: float = field(default_factory=time.time)
    attempts: list[Attempt] = field(default_factory=list)
    process: asyncio.subprocess.Process | None = None
    is_terminated: bool = False

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED


class BatchJobs:
    """Runs jobs, `slots` at a time, in the order in which they were submitted."""

    def __init__(self, root: Path, slots: int) -> None:
        self._root = root
        self._slots = slots
        self._definitions: dict[str, JobDefinition] = {}
        self._jobs: dict[str, Job] = {}
        self._runnable: deque[Job] = deque()
        self._running: dict[Job, asyncio.Task[None]] = {}

    @property
    def definitions(self) -> list[JobDefinition]:
        return list(self._definitions.values())

    @property
    def jobs(self) -> list[Job]:
        """All jobs that are remembered, oldest first."""
        return list(self._jobs.values())

    @property
    def pids(self) -> dict[str, list[int]]:
        """The processes that run now, by job definition."""
        pids: dict[str, list[int]] = {}
        for job in self._running:
            if job.process is not None:
                pids.setdefault(job.definition.name, []).append(job.process.pid)
        return pids

    def define(self, definition: JobDefinition) -> None:
        """Add or replace a job definition."""
        self._definitions[definition.name] = definition

    def definition(self, name: str) -> JobDefinition:
        """The definition of that name. Raises UnknownJob."""
        if name not in self._definitions:
            raise UnknownJob(f"JobDefinition {name} does not exist")
        return self._definitions[name]

    def find(self, job_id: str) -> Job:
        """The job with that id. Raises UnknownJob."""
        if job_id not in self._jobs:
            raise UnknownJob(f"Job {job_id} does not exist")
        return self._jobs[job_id]

    def submit(self, job: Job) -> None:
        """Queue a job."""
        self._forget_old_jobs()
        self._jobs[job.id] = job
        job.status = "RUNNABLE"
        self._runnable.append(job)
        self._start_next()

    async def terminate(self, job_id: str, reason: str) -> None:
        """End a job, whether it waits or runs; one that is finished stays as it is. Raises UnknownJob."""
        job = self.find(job_id)
        if job.is_finished:
            return
        job.is_terminated, job.status_reason = True, reason
        if job in self._runnable:
            self._runnable.remove(job)
            job.status = "FAILED"
        elif job.process is not None:
            await _end(job.process)

    async def close(self) -> None:
        """End all jobs."""
        self._runnable.clear()
        for job in self._running:
            job.is_terminated, job.status_reason = True, "the host stopped"
        await asyncio.gather(*(_end(job.process) for job in self._running if job.process is not None))
        await asyncio.gather(*self._running.values())

    def _start_next(self) -> None:
        while self._runnable and len(self._running) < self._slots:
            job = self._runnable.popleft()
            self._running[job] = asyncio.create_task(self._run(job), name=f"job {job.name}")

    async def _run(self, job: Job) -> None:
        job.status = "RUNNING"
        attempt = Attempt(started_at=time.time())
        job.attempts.append(attempt)
        try:
            await self._run_attempt(job, attempt)
        except OSError as error:
            attempt.reason = f"the process could not be started: {error}"
        attempt.stopped_at = time.time()
        job.process = None
        del self._running[job]
        if attempt.exit_code == 0:
            job.status = "SUCCEEDED"
        elif _may_be_tried_again(job, attempt):
            job.status = "RUNNABLE"
            self._runnable.append(job)
        else:
            job.status = "FAILED"
            job.status_reason = job.status_reason or attempt.reason
        self._start_next()

    async def _run_attempt(self, job: Job, attempt: Attempt) -> None:
        variables = {
            "AWS_BATCH_JOB_ATTEMPT": str(len(job.attempts)),
            "AWS_BATCH_JOB_ID": job.id,
            "AWS_BATCH_JQ_NAME": job.queue,
            "PYTHONUNBUFFERED": "1",
        }
        program, *arguments = job.definition.command
        with job.definition.log_file.open("ab") as log:
            job.process = await asyncio.create_subprocess_exec(
                # Less urgent than anything that somebody waits for.
                *tethered(["nice", "-n", "10", sys.executable if program == "python" else program, *arguments]),
                cwd=self._root,
                env=job.definition.environment | variables,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if job.is_terminated:
            await _end(job.process)
        try:
            attempt.exit_code = await asyncio.wait_for(job.process.wait(), job.definition.timeout_seconds)
        except TimeoutError:
            attempt.is_timed_out = True
            attempt.reason = job.status_reason = "Job attempt duration exceeded timeout"
            await _end(job.process)
            attempt.exit_code = job.process.returncode
        if attempt.exit_code != 0 and not attempt.reason:
            attempt.reason = f"Essential container in task exited with status {attempt.exit_code}"

    def _forget_old_jobs(self) -> None:
        finished = [job.id for job in self._jobs.values() if job.is_finished]
        for job_id in finished[: max(0, len(self._jobs) - REMEMBERED_JOBS)]:
            del self._jobs[job_id]


def _may_be_tried_again(job: Job, attempt: Attempt) -> bool:
    """Whether AWS would: not what was stopped, took too long, or ended with a final status."""
    if job.is_terminated or attempt.is_timed_out or attempt.exit_code in job.definition.final_statuses:
        return False
    return len(job.attempts) < job.definition.attempts


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask the process and its children to end, and insist after a while."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), GRACE_SECONDS)
            return
