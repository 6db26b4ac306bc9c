"""Jobs whose lease ran out: whoever worked for them has vanished, so the next attempt is asked for."""

from __future__ import annotations

from sqlalchemy import Connection, func, select, tuple_, update

from dreamseed.platform.jobs import fail_job
from dreamseed.platform.outbox import publish
from dreamseed.platform.rules import LEASE, MAX_JOB_ATTEMPTS
from dreamseed.platform.tables import jobs

ABANDONED = {"code": "attempts_exhausted", "detail": f"The job was given up after {MAX_JOB_ATTEMPTS} attempts."}


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
