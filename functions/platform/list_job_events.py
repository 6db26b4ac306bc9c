"""List a job's progress."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page
from dreamseed.needs import Http, Needs, database
from dreamseed.platform import queries
from dreamseed.platform.access import find_job
from dreamseed.platform.models import JobEvent


@function(Needs(Http("GET", "/api/v1/jobs/{id}/events", "job:read:own"), grants=(database("read"),)))
def list_job_events(
    id: UUID,
    caller: Caller,
    db: Connection,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="The number of the last event one has")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[JobEvent]:
    """The job's events in order, from the one numbered `after` on. `next_cursor` is the next page's `after`."""
    find_job(db, caller, id, "read")
    rows = queries.list_job_events(db, id, after, limit + 1)
    events = [JobEvent(**{name: row._mapping[name] for name in JobEvent.model_fields}) for row in rows[:limit]]
    return Page(items=events, next_cursor=str(events[-1].seq) if len(rows) > limit else None)
