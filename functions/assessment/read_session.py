"""Show where a test session stands."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment import queries
from dreamseed.assessment.models import Session
from dreamseed.assessment.sessions import find_session, shown_session
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("GET", "/api/v1/sessions/{id}", "session:read:own"),
        grants=(database("read"),),
        layers=("common", "irt_core"),
    )
)
def read_session(id: UUID, caller: Caller, db: Connection, clock: Clock) -> Session:
    """The session with the item to answer now: the same one however often it is asked for."""
    return shown_session(db, find_session(db, caller, id, queries.read_session), clock.now())
