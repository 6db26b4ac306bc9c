"""Jobs that nobody takes care of any more: running ones whose lease ran out, and waiting ones that were passed over."""

from __future__ import annotations

from sqlalchemy import Connection, exists, func, select, tuple_, update

from dreamseed.platform.jobs import fail_job, request_waiting
from dreamseed.platform.outbox import publish
from dreamseed.platform.rules import LEASE, MAX_JOB_ATTEMPTS, MAX_RUNNING_JOBS
from dreamseed.platform.tables import jobs, outbox

ABANDONED = {
    "code": "attempts_exhausted",
    "detail": f"The job was given up after {MAX_JOB_ATTEMPTS} attempts in a row that did not get it on.",
}


def wake(db: Connection, limit: int) -> int:
    """Ask for waiting jobs in up to `limit` organisations with room for one and no request under way; returns how many.

    There should be none: a job that ends asks for those that wait. This makes up for whatever went wrong. A dead letter
    is no request under way.
    """
    running, requested = jobs.alias("running"), outbox.alias("requested")
    waiting = (
        select(jobs.c.org_id).where(jobs.c.status == "queued").distinct().cte("waiting").prefix_with("materialized")
    )
    at_work = select(func.count()).where(running.c.org_id == waiting.c.org_id, running.c.status == "running")
    under_way = exists().where(
        requested.c.org_id == waiting.c.org_id,
        requested.c.topic == "job.requested",
        requested.c.completed_at.is_(None),
        requested.c.dead_at.is_(None),
    )
    passed_over = select(waiting.c.org_id).where(at_work.scalar_subquery() < MAX_RUNNING_JOBS, ~under_way).limit(limit)
    organisations = db.scalars(passed_over).all()
    for org_id in organisations:
        request_waiting(db, org_id)
    return len(organisations)


def end_leases(db: Connection) -> None:
    """Let every lease run out now: whoever held them has vanished, as an emulator's executions do when it restarts.

    That is no fault of the attempts, so they do not count as fruitless.
    """
    values = {
        "lease_expires_at": func.now() - LEASE,
        "fruitless_attempts": func.greatest(jobs.c.fruitless_attempts - 1, 0),
    }
    db.execute(update(jobs).where(jobs.c.status == "running", jobs.c.lease_expires_at > func.now()).values(values))


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
        .returning(jobs.c.org_id, jobs.c.id, jobs.c.attempts, jobs.c.fruitless_attempts)
    )
    found = db.execute(leased).all()
    given_up = [job for job in found if job.fruitless_attempts >= MAX_JOB_ATTEMPTS]
    for job in found:
        if job in given_up:
            fail_job(db, job.id, ABANDONED, org_id=job.org_id)
        else:
            publish(db, "job.requested", {"job_id": str(job.id), "attempt": job.attempts + 1}, org_id=job.org_id)
    return len(found) - len(given_up), len(given_up)
