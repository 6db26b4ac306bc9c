"""What happens around jobs: time runs out, the sweeper wakes, people look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select, update

from dreamseed.database.transaction import system_transaction, tenant_transaction
from dreamseed.platform import jobs
from dreamseed.platform.tables import jobs as job_table
from dreamseed.platform.tables import outbox
from functions.platform.sweep_jobs import Sweep, sweep_jobs
from host.postgres import Database

QueuedJob = Callable[[UUID], UUID]
Start = Callable[[UUID, int], None]


@contextmanager
def writing(database: Database, org_id: UUID) -> Iterator[Connection]:
    with tenant_transaction(org_id, database.url("write")) as db:
        yield db


def status_of(database: Database, org_id: UUID, job_id: UUID) -> str:
    with writing(database, org_id) as db:
        return jobs.read_status(db, job_id)


def requests(database: Database, org_id: UUID) -> list[dict[str, Any]]:
    with writing(database, org_id) as db:
        statement = select(outbox.c.payload).where(outbox.c.topic == "job.requested").order_by(outbox.c.id)
        return list(db.scalars(statement))


def abandon(database: Database) -> None:
    """Let every lease run out."""
    with system_transaction(database.url("system")) as db:
        running = job_table.c.status == "running"
        db.execute(update(job_table).where(running).values(lease_expires_at=func.now() - timedelta(seconds=1)))


def sweep(database: Database, *, workflows_are_gone: bool = False) -> dict[str, int]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DREAMSEED_DATABASE_MAIN", database.url("system"))
        outcome: dict[str, int] = sweep_jobs.call(Sweep(workflows_are_gone=workflows_are_gone))
    return outcome
