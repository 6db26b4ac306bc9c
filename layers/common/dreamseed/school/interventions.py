"""What staff do to somebody's attempt: done to the session, and kept with who, when and why.

An attempt that is voided counts for nothing but is used up; one that is reset counts for nothing and may be taken
again.
Whoever voids what is void already, or resets what was reset, changes nothing: the first one's name and reason stay.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment.interventions import hold_session, learner_of, void
from dreamseed.assessment.sessions import OpenSession, no_session
from dreamseed.http.caller import Caller
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school import intervention_queries as stored
from dreamseed.school.access import teaches
from dreamseed.school.intervention_models import Intervention, InterventionKind
from dreamseed.school.queries import AnyRow


def managed_session(db: Connection, caller: Caller, session_id: UUID) -> OpenSession:
    """A session of a learner whom the caller teaches or oversees, held. Raises NotFound."""
    session = hold_session(db, session_id)
    if session is None or not teaches(db, caller, session.row.learner_id):
        raise no_session()
    return session


def require_managed(db: Connection, caller: Caller, session_id: UUID) -> None:
    """Raise NotFound unless the session is of a learner whom the caller teaches or oversees."""
    learner_id = learner_of(db, session_id)
    if learner_id is None or not teaches(db, caller, learner_id):
        raise no_session()


def void_attempt(
    db: Connection, keys: SubjectKeys, session: OpenSession, caller: Caller, reason: str, now: datetime
) -> OpenSession:
    """Make an attempt count for nothing, and keep why."""
    if session.row.status == "invalidated":
        return session
    note(db, keys, session, "voided", caller, reason, now)
    return void(db, session, now)


def reset_attempt(
    db: Connection, keys: SubjectKeys, session: OpenSession, caller: Caller, reason: str, now: datetime
) -> OpenSession:
    """Make an attempt count for nothing and not even as an attempt, and keep why. A voided one can be reset too."""
    if session.row.id in stored.list_reset_sessions(db, [session.row.id]):
        return session
    note(db, keys, session, "reset", caller, reason, now)
    return void(db, session, now)


def note(
    db: Connection,
    keys: SubjectKeys,
    session: OpenSession,
    kind: InterventionKind,
    caller: Caller,
    reason: str,
    now: datetime,
    extra_seconds: int | None = None,
) -> None:
    """Keep what the caller does to a session."""
    sealed = keys.seal(session.row.learner_id, reason, "session_interventions.reason")
    row = {"session_id": session.row.id, "kind": kind, "reason": sealed, "extra_seconds": extra_seconds}
    stored.add_intervention(db, {**row, "by_user_id": caller.user_id, "at": now})


def shown_intervention(row: AnyRow) -> Intervention:
    """An intervention from its row."""
    return Intervention(
        id=row.id,
        kind=row.kind,
        reason=row.reason,
        extra_seconds=row.extra_seconds,
        by_user_id=row.by_user_id,
        by_name=row.by_name,
        at=row.at,
    )
