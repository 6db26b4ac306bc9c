"""Write an export of the audit log."""

from dreamseed.audit.exports import BUCKET, write_export
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.needs import Needs, Step, bucket, database
from dreamseed.platform.jobs import JobContext, finish_job
from dreamseed.ports.blobs import Blobs


@function(Needs(Step(), grants=(database("write"), bucket(BUCKET, "write")), memory_mb=1024, timeout_seconds=900))
def export_audit_log(job: JobContext, blobs: Blobs) -> None:
    """Write the files and the manifest, and end the job. Begun anew, it writes the same files again."""
    result = write_export(job.org_id, job.job_id, blobs, lambda fraction: job.progress("written", 0.98 * fraction))
    in_tenant(job.org_id, lambda db: finish_job(db, job.job_id, result))
