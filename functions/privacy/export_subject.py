"""Make a copy of what is kept of somebody."""

from sqlalchemy import Connection, Table

from dreamseed.collaborators import Clock
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.needs import Needs, Step, bucket, database, subject_keys
from dreamseed.platform.jobs import JobContext
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy import exports
from dreamseed.privacy.exporting import Copy


@function(
    Needs(
        Step(),
        grants=(database("write"), subject_keys("read"), bucket("privacy", "write"), bucket("rosters", "read")),
        memory_mb=1024,
        timeout_seconds=600,
    )
)
def export_subject(job: JobContext, blobs: Blobs, keys: SubjectKeys, clock: Clock) -> None:
    """Collect table by table what declares to be exported, keep the zip, and end the job.

    Nothing is kept before the zip is whole; begun anew after a failure, it collects again.
    """
    work = in_tenant(job.org_id, lambda db: exports.read_work(db, job.job_id, keys))
    if work is None:
        return
    copy, tables = Copy(), exports.tables()
    for index, table in enumerate(tables):

        def collect(db: Connection, table: Table = table) -> None:
            copy.add(db, blobs, keys, table, work.who)

        in_tenant(job.org_id, collect)
        job.progress("collected", 0.9 * (index + 1) / len(tables))
    content = copy.to_zip(work.who, clock.now())
    in_tenant(job.org_id, lambda db: exports.finish(db, job, content, blobs, clock.now()))
