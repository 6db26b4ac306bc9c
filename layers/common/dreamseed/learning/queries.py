"""Learning in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from dreamseed.learning.models import FinishedSession
from dreamseed.learning.rules import Ability, Knowledge
from dreamseed.learning.tables import knowledge_evidence, knowledge_states, learner_abilities

Evidence = Row[str, list[bool], datetime]
AnyRow = Row[*tuple[Any, ...]]


def lock_states(db: Connection, learner_id: UUID, concept_codes: Collection[str], initial: Knowledge) -> None:
    """Lock the learner's states of these concepts, creating those that are missing.

    The rows are taken in the order of their codes, whoever asks, so that two sessions never wait for each other.
    """
    rows = [
        {"learner_id": learner_id, "concept_code": code, "p_known": initial.known, "p_unknown": initial.unknown}
        for code in sorted(concept_codes)
    ]
    statement = insert(knowledge_states).values(rows)
    unchanged = {"responses": knowledge_states.c.responses}
    db.execute(statement.on_conflict_do_update(index_elements=["org_id", "learner_id", "concept_code"], set_=unchanged))


def add_evidence(db: Connection, session: FinishedSession) -> None:
    """Keep the session's answers by concept; does nothing for a session that is known already."""
    db.execute(insert(knowledge_evidence).values(_evidence_rows(session)).on_conflict_do_nothing())


def _evidence_rows(session: FinishedSession) -> list[dict[str, Any]]:
    return [
        {
            "learner_id": session.learner_id,
            "concept_code": code,
            "session_id": session.session_id,
            "finished_at": session.finished_at,
            "answers": answers,
        }
        for code, answers in session.answers_by_concept().items()
    ]


def put_void_evidence(db: Connection, session: FinishedSession) -> None:
    """Keep that the session's answers count for nothing, whether they have arrived before or are yet to come."""
    rows = [{**row, "is_void": True} for row in _evidence_rows(session)]
    statement = insert(knowledge_evidence).values(rows)
    key = ["org_id", "learner_id", "concept_code", "session_id"]
    db.execute(statement.on_conflict_do_update(index_elements=key, set_={"is_void": True}))


def is_void(db: Connection, session: FinishedSession) -> bool:
    """Whether the session's answers count for nothing."""
    columns = knowledge_evidence.c
    is_its_own = (columns.learner_id == session.learner_id, columns.session_id == session.session_id)
    return db.execute(select(columns.session_id).where(*is_its_own, columns.is_void).limit(1)).first() is not None


def list_evidence(db: Connection, learner_id: UUID, concept_codes: Collection[str]) -> list[Evidence]:
    """(concept_code, answers, finished_at) of the learner's sessions that count, in the order of their ends."""
    columns = knowledge_evidence.c
    return list(
        db.execute(
            select(columns.concept_code, columns.answers, columns.finished_at)
            .where(columns.learner_id == learner_id, columns.concept_code.in_(concept_codes), ~columns.is_void)
            .order_by(columns.concept_code, columns.finished_at, columns.session_id)
        )
    )


def codes_of(db: Connection, learner_id: UUID) -> list[str]:
    """The concepts of which there is evidence of that learner, in order; void evidence included."""
    columns = knowledge_evidence.c
    return sorted(set(db.scalars(select(columns.concept_code).where(columns.learner_id == learner_id))))


def move_evidence(db: Connection, to_id: UUID, from_id: UUID) -> None:
    """Make the evidence of one learner another's. A session is one learner's, so no row meets another."""
    moved = update(knowledge_evidence).where(knowledge_evidence.c.learner_id == from_id)
    db.execute(moved.values(learner_id=to_id))


def delete_ability(db: Connection, learner_id: UUID) -> None:
    """Forget the learner's ability."""
    db.execute(delete(learner_abilities).where(learner_abilities.c.learner_id == learner_id))


def has_evidence(db: Connection, learner_id: UUID, session_id: UUID) -> bool:
    """Whether the session's answers are among the evidence."""
    columns = knowledge_evidence.c
    found = select(columns.session_id).where(columns.learner_id == learner_id, columns.session_id == session_id)
    return db.execute(found.limit(1)).first() is not None


def write_states(db: Connection, learner_id: UUID, states: Mapping[str, tuple[Knowledge, int, datetime]]) -> None:
    """Replace the learner's states by (knowledge, number of responses, when the newest session was finished)."""
    rows = [
        {
            "learner_id": learner_id,
            "concept_code": code,
            "p_known": knowledge.known,
            "p_unknown": knowledge.unknown,
            "responses": responses,
            "updated_at": updated_at,
        }
        for code, (knowledge, responses, updated_at) in sorted(states.items())
    ]
    statement = insert(knowledge_states).values(rows)
    new = {name: statement.excluded[name] for name in ("p_known", "p_unknown", "responses", "updated_at")}
    db.execute(statement.on_conflict_do_update(index_elements=["org_id", "learner_id", "concept_code"], set_=new))


def write_ability(db: Connection, learner_id: UUID, ability: Ability) -> None:
    """Make an estimate the learner's ability, unless that of a later session is already there."""
    statement = insert(learner_abilities).values(
        learner_id=learner_id,
        theta=ability.theta,
        se=ability.se,
        bank_version_id=ability.bank_version_id,
        session_id=ability.session_id,
        updated_at=ability.finished_at,
    )
    new, old = statement.excluded, learner_abilities.c
    changed = {name: new[name] for name in ("theta", "se", "bank_version_id", "session_id", "updated_at")}
    is_later = tuple_(new.updated_at, new.session_id) > tuple_(old.updated_at, old.session_id)
    db.execute(statement.on_conflict_do_update(index_elements=["org_id", "learner_id"], set_=changed, where=is_later))


def delete_ability_of(db: Connection, learner_id: UUID, session_id: UUID) -> None:
    """Forget the learner's ability if it comes from that session."""
    columns = learner_abilities.c
    db.execute(delete(learner_abilities).where(columns.learner_id == learner_id, columns.session_id == session_id))


def list_states(db: Connection, learner_id: UUID, concept_codes: Collection[str] | None = None) -> list[AnyRow]:
    """The learner's states by concept code; all of them unless `concept_codes` are given."""
    statement = select(knowledge_states).where(
        knowledge_states.c.learner_id == learner_id, knowledge_states.c.responses > 0
    )
    if concept_codes is not None:
        statement = statement.where(knowledge_states.c.concept_code.in_(concept_codes))
    return list(db.execute(statement.order_by(knowledge_states.c.concept_code)))


def list_states_of(db: Connection, learner_ids: Collection[UUID]) -> list[AnyRow]:
    """(learner_id, concept_code, p_known, responses) of all these learners' states."""
    columns = knowledge_states.c
    statement = select(columns.learner_id, columns.concept_code, columns.p_known, columns.responses)
    return list(db.execute(statement.where(columns.learner_id.in_(learner_ids), columns.responses > 0)))


def read_ability(db: Connection, learner_id: UUID) -> Row[float, float, datetime] | None:
    """The learner's latest ability: theta, se, updated_at."""
    columns = learner_abilities.c
    return db.execute(
        select(columns.theta, columns.se, columns.updated_at).where(columns.learner_id == learner_id)
    ).one_or_none()
