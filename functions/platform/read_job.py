"""Show where a long job stands."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database
from dreamseed.platform.access import find_job
from dreamseed.platform.models import Job


@function(Needs(Http("GET", "/api/v1/jobs/{id}", "job:read:own"), grants=(database("read"),)))
def read_job(id: UUID, caller: Caller, db: Connection) -> Job:
    """A job of one's own, or one of the organisation's for work that one may ask for oneself."""
    return find_job(db, caller, id, "read")
