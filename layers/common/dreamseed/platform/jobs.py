"""Long work as rows: whoever executes it may vanish at any time, and whoever comes next goes on from what is stored.

    create ─→ queued ─→ start_attempt ─→ running ─→ finish / fail ─→ succeeded / failed ─→ retry ─→ queued
                  └──────────── cancel ─────┴─→ cancelled

A running job holds a lease, extended by every progress report. When it runs out, the sweeper asks for the next attempt.
An attempt that was overtaken, or whose job was cancelled, learns of it at its next report and ends. An attempt that
gets the job on makes good those before it that did not: only so many in a row may be fruitless.

An organisation runs only so many jobs at a time. Whenever one ends, those that wait are asked for again, by priority;
whichever finds room first is started.

Each change is one statement that checks the state it starts from, so no lock is held between a check and its change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Text, case, exists, func, insert, literal, null, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dreamseed.database.ids import new_id
from dreamseed.database.transaction import in_tenant
from dreamseed.errors import Conflict, DreamSeedError, JobCancelled, NotFound, Unavailable
from dreamseed.platform.outbox import publish
from dreamseed.platform.rules import FINISHED, LEASE, MAX_RUNNING_JOBS
from dreamseed.platform.tables import job_events, job_steps, jobs, socket_subscriptions

Json = Any
"""Whatever `json` can write and read back the same: dicts with text keys, lists, text, numbers, booleans, None."""

T = TypeVar("T")


def create_job(db: Connection, kind: str, input: Json, *, priority: int = 0, created_by: UUID | None = None) -> UUID:
    """Queue a job for the state machine named `kind`; once this transaction commits it is asked for. Returns its id.

    Of an organisation's waiting jobs the one with the highest `priority` goes first.
    """
    job_id = new_id()
    row = {"id": job_id, "kind": kind, "input": input, "priority": priority, "created_by": created_by}
    db.execute(insert(jobs), row)
    publish(db, "job.requested", {"job_id": str(job_id), "attempt": 1})
    return job_id


def start_attempt(db: Connection, job_id: UUID, attempt: int) -> str | None:
    """Take the lease for the given attempt and return the job's kind; again, if this attempt holds the lease already.

    None when there is nothing to start: the job is over, a later attempt has begun, or its organisation already runs as
    many jobs as it may. In that case it is asked for again when one of them ends.
    """
    if _is_waiting(db, job_id) and not _has_room(db):
        return None
    values = {
        "status": "running",
        "attempts": attempt,
        "fruitless_attempts": jobs.c.fruitless_attempts + 1,
        "started_at": func.coalesce(jobs.c.started_at, func.now()),
        "lease_expires_at": func.now() + LEASE,
    }
    statement = (
        update(jobs)
        .where(jobs.c.id == job_id, jobs.c.attempts == attempt - 1, jobs.c.status.in_(("queued", "running")))
        .values(values)
        .returning(jobs.c.kind)
    )
    kind: str | None = db.scalar(statement)
    if kind is None:
        held = select(jobs.c.kind).where(jobs.c.id == job_id, jobs.c.attempts == attempt, jobs.c.status == "running")
        return db.scalar(held)
    record_progress(db, job_id, "started", 0.0 if attempt == 1 else None, f"attempt {attempt}")
    return kind


def record_progress(
    db: Connection, job_id: UUID, stage: str, fraction: float | None, message: str = "", *, attempt: int | None = None
) -> int:
    """Append a progress event, extend the lease, and return the event's number.

    `fraction` is the whole job's progress, 0–1. It never goes back: a smaller one is taken for what was reached before,
    None leaves it unsaid. With `attempt`, the report counts only if no later attempt has begun. Raises JobCancelled
    when the job has been cancelled, is over, or has been overtaken (code `job_superseded`): the work should stop.
    Raises Unavailable (code `job_not_begun`) while the attempt has not been entered yet.
    """
    current = [jobs.c.id == job_id, jobs.c.status == "running"]
    if attempt is not None:
        current.append(jobs.c.attempts == attempt)
    values: dict[str, Any] = {"lease_expires_at": func.now() + LEASE}
    if fraction is not None:
        values["progress"] = func.greatest(jobs.c.progress, fraction)
        values["fruitless_attempts"] = case((jobs.c.progress < fraction, 0), else_=jobs.c.fruitless_attempts)
    event = _change(db, current, values, stage, fraction, message)
    if event is None:
        raise _reason_to_stop(db, job_id, attempt)
    return int(event.seq)


def extend_lease(db: Connection, job_id: UUID, attempt: int, lease: timedelta = LEASE) -> None:
    """The attempt needs no more than this long until its next report. Raises as `record_progress` does."""
    current = jobs.c.id == job_id, jobs.c.status == "running", jobs.c.attempts == attempt
    if db.execute(update(jobs).where(*current).values(lease_expires_at=func.now() + lease)).rowcount == 0:
        raise _reason_to_stop(db, job_id, attempt)


def request_next_attempt(db: Connection, job_id: UUID, attempt: int) -> None:
    """Ask for the attempt after this one at once, because nobody waits for what this one did.

    Nothing happens if the job is over, or a later attempt has begun. A new lease covers the time until the next begins.
    """
    current = jobs.c.id == job_id, jobs.c.status == "running", jobs.c.attempts == attempt
    if db.execute(update(jobs).where(*current).values(lease_expires_at=func.now() + LEASE)).rowcount > 0:
        publish(db, "job.requested", {"job_id": str(job_id), "attempt": attempt + 1})


def request_waiting(db: Connection, org_id: UUID) -> None:
    """Ask for the next attempts of the organisation's waiting jobs, the most important and oldest first."""
    waiting = select(jobs.c.id, jobs.c.attempts).where(jobs.c.org_id == org_id, jobs.c.status == "queued")
    for job in db.execute(waiting.order_by(jobs.c.priority.desc(), jobs.c.id).limit(MAX_RUNNING_JOBS)):
        publish(db, "job.requested", {"job_id": str(job.id), "attempt": job.attempts + 1}, org_id=org_id)


