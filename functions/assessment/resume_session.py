"""Resume a paused test."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment.models import Session
from dreamseed.assessment.sessions import own_session, require_present_consent, resume, shown_session
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("POST", "/api/v1/sessions/{id}/resume", "session:answer:own", idempotency="natural", is_audited=False),
        grants=(database("write"),),
        layers=("common", "irt_core"),
    )
)
def resume_session(id: UUID, caller: Caller, db: Connection, clock: Clock) -> Session:
    """Start the clock again: the time that the pause took is added to what is left."""
    require_present_consent(db, caller, "session:answer:own", clock.now())
    session = resume(db, own_session(db, caller, id), clock.now())
    return shown_session(db, session, clock.now())
