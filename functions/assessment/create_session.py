"""Start an adaptive test."""

import secrets

from sqlalchemy import Connection

from dreamseed.assessment.answers import require_no_exam
from dreamseed.assessment.designs import load_design
from dreamseed.assessment.models import NewSession, Session
from dreamseed.assessment.sessions import (
    open_session,
    require_present_consent,
    shown_session,
    unfinished_session,
)
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.needs import Http, Needs, database
from dreamseed.school.terms import terms_of

SEED_BITS = 62


@function(
    Needs(
        Http("POST", "/api/v1/sessions", "session:create", status=201, also=(200,), is_audited=False),
        grants=(database("write"),),
        layers=("common", "irt_core"),
    )
)
def create_session(body: NewSession, caller: Caller, db: Connection, clock: Clock) -> Reply[Session]:
    """Open a test session, for an assignment or for oneself, and choose its first item.

    A learner has at most one unfinished session of a design and assignment: asking again gives it back with status 200,
    also when the assignment can no longer be started (409 `assignment_not_open`, `no_attempt_left`).
    """
    require_present_consent(db, caller, "session:create", clock.now())
    design = load_design(db, caller.org_id, body.test_design_id)
    session, is_new = unfinished_session(db, caller, design, body.assignment_id, clock.now()), False
    if session is None:
        terms = terms_of(db, caller.user_id, design.id, body.assignment_id, clock.now())
        session, is_new = open_session(db, caller, design, terms, secrets.randbits(SEED_BITS), clock.now())
    require_no_exam(db, caller, session, clock.now())
    shown = shown_session(db, session, clock.now())
    return Reply(shown, status=201 if is_new else 200, headers={"location": f"/api/v1/sessions/{session.row.id}"})
