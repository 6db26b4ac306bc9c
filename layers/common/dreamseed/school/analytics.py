"""How a class gets on: everybody's ability, growth and skills at one moment, and who needs help.

Whatever the size of the class it takes four statements: the learners, their tests, their knowledge, the skills' names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment.history import Progress, progress_of
from dreamseed.assessment.scale import scale_of
from dreamseed.content.concepts import names_of
from dreamseed.learning.states import Mastery, mastery_of
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school import queries, rules
from dreamseed.school.classes import shown_class
from dreamseed.school.models import (
    ClassAnalytics,
    Growth,
    HelpReason,
    LearnerMastery,
    LearnerProgress,
    NeedsHelp,
    Rule,
    Skill,
    SkillMastery,
)
from dreamseed.school.queries import AnyRow


def analyse_class(db: Connection, keys: SubjectKeys, row: AnyRow, now: datetime) -> ClassAnalytics:
    """The analytics of a class from its row."""
    members = queries.list_learners(db, keys, row.id)
    ids = [member.user_id for member in members]
    progress = progress_of(db, ids, now - rules.TERM)
    knowledge = mastery_of(db, ids)
    learners = [_learner(member, progress, knowledge) for member in members]
    reasons = rules.judge(learners, now)
    return ClassAnalytics(
        class_=shown_class(row),
        as_of=now,
        rule=Rule(code=rules.RULE_CODE, text=rules.RULE_TEXT),
        learners=[
            _shown_learner(member, learner, progress.get(learner.id), reasons[learner.id])
            for member, learner in zip(members, learners, strict=True)
        ],
        skills=_skills(db, knowledge),
        mastery=[_shown_mastery(id_, knowledge.get(id_, {})) for id_ in ids],
    )


def _learner(
    member: AnyRow, progress: Mapping[UUID, Progress], knowledge: Mapping[UUID, Mapping[str, Mastery]]
) -> rules.Learner:
    known = progress.get(member.user_id)
    return rules.Learner(
        member.user_id,
        member.enrolled_at,
        known.latest if known else None,
        known.first if known else None,
        [(state.p_known, state.responses) for state in knowledge.get(member.user_id, {}).values()],
    )


def _shown_learner(
    member: AnyRow, learner: rules.Learner, progress: Progress | None, reasons: list[rules.Reason]
) -> LearnerProgress:
    latest = learner.latest
    seen = [at for at in (member.last_login_at, latest.at if latest else None) if at is not None]
    return LearnerProgress(
        learner_id=member.user_id,
        full_name=member.full_name,
        is_simulated=member.is_simulated,
        theta=latest.theta if latest else None,
        se=latest.se if latest else None,
        scale=scale_of(latest.theta, latest.se) if latest else None,
        growth=_shown_growth(learner.growth),
        last_seen_at=max(seen, default=None),
        sessions=progress.tests if progress else 0,
        needs_help=NeedsHelp(
            is_flagged=bool(reasons),
            reasons=[
                HelpReason(code=each.code, text=each.text, value=each.value, threshold=each.threshold)
                for each in reasons
            ],
        ),
    )


def _shown_growth(growth: rules.Growth | None) -> Growth | None:
    if growth is None:
        return None
    return Growth(from_=growth.start, to=growth.end, change=growth.change, se=growth.se, since=growth.since)


def _skills(db: Connection, knowledge: Mapping[UUID, Mapping[str, Mastery]]) -> list[Skill]:
    """The skills of which something is known, by code."""
    codes = sorted({code for states in knowledge.values() for code in states})
    names = names_of(db, codes)
    return [Skill(code=code, name=names.get(code, code)) for code in codes]


def _shown_mastery(learner_id: UUID, states: Mapping[str, Mastery]) -> LearnerMastery:
    by_skill = {
        code: SkillMastery(mastery=state.p_known, responses=state.responses) for code, state in sorted(states.items())
    }
    return LearnerMastery(learner_id=learner_id, by_skill=by_skill)
