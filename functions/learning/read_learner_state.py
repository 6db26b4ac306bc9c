"""Show what a learner knows."""

from sqlalchemy import Connection

from dreamseed.assessment.history import require_no_exam
from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.content.concepts import names_of
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.learning import queries
from dreamseed.learning.models import AbilityState, LearnerState, SkillState
from dreamseed.needs import Http, Needs, database
from dreamseed.school.access import LearnerId, reachable_learner


@function(
    Needs(
        Http("GET", "/api/v1/learners/{id}/state", "knowledge_state:read:own", is_audited=True),
        grants=(database("read"),),
    )
)
def read_learner_state(id: LearnerId, caller: Caller, db: Connection, clock: Clock, trail: Trail) -> LearnerState:
    """The learner's skills with the probability that each is known, and their latest ability.

    `me` is the caller, who must have no exam open (403 `in_exam`); others must teach the learner or be their guardian.
    """
    learner_id = reachable_learner(db, caller, id, "knowledge_state:read")
    require_no_exam(db, caller, "knowledge_state:read", learner_id, clock.now())
    trail.note(learner_id, "learners", learner_id)
    states, ability = queries.list_states(db, learner_id), queries.read_ability(db, learner_id)
    names = names_of(db, [state.concept_code for state in states])
    return LearnerState(
        learner_id=learner_id,
        skills=[
            SkillState(
                code=state.concept_code,
                name=names.get(state.concept_code, state.concept_code),
                mastery=state.p_known,
                responses=state.responses,
                updated_at=state.updated_at,
            )
            for state in states
        ],
        ability=AbilityState(theta=ability.theta, se=ability.se, updated_at=ability.updated_at) if ability else None,
    )
