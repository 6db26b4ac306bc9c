"""List long jobs."""

from typing import Annotated

from fastapi import Query
from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database
from dreamseed.platform import queries
from dreamseed.platform.access import shown_job
from dreamseed.platform.models import Job, JobStatus


@function(Needs(Http("GET", "/api/v1/jobs", "job:read"), grants=(database("read"),)))
def list_jobs(
    page: Paging,
    db: Connection,
    status: Annotated[JobStatus | None, Query(description="Only jobs that stand there")] = None,
) -> Page[Job]:
    """The organisation's jobs, newest first."""
    rows = queries.list_jobs(db, status, page.after_id(), page.limit + 1)
    return page_of(rows, page.limit, shown_job, lambda row: row.id)
