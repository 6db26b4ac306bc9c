"""Declare an attempt void."""

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
from dreamseed.school.interventions import managed_session, void_attempt


@function(
    Needs(
        Http("POST", "/api/v1/sessions/{id}/void", "session:manage", idempotency="natural", is_sensitive=True),
        grants=(database("write"), subject_keys("write")),
        layers=("common", "irt_core"),
    )
)
def void_session(
    id: UUID, body: NewIntervention, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> SessionSummary:
    """Make a session count for nothing, whether it runs or is over: no ability, knowledge or figure rests on it.

    Its answers are kept, with who voided it and why. It is used up as an attempt (see `/reset`). Voiding it again
    changes nothing.
    """
    session = void_attempt(db, keys, managed_session(db, caller, id), caller, body.reason, clock.now())
    trail.note(session.row.learner_id, "sessions", id, after=body.model_dump())
    return shown_summary(session.row, session.design)
