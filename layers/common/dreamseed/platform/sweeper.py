"""Jobs that nobody takes care of any more: running ones whose lease ran out, and waiting ones that were passed over."""

from __future__ import annotations

from sqlalchemy import Connection, exists, func, select, tuple_, update

from dreamseed.platform.jobs import fail_job, request_waiting
from dreamseed.platform.outbox import publish
from dreamseed.platform.rules import LEASE, MAX_JOB_ATTEMPTS, MAX_RUNNING_JOBS
from dreamseed.platform.tables import jobs, outbox

ABANDONED = {"code": "attempts_exhausted", "detail": f"The job was given up after {MAX_JOB_ATTEMPTS} attempts."}


def wake(db: Connection) -> int:
    """Ask for waiting jobs wherever there is room for one and no request is under way. Returns in how many places.

    There should be none: a job that ends asks for those that wait. This makes up for whatever went wrong.
    """
    running, requested = jobs.alias("running"), outbox.alias("requested")
    at_work = select(func.count()).where(running.c.org_id == jobs.c.org_id, running.c.status == "running")
    under_way = exists().where(
        requested.c.org_id == jobs.c.org_id,
        requested.c.topic == "job.requested",
        requested.c.completed_at.is_(None),
    )
    passed_over = (
        select(jobs.c.org_id)
        .where(jobs.c.status == "queued", at_work.scalar_subquery() < MAX_RUNNING_JOBS, ~under_way)
        .distinct()
    )
    organisations = db.scalars(passed_over).all()
    for org_id in organisations:
        request_waiting(db, org_id)
    return len(organisations)


def end_leases(db: Connection) -> None:
    """Let every lease run out now: whoever held them has vanished, as an emulator's executions do when it restarts."""
    db.execute(update(jobs).where(jobs.c.status == "running").values(lease_expires_at=func.now() - LEASE))


def sweep(db: Connection, limit: int) -> tuple[int, int]:
    """Ask for the next attempt of up to `limit` abandoned jobs, or give them up. Returns how many of each.

    A new lease covers the time until the attempt starts. Sweepers at the same time pass over each other's jobs.
    """
    abandoned = (
        select(jobs.c.org_id, jobs.c.id)
        .where(jobs.c.status == "running", jobs.c.lease_expires_at < func.now())
        .order_by(jobs.c.priority.desc(), jobs.c.lease_expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    leased = (
        update(jobs)
        .where(tuple_(jobs.c.org_id, jobs.c.id).in_(abandoned))
        .values(lease_expires_at=func.now() + LEASE)
        .returning(jobs.c.org_id, jobs.c.id, jobs.c.attempts)
    )
    found = db.execute(leased).all()
    given_up = [job for job in found if job.attempts >= MAX_JOB_ATTEMPTS]
    for job in found:
        if job in given_up:
            fail_job(db, job.id, ABANDONED, org_id=job.org_id)
        else:
            publish(db, "job.requested", {"job_id": str(job.id), "attempt": job.attempts + 1}, org_id=job.org_id)
    return len(found) - len(given_up), len(given_up)
