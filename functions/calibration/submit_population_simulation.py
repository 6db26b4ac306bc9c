"""Step of a simulation: hand the population over to a batch job."""

from dreamseed.calibration.models import PopulationTask
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.needs import Needs, Step, database, job_queue
from dreamseed.platform.jobs import JobContext
from dreamseed.platform.rules import BATCH_QUEUE_ALLOWANCE, LEASE
from dreamseed.platform.submissions import Submission, submissions, terminate
from dreamseed.ports.batch import BatchJobs

BATCH_FUNCTION = "simulate_population"


@function(
    Needs(Step(), grants=(database("write"), job_queue(BATCH_FUNCTION)), timeout_seconds=30),
)
def submit_population_simulation(task: PopulationTask, job: JobContext, batch: BatchJobs) -> dict[str, str]:
    """Submit the batch job that reports by the task's token: once for each try of the state machine.

    What was submitted before is stopped: nobody waits for it. The lease covers the time in the queue.
    """
    before = in_tenant(job.org_id, lambda db: submissions(db, job.job_id))
    terminate(batch, before, "submitted anew")
    job.keep_alive(BATCH_QUEUE_ALLOWANCE + LEASE)
    address = {"org_id": str(job.org_id), "job_id": str(job.job_id), "attempt": job.attempt}
    name = f"simulate-population-{job.job_id}-{job.attempt}"
    batch_job_id = batch.submit(BATCH_FUNCTION, name, {**address, "task_token": task.task_token})
    return Submission(BATCH_FUNCTION, batch_job_id).to_json()
