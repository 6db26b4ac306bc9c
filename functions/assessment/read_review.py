"""Show an attempt answer by answer."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment import queries
from dreamseed.assessment.history import require_no_exam
from dreamseed.assessment.models import Review
from dreamseed.assessment.review import review_of
from dreamseed.assessment.sessions import find_session
from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("GET", "/api/v1/sessions/{id}/review", "session:trace", is_audited=True),
        grants=(database("read"),),
        layers=("common", "irt_core"),
    )
)
def read_review(id: UUID, caller: Caller, db: Connection, clock: Clock, trail: Trail) -> Review:
    """Each item as it was shown with answer, key, time and estimate; for those who teach the learner."""
    session = find_session(db, caller, id, queries.read_session)
    require_no_exam(db, caller, "session:trace", session.row.learner_id, clock.now())
    trail.note(session.row.learner_id, "sessions", id)
    return review_of(db, session)
