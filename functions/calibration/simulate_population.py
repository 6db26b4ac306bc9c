"""Batch job of a simulation: a population of examinees, chunk by chunk."""

from dreamseed.calibration.artefacts import BUCKET
from dreamseed.calibration.models import PopulationTask
from dreamseed.calibration.population import simulate_chunks
from dreamseed.calibration.simulations import WORKFLOW
from dreamseed.function import function
from dreamseed.needs import Job, Needs, bucket, database, workflow
from dreamseed.platform.jobs import JobContext
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.workflows import Workflows


@function(
    Needs(
        Job(),
        grants=(database("write"), bucket(BUCKET, "read"), workflow(WORKFLOW)),
        layers=("common", "irt_core"),
        memory_mb=2048,
    )
)
def simulate_population(task: PopulationTask, job: JobContext, blobs: Blobs, workflows: Workflows) -> None:
    """Simulate every chunk that is not stored yet, and report by the task's token: alive, done or failed.

    When the job is cancelled or overtaken by another attempt, the next report about a chunk ends the process.
    """
    try:
        for _ in simulate_chunks(job, blobs):
            workflows.task_is_alive(WORKFLOW, task.task_token)
    except Exception as error:
        workflows.task_failed(WORKFLOW, task.task_token, type(error).__name__, str(error))
        raise
    workflows.task_succeeded(WORKFLOW, task.task_token, {})
