"""Start a job's workflow."""

from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.message import Message
from dreamseed.needs import Needs, Queue, database, workflow
from dreamseed.platform.jobs import start_attempt
from dreamseed.platform.models import JobRequested
from dreamseed.platform.rules import WORKFLOWS, execution_name
from dreamseed.ports.workflows import Workflows


@function(
    Needs(
        Queue("job-starts", topic="job.requested"),
        grants=(database("write"), *map(workflow, WORKFLOWS)),
        timeout_seconds=30,
    )
)
def start_job(request: JobRequested, message: Message, workflows: Workflows) -> None:
    """Take the job's lease, and once that is committed start the execution named after this attempt.

    The execution finds its attempt entered, however soon it begins. A second delivery starts nothing twice, because
    names are unique. The attempt before, if it still runs, has been silent for too long and is stopped.
    """
    kind = in_tenant(message.org_id, lambda db: start_attempt(db, request.job_id, request.attempt))
    if kind is None:
        return
    if request.attempt > 1:
        workflows.stop(kind, execution_name(request.job_id, request.attempt - 1), "overtaken by the next attempt")
    workflows.start(
        kind,
        execution_name(request.job_id, request.attempt),
        {"org_id": str(message.org_id), "job_id": str(request.job_id), "attempt": request.attempt},
    )
