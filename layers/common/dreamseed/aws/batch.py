"""Batch jobs on AWS Batch, or on the function host that answers at AWS_ENDPOINT_URL_BATCH.

An address is JSON: {"job_queue": ..., "job_definition": ...}.
"""

from __future__ import annotations

import json

from dreamseed.aws.clients import client
from dreamseed.aws.errors import ignoring, unavailable_on_failure


class AwsBatch:
    """See dreamseed.ports.batch.BatchAdapter."""

    def submit(self, address: str, name: str, environment: dict[str, str]) -> str:
        target = json.loads(address)
        overrides = {"environment": [{"name": key, "value": value} for key, value in environment.items()]}
        with unavailable_on_failure("submitting a batch job"):
            reply = client("batch").submit_job(
                jobName=name,
                jobQueue=target["job_queue"],
                jobDefinition=target["job_definition"],
                containerOverrides=overrides,
            )
            return str(reply["jobId"])

    def terminate(self, batch_job_id: str, reason: str) -> None:
        with unavailable_on_failure("stopping a batch job"), ignoring("ClientException"):  # no such job, or none now
            client("batch").terminate_job(jobId=batch_job_id, reason=reason)
