"""Batch job of a simulation: a population of examinees, chunk by chunk."""

from dreamseed import logs
from dreamseed.calibration.artefacts import BUCKET
from dreamseed.calibration.models import PopulationTask
from dreamseed.calibration.population import simulate_chunks
from dreamseed.calibration.simulations import WORKFLOW
from dreamseed.errors import Unavailable
from dreamseed.function import function
from dreamseed.needs import Job, Needs, bucket, database, workflow
from dreamseed.platform.jobs import JobContext
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.workflows import Workflows

_log = logs.logger("simulation")


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

    When the job is cancelled or overtaken by another attempt, the next report about a chunk ends the process. When it
    is done and the workflow waits no longer, the next attempt is asked for: it finds every chunk stored.
    """
    try:
        job.keep_alive()
        for _ in simulate_chunks(job, blobs):
            _send_heartbeat(workflows, task)
    except Exception as error:
        workflows.task_failed(WORKFLOW, task.task_token, type(error).__name__, str(error))
        raise
    if not workflows.task_succeeded(WORKFLOW, task.task_token, {}):
        job.request_next_attempt()


def _send_heartbeat(workflows: Workflows, task: PopulationTask) -> None:
    """One that does not arrive is not missed: the workflow waits for a long time, and the next one comes soon."""
    try:
        workflows.task_is_alive(WORKFLOW, task.task_token)
    except Unavailable as error:
        _log.warning("heartbeat not sent", extra={"detail": error.detail})
