"""List long jobs."""

from functools import partial
from typing import Annotated

from fastapi import Query
from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database
from dreamseed.platform import queries
from dreamseed.platform.access import shown_job, visible_kinds
from dreamseed.platform.models import Job, JobStatus


@function(Needs(Http("GET", "/api/v1/jobs", "job:read"), grants=(database("read"),)))
def list_jobs(
    page: Paging,
    caller: Caller,
    db: Connection,
    status: Annotated[JobStatus | None, Query(description="Only jobs that stand there")] = None,
) -> Page[Job]:
    """The organisation's jobs of the kinds of work for which one may ask, and one's own; newest first."""
    rows = queries.list_jobs(db, visible_kinds(caller), caller.user_id, status, page.after_id(), page.limit + 1)
    return page_of(rows, page.limit, partial(shown_job, caller), lambda row: row.id)
