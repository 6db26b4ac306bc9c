"""Cancel a job."""

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
        Http("POST", "/api/v1/jobs/{id}/cancel", "job:cancel:own", idempotency="natural"),
        grants=(database("write"),),
    )
)
def cancel_job(id: UUID, caller: Caller, db: Connection) -> Job:
    """Stop a job. Cancelling twice is cancelling once; one that is over cannot be cancelled (409 `job_finished`)."""
    find_job(db, caller, id, "cancel")
    jobs.cancel_job(db, id)
    return find_job(db, caller, id, "cancel")
