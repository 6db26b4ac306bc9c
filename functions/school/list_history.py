"""List the tests that a learner has taken."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment import history
from dreamseed.assessment.scale import scale_of
from dreamseed.audit.trail import Trail
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database
from dreamseed.school.access import LearnerId, reachable_learner
from dreamseed.school.models import PastSession


@function(
    Needs(Http("GET", "/api/v1/learners/{id}/history", "history:read:own", is_audited=True), grants=(database("read"),))
)
def list_history(id: LearnerId, page: Paging, caller: Caller, db: Connection, trail: Trail) -> Page[PastSession]:
    """The tests of a learner that are over, oldest first: the latest ones, and by cursor those before them.

    `me` is the caller; others must teach the learner or be their guardian. A voided test is listed without an ability.
    """
    learner_id = reachable_learner(db, caller, id, "history:read")
    trail.note(learner_id, "learners", learner_id)
    before = page.after_key(datetime.fromisoformat, UUID)
    rows = history.list_history(db, learner_id, before, page.limit + 1)
    shown = page_of(rows, page.limit, _past_session, lambda row: (row.finished_at, row.id))
    return Page(items=shown.items[::-1], next_cursor=shown.next_cursor)


def _past_session(row: history.AnyRow) -> PastSession:
    counts = row.status != "invalidated"
    return PastSession(
        session_id=row.id,
        test_design_name=row.name,
        mode=row.mode,
        finished_at=row.finished_at,
        theta=row.theta if counts else None,
        se=row.se if counts else None,
        scale=scale_of(row.theta, row.se) if counts else None,
        answered=row.answered,
        correct=row.correct,
        status=row.status,
    )
