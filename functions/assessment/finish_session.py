"""Finish a test early."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment.models import Session
from dreamseed.assessment.sessions import finish, own_session, shown_session
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("POST", "/api/v1/sessions/{id}/finish", "session:answer:own", idempotency="natural", is_audited=False),
        grants=(database("write"),),
        layers=("common", "irt_core"),
    )
)
def finish_session(id: UUID, caller: Caller, db: Connection, clock: Clock) -> Session:
    """End the caller's session with what it knows so far; a session that is over stays as it is."""
    session = finish(db, own_session(db, caller, id), clock.now())
    return shown_session(db, session, clock.now())