def completed_step(db: Connection, job_id: UUID, step: str, item: str = "") -> Json | None:
    """The stored result of a step (for one item of a map), or None if it is still to be done."""
    where = job_steps.c.job_id == job_id, job_steps.c.step == step, job_steps.c.item == item
    return db.scalar(select(job_steps.c.result).where(*where))


def store_step(db: Connection, job_id: UUID, step: str, item: str, result: Json) -> Json:
    """Keep a step's result and return the one that counts: the first, if two attempts did the same step."""
    row = {"job_id": job_id, "step": step, "item": item, "result": result}
    stored = upsert(job_steps).values(row).on_conflict_do_nothing().returning(job_steps.c.result)
    first = db.execute(stored).first()
    return first[0] if first is not None else completed_step(db, job_id, step, item)


def finish_job(db: Connection, job_id: UUID, result: Json) -> None:
    """The job has succeeded. Raises JobCancelled if it was cancelled; does nothing if it had succeeded already."""
    ended = _end(db, job_id, "succeeded", {"result": result, "progress": 1.0})
    if not ended and read_status(db, job_id) != "succeeded":
        raise _reason_to_stop(db, job_id, None)


def fail_job(
    db: Connection, job_id: UUID, error: dict[str, Json], *, attempt: int | None = None, org_id: UUID | None = None
) -> bool:
    """The job has failed for good. False if it was over, or a later attempt than the one named has begun.

    `error` holds a `code` and a `detail` that its owner may see. A system transaction names the organisation.
    """
    current = [jobs.c.attempts == attempt] if attempt is not None else []
    if org_id is not None:
        current.append(jobs.c.org_id == org_id)
    return _end(db, job_id, "failed", {"error": error}, *current)


def cancel_job(db: Connection, job_id: UUID) -> None:
    """Stop a job. Does nothing to one that is cancelled already; raises Conflict `job_finished` if it is over."""
    if _end(db, job_id, "cancelled", {}):
        publish(db, "job.cancelled", {"job_id": str(job_id)})
    elif (status := read_status(db, job_id)) != "cancelled":
        raise Conflict(f"The job has {status} already.", code="job_finished")


def retry_job(db: Connection, job_id: UUID) -> None:
    """Queue a failed job again, with all its attempts; the steps that it had done stay done.

    Does nothing to one that waits or runs again already; raises Conflict `job_not_failed` if it is over otherwise.
    """
    again = {"status": "queued", "error": null(), "finished_at": null(), "fruitless_attempts": 0}
    if _change(db, [jobs.c.id == job_id, jobs.c.status == "failed"], again, "queued", None):
        attempts = db.scalar(select(jobs.c.attempts).where(jobs.c.id == job_id)) or 0
        publish(db, "job.requested", {"job_id": str(job_id), "attempt": attempts + 1})
    elif (status := read_status(db, job_id)) in FINISHED:
        raise Conflict(f"Only a failed job can be tried again; this one's status is {status}.", code="job_not_failed")


def read_status(db: Connection, job_id: UUID) -> str:
    """The job's status. Raises NotFound `job_not_found`."""
    status: str | None = db.scalar(select(jobs.c.status).where(jobs.c.id == job_id))
    if status is None:
        raise NotFound("There is no such job.", code="job_not_found")
    return status


