"""Who is behind an open WebSocket connection, and which jobs they listen to.

A socket message arrives with nothing but its connection's id, so these run in system transactions and name the
organisation themselves: it is the one of the access token with which the connection was authenticated.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from dreamseed.errors import NotFound, Unauthenticated
from dreamseed.http.caller import Caller
from dreamseed.platform.access import may_reach
from dreamseed.platform.tables import job_events, jobs, socket_connections, socket_subscriptions

LIFETIME = timedelta(hours=2)
"""API Gateway closes every connection after two hours."""


def authenticate(db: Connection, connection_id: str, caller: Caller) -> None:
    """The connection is the caller's from now on, with the permissions of this moment. Again: the last one counts."""
    forget(db, connection_id)
    row = {
        "org_id": caller.org_id,
        "connection_id": connection_id,
        "user_id": caller.user_id,
        "session_id": caller.session_id,
        "permissions": sorted(caller.permissions),
        "expires_at": func.now() + LIFETIME,
    }
    db.execute(insert(socket_connections).values(row))


def subscribe(db: Connection, connection_id: str, job_id: UUID) -> None:
    """Send the job's coming events to the connection: those that are committed after this transaction.

    The job's row is locked against reports, so that each of them either sees this subscription or is committed before
    it, and so stands in the list that the client reads next. Raises Unauthenticated before `authenticate`, and NotFound
    `job_not_found` for a job that its user may not read.
    """
    caller = _caller(db, connection_id)
    found = select(jobs.c.kind, jobs.c.created_by).where(jobs.c.org_id == caller.org_id, jobs.c.id == job_id)
    job = db.execute(found.with_for_update(read=True)).one_or_none()
    if job is None or not may_reach(caller, job.kind, job.created_by, "read"):
        raise NotFound("There is no such job.", code="job_not_found")
    row = {"org_id": caller.org_id, "connection_id": connection_id, "job_id": job_id}
    db.execute(insert(socket_subscriptions).values(row).on_conflict_do_nothing())


def forget(db: Connection, *connection_ids: str) -> None:
    """Delete the connections with their subscriptions."""
    db.execute(delete(socket_connections).where(socket_connections.c.connection_id.in_(connection_ids)))


def forget_sessions(db: Connection, session_ids: Collection[UUID]) -> None:
    """Delete the connections of sign-ins of the transaction's tenant that have ended, with their subscriptions."""
    db.execute(delete(socket_connections).where(socket_connections.c.session_id.in_(session_ids)))


def listeners(db: Connection, job_id: UUID) -> list[str]:
    """The connections that listen to a job of the transaction's tenant."""
    statement = select(socket_subscriptions.c.connection_id).where(socket_subscriptions.c.job_id == job_id)
    return list(db.scalars(statement.order_by(socket_subscriptions.c.connection_id)))


def event_message(db: Connection, job_id: UUID, seq: int) -> dict[str, object]:
    """A job's event as listeners receive it. Raises NotFound if there is none of that number."""
    where = job_events.c.job_id == job_id, job_events.c.seq == seq
    event = db.execute(select(job_events).where(*where)).one_or_none()
    if event is None:
        raise NotFound("There is no such event.", code="job_event_not_found")
    return {
        "type": "job_event",
        "job_id": str(job_id),
        "seq": seq,
        "stage": event.stage,
        "fraction": event.fraction,
        "message": event.message,
        "at": event.at.isoformat(),
    }


def _caller(db: Connection, connection_id: str) -> Caller:
    statement = select(socket_connections).where(
        socket_connections.c.connection_id == connection_id, socket_connections.c.expires_at > func.now()
    )
    row = db.execute(statement).one_or_none()
    if row is None:
        raise Unauthenticated("Authenticate this connection first.", code="socket_not_authenticated")
    return Caller(row.user_id, row.org_id, frozenset(), frozenset(row.permissions))
