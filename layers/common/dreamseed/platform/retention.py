"""What the plumbing keeps for how long, and deleting it afterwards, across tenants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from sqlalchemy import ColumnElement, Connection, Table, delete, exists, func, select, tuple_

from dreamseed.platform.tables import (
    idempotency_keys,
    inbox,
    job_events,
    job_steps,
    jobs,
    outbox,
    rate_counts,
    socket_connections,
)

EVENTS_KEPT = timedelta(days=7)
"""Events that every consumer has handled."""

ACKNOWLEDGEMENTS_KEPT = timedelta(days=30)

JOB_DETAILS_KEPT = timedelta(days=30)
"""A job's events and stored steps, after it has ended. The job itself stays."""


def expired() -> Iterator[tuple[str, Callable[[Connection, int], int]]]:
    """Each kind of row that outlives its use, with what deletes up to so many of them and returns how many it did.

    An inbox row stays as long as its message might still be sent: forgetting it would let the message act twice.
    """
    message_is_open = exists().where(
        outbox.c.org_id == inbox.c.org_id, outbox.c.id == inbox.c.message_id, outbox.c.completed_at.is_(None)
    )
    conditions: dict[Table, ColumnElement[bool]] = {
        idempotency_keys: idempotency_keys.c.expires_at < func.now(),
        rate_counts: rate_counts.c.expires_at < func.now(),
        outbox: outbox.c.completed_at < func.now() - EVENTS_KEPT,
        inbox: (inbox.c.created_at < func.now() - ACKNOWLEDGEMENTS_KEPT) & ~message_is_open,
        socket_connections: socket_connections.c.expires_at < func.now(),
        job_events: _belongs_to_an_old_job(job_events),
        job_steps: _belongs_to_an_old_job(job_steps),
    }
    for table, condition in conditions.items():
        yield table.name, partial(delete_rows, table, condition)


def delete_rows(table: Table, condition: ColumnElement[bool], db: Connection, limit: int) -> int:
    """Delete up to `limit` rows of a table. Returns how many."""
    key = tuple_(*table.primary_key.columns)
    some = select(*table.primary_key.columns).where(condition).limit(limit)
    return db.execute(delete(table).where(key.in_(some))).rowcount


def _belongs_to_an_old_job(details: Table) -> ColumnElement[bool]:
    """Rows that are older than their job's end by nature, so that an index of their own age finds them."""
    long_ago = func.now() - JOB_DETAILS_KEPT
    job_is_old = exists().where(
        jobs.c.org_id == details.c.org_id, jobs.c.id == details.c.job_id, jobs.c.finished_at < long_ago
    )
    return (details.c.created_at < long_ago) & job_is_old
