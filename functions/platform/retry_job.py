"""Try a failed job again."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database
from dreamseed.platform import jobs
from dreamseed.platform.access import find_job
from dreamseed.platform.models import Job


@function(
    Needs(
        Http("POST", "/api/v1/jobs/{id}/retry", "job:retry:own", status=202, idempotency="natural"),
        grants=(database("write"),),
    )
)
def retry_job(id: UUID, caller: Caller, db: Connection) -> Job:
    """Start a failed job anew; it goes on from the steps that it had done. Asking twice is asking once.

    One that has succeeded or was cancelled cannot be tried again (409 `job_not_failed`).
    """
    find_job(db, caller, id, "retry")
    jobs.retry_job(db, id)
    return find_job(db, caller, id, "retry")
