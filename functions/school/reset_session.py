"""Let an attempt be taken again."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment.models import SessionSummary
from dreamseed.assessment.sessions import shown_summary
from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school.intervention_models import NewIntervention
from dreamseed.school.interventions import managed_session, reset_attempt


@function(
    Needs(
        Http("POST", "/api/v1/sessions/{id}/reset", "session:manage", idempotency="natural", is_sensitive=True),
        grants=(database("write"), subject_keys("write")),
        layers=("common", "irt_core"),
    )
)
def reset_session(
    id: UUID, body: NewIntervention, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> SessionSummary:
    """Void a session, and do not count it as an attempt either: its learner may start the test again.

    Resetting it again changes nothing. Who did it and why is kept.
    """
    session = reset_attempt(db, keys, managed_session(db, caller, id), caller, body.reason, clock.now())
    trail.note(session.row.learner_id, "sessions", id, after=body.model_dump())
    return shown_summary(session.row, session.design)
