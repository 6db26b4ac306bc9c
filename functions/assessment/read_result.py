"""Show what a finished test says."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment import queries
from dreamseed.assessment.models import Result
from dreamseed.assessment.results import result_of
from dreamseed.assessment.sessions import find_session
from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.errors import Conflict
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("GET", "/api/v1/sessions/{id}/result", "session:read:own", is_audited=True),
        grants=(database("read"),),
        layers=("common", "irt_core"),
    )
)
def read_result(id: UUID, caller: Caller, db: Connection, clock: Clock, trail: Trail) -> Result:
    """Ability with its band, mastery per skill, and what to do next. The test must be over, and not be void.

    For the learner, their guardians and those who teach them.
    """
    session = find_session(db, caller, id, queries.read_session, is_for_guardians=True)
    if session.row.status == "invalidated":
        raise Conflict("The attempt was declared void, so it has no result.", code="session_voided")
    if not session.is_over(clock.now()):
        raise Conflict("The test is not finished yet.", code="session_not_finished")
    trail.note(session.row.learner_id, "sessions", id)
    return result_of(db, session)
