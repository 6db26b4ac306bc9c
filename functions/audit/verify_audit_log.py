"""Check an organisation's audit log."""

from dreamseed.audit.reporting import report
from dreamseed.audit.verification import verify
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.needs import Needs, Step, database
from dreamseed.platform.jobs import JobContext, finish_job


@function(Needs(Step(), grants=(database("write"),), timeout_seconds=900))
def verify_audit_log(job: JobContext) -> None:
    """Follow the chain to its head, log what was found, and end the job with it."""
    found = verify(job.org_id, lambda fraction: job.progress("checked", 0.98 * fraction))
    report(job.org_id, found)
    in_tenant(job.org_id, lambda db: finish_job(db, job.job_id, found.model_dump(mode="json")))
