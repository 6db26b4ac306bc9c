"""Pause a test."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment.models import Session
from dreamseed.assessment.sessions import own_session, pause, shown_session
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("POST", "/api/v1/sessions/{id}/pause", "session:answer:own", idempotency="natural", is_audited=False),
        grants=(database("write"),),
        layers=("common", "irt_core"),
    )
)
def pause_session(id: UUID, caller: Caller, db: Connection, clock: Clock) -> Session:
    """Stop the clock of the caller's session; pausing twice is pausing once."""
    session = pause(db, own_session(db, caller, id), clock.now())
    return shown_session(db, session, clock.now())
