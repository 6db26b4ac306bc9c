"""Give a running test more time."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment.interventions import give_time
from dreamseed.assessment.models import SessionSummary
from dreamseed.assessment.sessions import shown_summary
from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school.intervention_models import NewExtraTime
from dreamseed.school.interventions import managed_session, note


@function(
    Needs(
        Http("POST", "/api/v1/sessions/{id}/extend", "session:manage"),
        grants=(database("write"), subject_keys("write")),
        layers=("common", "irt_core"),
    )
)
def extend_session(
    id: UUID, body: NewExtraTime, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> SessionSummary:
    """Add working time to a session that runs; its learner sees it within seconds. Who did it and why is kept.

    409 `session_not_active` when it is over, `session_untimed` where no clock runs.
    """
    session = managed_session(db, caller, id)
    extended = give_time(db, session, body.extra_seconds, clock.now())
    note(db, keys, session, "extended", caller, body.reason, clock.now(), body.extra_seconds)
    trail.note(session.row.learner_id, "sessions", id, after=body.model_dump())
    return shown_summary(extended.row, extended.design)
