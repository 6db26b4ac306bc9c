"""Whose job it is: their own, or any of the organisation for those who hold the permission without `:own`."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.errors import NotFound
from dreamseed.http.caller import Caller
from dreamseed.platform import queries
from dreamseed.platform.models import Job


def find_job(db: Connection, caller: Caller, job_id: UUID, action: Literal["read", "cancel", "retry"]) -> Job:
    """The job, if the caller may do that with it. Raises NotFound `job_not_found`, also for somebody else's."""
    row = queries.read_job(db, job_id)
    if row is None or not caller.may(f"job:{action}", owner_id=row.created_by):
        raise NotFound("There is no such job.", code="job_not_found")
    return shown_job(row)


def shown_job(row: queries.AnyRow) -> Job:
    """A job from its row."""
    return Job(**{name: row._mapping[name] for name in Job.model_fields})
