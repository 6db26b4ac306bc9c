"""Last step of a simulation: put the parts together."""

from sqlalchemy import Connection

from dreamseed.calibration import queries
from dreamseed.calibration.artefacts import BUCKET
from dreamseed.calibration.report import collect_report, store_report
from dreamseed.calibration.snapshot import load_snapshot
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.needs import Needs, Step, bucket, database
from dreamseed.platform.jobs import JobContext, finish_job
from dreamseed.ports.blobs import Blobs


@function(
    Needs(
        Step(),
        grants=(database("write"), bucket(BUCKET, "write")),
        layers=("common", "irt_core"),
        memory_mb=1024,
        timeout_seconds=60,
    )
)
def finish_simulation(job: JobContext, blobs: Blobs) -> None:
    """Store result, report and picture, and end the job."""
    snapshot = load_snapshot(blobs, job.org_id, job.job_id)
    report = in_tenant(job.org_id, lambda db: collect_report(db, job.job_id, snapshot))
    result = report.result()
    store_report(blobs, job.job_id, report)

    def end(db: Connection) -> None:
        queries.write_result(db, job.job_id, result)
        finish_job(db, job.job_id, {"rmse": result.rmse, "mean_length": result.mean_length})

    in_tenant(job.org_id, end)