@dataclass(frozen=True)
class JobContext:
    """The job that a step or a batch process works for. Without `db`, each call is a transaction of its own."""

    org_id: UUID
    job_id: UUID
    attempt: int
    db: Connection | None = None

    def progress(self, stage: str, fraction: float | None, message: str = "") -> None:
        """`record_progress` for this attempt. Raises JobCancelled when the work should stop."""
        self._write(lambda db: record_progress(db, self.job_id, stage, fraction, message, attempt=self.attempt))

    def keep_alive(self, lease: timedelta = LEASE) -> None:
        """`extend_lease` for this attempt: for when nothing is reported for a while."""
        self._write(lambda db: extend_lease(db, self.job_id, self.attempt, lease))

    def request_next_attempt(self) -> None:
        """`request_next_attempt` for this attempt: nobody waits for it any more."""
        self._write(lambda db: request_next_attempt(db, self.job_id, self.attempt))

    def _write(self, work: Callable[[Connection], T]) -> T:
        return in_tenant(self.org_id, work) if self.db is None else work(self.db)


def _end(db: Connection, job_id: UUID, status: str, values: dict[str, Json], *where: ColumnElement[bool]) -> bool:
    """Move a job that is not over into a final state, and say so to whoever waits for it. False if it was over."""
    current = [jobs.c.id == job_id, jobs.c.status.not_in(FINISHED), *where]
    ending = {**values, "status": status, "finished_at": func.now(), "lease_expires_at": null()}
    event = _change(db, current, ending, status, values.get("progress"))
    if event is None:
        return False
    publish(db, "job.finished", {"job_id": str(job_id), "status": status}, org_id=event.org_id)
    request_waiting(db, event.org_id)
    return True


def _is_waiting(db: Connection, job_id: UUID) -> bool:
    return db.scalar(select(jobs.c.status).where(jobs.c.id == job_id)) == "queued"


def _has_room(db: Connection) -> bool:
    """Whether the organisation may run one more job. No other transaction may start one until this one has ended."""
    starts = func.current_setting("app.org_id").concat(" starts a job")
    db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(starts, 0))))
    running = db.scalar(select(func.count()).where(jobs.c.status == "running"))
    return (running or 0) < MAX_RUNNING_JOBS


def _change(
    db: Connection,
    current: list[ColumnElement[bool]],
    values: dict[str, Any],
    stage: str,
    fraction: float | None,
    message: str = "",
) -> Row[UUID, int, UUID] | None:
    """Update the job if it is as expected, and append the event with the next number, in one statement.

    Returns the event's org_id and seq, or None if the job was not as expected. The row's lock makes the numbers gapless
    and ordered. Whoever listens to the job is told by a message; without listeners none is sent.
    """
    changed = (
        update(jobs)
        .where(*current)
        .values(**values, last_seq=jobs.c.last_seq + 1)
        .returning(jobs.c.org_id, jobs.c.id, jobs.c.last_seq, jobs.c.progress)
        .cte("changed")
    )
    reached = null() if fraction is None else changed.c.progress
    new = select(
        changed.c.org_id, changed.c.id, changed.c.last_seq, literal(stage, Text), reached, literal(message, Text)
    )
    columns = ["org_id", "job_id", "seq", "stage", "fraction", "message"]
    appended = insert(job_events).from_select(columns, new)
    event = db.execute(appended.returning(job_events.c.org_id, job_events.c.seq, job_events.c.job_id)).first()
    if event is not None:
        listening = exists().where(
            socket_subscriptions.c.org_id == event.org_id, socket_subscriptions.c.job_id == event.job_id
        )
        if db.scalar(select(listening)):
            publish(db, "job.progressed", {"job_id": str(event.job_id), "seq": event.seq}, org_id=event.org_id)
    return event


def _reason_to_stop(db: Connection, job_id: UUID, attempt: int | None) -> DreamSeedError:
    """Why a report about this job does not count. Raises NotFound if there is no such job."""
    job = db.execute(select(jobs.c.status, jobs.c.attempts).where(jobs.c.id == job_id)).one_or_none()
    if job is None:
        raise NotFound("There is no such job.", code="job_not_found")
    if job.status == "cancelled":
        return JobCancelled("The job has been cancelled.")
    if job.status in FINISHED:
        return JobCancelled(f"The job has {job.status} already.", code="job_finished")
    if job.attempts < attempt if attempt else job.status == "queued":
        return Unavailable("This attempt has not been entered yet.", code="job_not_begun", retry_after_seconds=1)
    return JobCancelled(f"Attempt {attempt} of the job has been overtaken by a later one.", code="job_superseded")
