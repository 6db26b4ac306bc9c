"""Step of a simulation: hand the population over to a batch job."""

from dreamseed.calibration.models import PopulationTask
from dreamseed.function import function
from dreamseed.needs import Needs, Step, database, job_queue
from dreamseed.platform.jobs import JobContext
from dreamseed.ports.batch import BatchJobs


@function(
    Needs(Step(), grants=(database("write"), job_queue("simulate_population")), timeout_seconds=30),
)
def submit_population_simulation(task: PopulationTask, job: JobContext, batch: BatchJobs) -> dict[str, str]:
    """Submit the batch job that reports by the task's token: once for each try of the state machine."""
    address = {"org_id": str(job.org_id), "job_id": str(job.job_id), "attempt": job.attempt}
    name = f"simulate-population-{job.job_id}-{job.attempt}"
    return {"batch_job_id": batch.submit("simulate_population", name, {**address, "task_token": task.task_token})}
