"""What a finished test says, and the trace by which it can be repeated."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from dreamseed.assessment import queries, rules
from dreamseed.assessment.models import (
    Answer,
    NextStep,
    Replay,
    Result,
    SkillResult,
    Trace,
    TraceStep,
)
from dreamseed.assessment.scale import band_of, scale_of
from dreamseed.assessment.sessions import OpenSession
from dreamseed.content.library import prerequisites_of


def result_of(db: Connection, session: OpenSession) -> Result:
    """The ability with its band, the skills, and what to do next."""
    row = session.row
    skills = _skills(db, session)
    return Result(
        session_id=row.id,
        status=row.status if row.status in rules.OVER else "expired",
        stop_reason=row.stop_reason or "time_limit",
        answered=row.answered,
        correct=row.correct,
        theta=row.theta,
        se=row.se,
        band=band_of(row.theta, row.se),
        scale=scale_of(row.theta, row.se),
        is_provisional=session.bank.is_provisional,
        skills=[
            SkillResult(
                code=each.code, name=each.name, answered=each.answered, correct=each.correct, mastery=each.mastery
            )
            for each in skills
        ],
        next_steps=_next_steps(db, skills),
    )


def trace_of(db: Connection, session: OpenSession) -> Trace:
    """Every answer with what the engine knew, and whether running it again gives the same."""
    row, bank = session.row, session.bank
    answers = queries.list_responses(db, row.id)
    traced = [
        rules.TracedAnswer(
            bank.index_of[each.item_version_id], each.score, each.response_ms / 1000, each.theta_after, each.se_after
        )
        for each in answers
    ]
    difference = rules.first_difference(session.design.cat, bank.parameters, row.seed, traced)
    return Trace(
        session_id=row.id,
        seed=str(row.seed),
        design=session.design.cat.to_dict(),
        bank_version_id=row.bank_version_id,
        steps=[_trace_step(each, bank.entry(each.item_version_id).item_code) for each in answers],
        replay=Replay(matches=difference is None, first_difference=difference),
    )


def _skills(db: Connection, session: OpenSession) -> list[rules.SkillTally]:
    """The skills that the test asked for, in the order of their codes."""
    from dreamseed.learning.states import mastery_after  # a trace needs nothing of it

    names = session.bank.concept_names
    answers: dict[str, list[bool]] = {}
    for response in queries.list_responses(db, session.row.id):
        concept_code = session.bank.entry(response.item_version_id).concept_code
        answers.setdefault(concept_code, []).append(response.score == 1)
    mastery = mastery_after(db, session.row.learner_id, session.row.id, answers)
    return [
        rules.SkillTally(code, names[code], len(given), sum(given), mastery[code].p_known)
        for code, given in sorted(answers.items())
    ]


def _next_steps(db: Connection, skills: list[rules.SkillTally]) -> list[NextStep]:
    steps = rules.next_steps(skills, prerequisites_of(db, [skill.code for skill in skills]))
    return [_next_step(skill, needing) for skill, needing in steps]


def _next_step(skill: rules.SkillTally, needing: rules.SkillTally | None) -> NextStep:
    went = f"{skill.correct} of {skill.answered} answers were right"
    return NextStep(
        skill_code=skill.code,
        skill_name=skill.name,
        answered=skill.answered,
        correct=skill.correct,
        needed_for=needing.name if needing else None,
        reason=f"{went}, and “{needing.name}” builds on it" if needing else went,
    )


def _trace_step(response: Row[Any], item_code: str) -> TraceStep:
    return TraceStep(
        position=response.position,
        item_id=response.item_version_id,
        item_code=item_code,
        answer=Answer(option=response.answer["option"]),
        score=response.score,
        response_ms=response.response_ms,
        theta_after=response.theta_after,
        se_after=response.se_after,
        criterion=response.criterion,
        reason=response.reason,
    )
