"""Batch jobs: a function with the trigger `Job`, run as a process of its own for work that outlasts a call."""

from __future__ import annotations

import json
from typing import Any, Protocol
from uuid import UUID

from dreamseed.errors import Invalid
from dreamseed.function import Function
from dreamseed.ports.grants import Grants

INPUT_VARIABLE = "DREAMSEED_JOB_INPUT"
MAX_INPUT_BYTES = 6 * 1024
"""AWS Batch takes 8 KiB of overrides; what is larger goes into a blob or the job's row."""


class BatchAdapter(Protocol):
    """A platform's batch service. `address` is what the grant's variable holds."""

    def submit(self, address: str, name: str, environment: dict[str, str]) -> str:
        """Submit a job and return the platform's id of it."""
        ...

    def terminate(self, batch_job_id: str, reason: str) -> None:
        """Stop a job; nothing happens if it is over, or was forgotten."""
        ...


class BatchJobs:
    """The batch jobs that one function may submit."""

    def __init__(self, grants: Grants, adapter: BatchAdapter) -> None:
        self._grants = grants
        self._adapter = adapter

    def submit(self, function: str, name: str, input: dict[str, Any]) -> str:
        """Run the named `Job` function with that input. Returns the platform's id, for `terminate`.

        `input` holds org_id, job_id, attempt and task_token beside what the work needs; raises Invalid above 6 KiB.
        """
        body = json.dumps(input, separators=(",", ":"))
        if len(body.encode()) > MAX_INPUT_BYTES:
            raise Invalid(f"A batch job's input may have at most {MAX_INPUT_BYTES} bytes.", code="job_input_too_large")
        return self._adapter.submit(self._grants.address("job_queue", function), name, {INPUT_VARIABLE: body})

    def terminate(self, function: str, batch_job_id: str, reason: str) -> None:
        """Stop a batch job, if it is not over."""
        self._grants.address("job_queue", function)
        self._adapter.terminate(batch_job_id, reason)


def connect(function: Function, org_id: UUID | None) -> BatchJobs:
    """The batch jobs of this function."""
    from dreamseed.aws.batch import AwsBatch

    return BatchJobs(Grants.of(function), AwsBatch())
