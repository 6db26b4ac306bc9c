"""What a simulation ends with when a step has failed for good."""

from sqlalchemy import Connection

from dreamseed import logs
from dreamseed.calibration.models import TaskFailure
from dreamseed.function import function
from dreamseed.needs import Needs, Step, database
from dreamseed.platform.jobs import JobContext, fail_job

_log = logs.logger("calibration")


@function(Needs(Step(), grants=(database("write"),)))
def fail_simulation(failure: TaskFailure, db: Connection, job: JobContext) -> None:
    """End the job as failed, unless a later attempt has taken over. The cause is logged, and not told to its owner."""
    _log.error("simulation failed", extra={"error": failure.error.Error, "cause": failure.error.Cause})
    detail = "The simulation could not be completed. The reason has been logged under the job's id."
    fail_job(db, job.job_id, {"code": "simulation_failed", "detail": detail}, attempt=job.attempt)
