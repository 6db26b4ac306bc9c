"""Record one answer and choose the next item: the hot path."""

from typing import Annotated
from uuid import UUID

from fastapi import Header
from sqlalchemy import Connection

from dreamseed.assessment import answers
from dreamseed.assessment.feedback import feedback_on
from dreamseed.assessment.models import NewResponse, Recorded, RecordedResponse
from dreamseed.assessment.rules import GivenAnswer
from dreamseed.assessment.sessions import own_session, shown_session
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database

IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=255)]


@function(
    Needs(
        Http("POST", "/api/v1/sessions/{id}/responses", "session:answer:own", idempotency="natural", is_audited=False),
        grants=(database("write"),),
        layers=("common", "irt_core"),
        memory_mb=1024,
    )
)
def submit_response(
    id: UUID,
    body: NewResponse,
    caller: Caller,
    db: Connection,
    clock: Clock,
    idempotency_key: IdempotencyKey = None,
) -> Recorded:
    """Record an answer to the current item and choose the next one.

    A retry of an answer that counts changes nothing and is answered like the first; any other answer to an item that
    has one gets a 409 `item_already_answered`.
    """
    session = own_session(db, caller, id)
    answers.require_no_exam(db, caller, session, clock.now())
    given = GivenAnswer(body.item_id, body.answer.option, idempotency_key)
    if body.position <= session.row.answered:
        item = answers.require_retry(db, session, body.position, given)
    else:
        item = answers.require_current(db, session, body, clock.now())
        session = answers.count(db, session, item, body, idempotency_key, clock.now())
    return Recorded(
        recorded=RecordedResponse(position=body.position, item_id=item.id),
        feedback=feedback_on(db, item, given.option) if session.design.mode == "practice" else None,
        session=shown_session(db, session, clock.now()),
    )
