"""Show how a test came about, and whether it replays."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment import queries
from dreamseed.assessment.history import require_no_exam
from dreamseed.assessment.models import Trace
from dreamseed.assessment.results import trace_of
from dreamseed.assessment.sessions import find_session
from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("GET", "/api/v1/sessions/{id}/trace", "session:trace", is_audited=True),
        grants=(database("read"),),
        layers=("common", "irt_core"),
    )
)
def read_trace(id: UUID, caller: Caller, db: Connection, clock: Clock, trail: Trail) -> Trace:
    """The seed, every answer, every estimate and every reason; with the outcome of running the test again."""
    session = find_session(db, caller, id, queries.read_session)
    require_no_exam(db, caller, "session:trace", session.row.learner_id, clock.now())
    trail.note(session.row.learner_id, "sessions", id)
    return trace_of(db, session)
