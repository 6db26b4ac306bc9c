"""Stop a cancelled job's workflow."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.needs import Needs, Queue, database, workflow
from dreamseed.platform import queries
from dreamseed.platform.models import JobCancelled
from dreamseed.platform.rules import execution_name
from dreamseed.ports.workflows import Workflows


@function(
    Needs(
        Queue("job-stops", topic="job.cancelled"),
        grants=(database("write"), workflow("simulate_design")),
        timeout_seconds=30,
    )
)
def stop_job(cancelled: JobCancelled, db: Connection, workflows: Workflows) -> None:
    """Stop the execution of the job's last attempt. Its batch job ends at its next report."""
    job = queries.read_job(db, cancelled.job_id)
    if job is not None and job.attempts > 0:
        workflows.stop(job.kind, execution_name(job.id, job.attempts), "the job was cancelled")
