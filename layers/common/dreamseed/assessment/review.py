"""An attempt answer by answer: each item as it was shown, what was right, and what the engine made of it."""

from __future__ import annotations

from sqlalchemy import Connection

from dreamseed.assessment.feedback import feedback_on
from dreamseed.assessment.models import Review, ReviewedAnswer, Trace
from dreamseed.assessment.results import trace_of
from dreamseed.assessment.scale import scale_of
from dreamseed.assessment.sessions import OpenSession, shown_item, shown_summary
from dreamseed.content.library import load_items


def review_of(db: Connection, session: OpenSession) -> Review:
    """The attempt with all its answers in order, and whether running it again gives the same."""
    row, trace = session.row, trace_of(db, session)
    counts = row.answered > 0 and row.status != "invalidated"
    return Review(
        session=shown_summary(row, session.design),
        learner_id=row.learner_id,
        correct=row.correct,
        scale=scale_of(row.theta, row.se) if counts else None,
        is_provisional=session.bank.is_provisional,
        answers=_answers(db, session, trace),
        replay=trace.replay,
    )


def _answers(db: Connection, session: OpenSession, trace: Trace) -> list[ReviewedAnswer]:
    items = load_items(db, session.row.org_id, [step.item_id for step in trace.steps])
    names = session.bank.concept_names
    return [
        ReviewedAnswer(
            item=shown_item(items[step.item_id], step.position),
            item_code=step.item_code,
            skill_name=names[items[step.item_id].concept_code],
            answer=step.answer,
            feedback=feedback_on(db, items[step.item_id], step.answer.option),
            response_ms=step.response_ms,
            scale_after=scale_of(step.theta_after, step.se_after),
            theta_after=step.theta_after,
            se_after=step.se_after,
            criterion=step.criterion,
            reason=step.reason,
        )
        for step in trace.steps
    ]
