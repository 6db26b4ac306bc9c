"""End a job whose workflow cannot go on."""

from sqlalchemy import Connection

from dreamseed import logs
from dreamseed.errors import JobCancelled
from dreamseed.function import function
from dreamseed.needs import Needs, Step, database
from dreamseed.platform import jobs
from dreamseed.platform.jobs import JobContext
from dreamseed.platform.models import FailedWorkflow

_log = logs.logger("jobs")


@function(Needs(Step(), grants=(database("write"),)))
def fail_job(failed: FailedWorkflow, job: JobContext, db: Connection) -> None:
    """The state that every Catch leads to: the job has failed. The cause is logged, its owner sees only its kind.

    Raises JobCancelled if the job is over already, or a later attempt works for it: this attempt's failure is nobody's
    concern then.
    """
    _log.error("workflow failed", extra={"error": failed.error.Error, "cause": failed.error.Cause})
    reason = {"code": "job_failed", "detail": f"The work ended with {failed.error.Error}; the details are in the log."}
    if not jobs.fail_job(db, job.job_id, reason, attempt=job.attempt):
        raise JobCancelled("This attempt no longer counts.", code="job_superseded")
