"""Taking an answer: is it for the item to answer now, is it a retry, and what follows from it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from dreamseed.assessment import history, queries, rules
from dreamseed.assessment.models import NewResponse
from dreamseed.assessment.sessions import OpenSession, record_answer
from dreamseed.content.models import Item
from dreamseed.errors import Conflict, FieldError, Invalid
from dreamseed.http.caller import Caller


def require_no_exam(db: Connection, caller: Caller, session: OpenSession, now: datetime) -> None:
    """Raise Forbidden `in_exam` while the learner of a practice session has an exam open.

    Practice names the key of each item that it shows, and the exam may be showing the same one.
    """
    if session.design.mode == "practice":
        history.require_no_exam(db, caller, "session:practise", session.row.learner_id, now)


def require_retry(db: Connection, session: OpenSession, position: int, given: rules.GivenAnswer) -> Item:
    """The item at a position that has an answer, if `given` is that answer again. Raises Conflict otherwise."""
    stored = queries.read_response(db, session.row.id, position)
    if stored is None:
        raise Conflict("There is no answer at that position.", code="item_not_current")
    counted = rules.GivenAnswer(stored.item_version_id, stored.answer["option"], stored.idempotency_key)
    rules.require_same_answer(counted, given)
    return session.item(db, stored.item_version_id)


def require_current(db: Connection, session: OpenSession, body: NewResponse, now: datetime) -> Item:
    """The item to answer now, if the body answers it. Raises Conflict, or Invalid for an option that there is not."""
    rules.require_answerable(session.row.status, session.row.expires_at, now)
    item = session.current_item(db)
    if item is None or item.id != body.item_id or body.position != session.row.answered + 1:
        raise Conflict("This is not the item to answer now; read the session to see it.", code="item_not_current")
    if body.answer.option not in item.option_ids:
        error = FieldError("body.answer.option", f"must be one of: {', '.join(item.option_ids)}")
        raise Invalid("The item has no such option.", code="unknown_option", errors=(error,))
    return item


def count(
    db: Connection, session: OpenSession, item: Item, body: NewResponse, idempotency_key: str | None, now: datetime
) -> OpenSession:
    """Score the answer, move the session on, write both."""
    standing, score = session.standing, item.score(body.answer.option)
    choice = rules.current_choice(standing)
    after = rules.advance(
        session.design.cat, session.bank.parameters, standing, score, body.response_ms / 1000, session.row.seed
    )
    response = {
        "position": body.position,
        "item_version_id": item.id,
        "answer": {"option": body.answer.option},
        "score": score,
        "response_ms": body.response_ms,
        "criterion": choice.criterion,
        "reason": choice.reason,
        "idempotency_key": idempotency_key,
    }
    return record_answer(db, session, after, response, now)
