"""Take a large roster."""

from collections.abc import Callable

from sqlalchemy import Connection

from dreamseed.audit.entries import Entry, append
from dreamseed.collaborators import Clock
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.needs import Needs, Step, bucket, database, subject_keys
from dreamseed.platform.jobs import JobContext, finish_job
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.rosters import imports, keeping, queries
from dreamseed.rosters.importing import Part, take


@function(
    Needs(
        Step(),
        grants=(database("write"), bucket(keeping.BUCKET, "read"), subject_keys("write")),
        memory_mb=1024,
        timeout_seconds=600,
    )
)
def import_roster(job: JobContext, blobs: Blobs, keys: SubjectKeys, clock: Clock) -> None:
    """Compare and take the roster part by part, keep the report, and end the job.

    Begun anew after a failure, what was taken before counts as being there already.
    """
    row = in_tenant(job.org_id, lambda db: queries.import_of_job(db, job.job_id))
    if row is None or row.report is not None:
        return
    roster = imports.read_roster(row.format, keeping.read_file(blobs, keys, row.id))

    def run(part: Callable[[Connection], Part]) -> Part:
        def locked(db: Connection) -> Part:
            queries.lock(db)
            return part(db)

        return in_tenant(job.org_id, locked)

    def progress(fraction: float) -> None:
        job.progress("imported", 0.02 + 0.96 * fraction)

    report = take(roster, keys, row.is_dry_run, clock.now(), run, progress)

    def end(db: Connection) -> None:
        queries.change_import(db, row.id, {"report": keeping.sealed_report(keys, report)})
        finish_job(db, job.job_id, {"problems": report.problem_count})
        counts = report.model_dump(mode="json", include={"people", "classes", "enrolments", "problem_count"})
        changes = {"after": {**counts, "is_dry_run": row.is_dry_run}}
        append(db, Entry("import_roster", row.created_by, resource="rosters", resource_id=row.id, changes=changes))

    in_tenant(job.org_id, end)
