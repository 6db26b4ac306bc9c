"""How learners' states come about, and what other areas may ask of them.

A state is a function of the evidence, whatever the order in which the evidence arrived: sessions are kept, and each one
that comes in makes the states of its concepts be traced anew through all sessions, in the order in which they were
finished. So a message that was late, or came twice, ends in the same state as one that was in time. A session that was
voided is kept as well, marked, and left out: it stays out even if the news of its end comes last.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment.history import latest_session
from dreamseed.learning import queries
from dreamseed.learning.models import FinishedSession
from dreamseed.learning.rules import Ability, Knowledge, trace


@dataclass(frozen=True)
class Mastery:
    """The probability that a learner knows a concept, and how many answers say so."""

    p_known: float
    responses: int


def mastery_after(
    db: Connection, learner_id: UUID, session_id: UUID, answers: Mapping[str, Sequence[bool]]
) -> dict[str, Mastery]:
    """The learner's mastery of the concepts of a finished session, by code.

    `answers` are the session's, by concept. They are counted here if the event that brings them has not arrived yet, so
    that a result that is read at once does not speak of the time before the test.
    """
    rows = queries.list_states(db, learner_id, list(answers))
    states = {row.concept_code: (Knowledge(row.p_known, row.p_unknown), row.responses) for row in rows}
    if not queries.has_evidence(db, learner_id, session_id):
        for code, given in answers.items():
            knowledge, responses = states.get(code, (Knowledge.before(), 0))
            states[code] = (trace(given, start=knowledge), responses + len(given))
    return {code: Mastery(knowledge.known, responses) for code, (knowledge, responses) in states.items()}


def mastery_of(db: Connection, learner_ids: Collection[UUID]) -> dict[UUID, dict[str, Mastery]]:
    """What is known of each of these learners, by concept code; learners of whom nothing is known are left out."""
    found: dict[UUID, dict[str, Mastery]] = {}
    for row in queries.list_states_of(db, learner_ids):
        found.setdefault(row.learner_id, {})[row.concept_code] = Mastery(row.p_known, row.responses)
    return found


def record_session(db: Connection, session: FinishedSession) -> None:
    """Add a finished session to what is known of its learner. Adding it again changes nothing."""
    concept_codes = sorted(session.answers_by_concept())
    if not concept_codes:
        return
    queries.lock_states(db, session.learner_id, concept_codes, Knowledge.before())
    queries.add_evidence(db, session)
    _trace_anew(db, session.learner_id, concept_codes, session.finished_at)
    if not queries.is_void(db, session):
        queries.write_ability(db, session.learner_id, session.ability)


def void_session(db: Connection, session: FinishedSession) -> None:
    """Leave a session out of what is known of its learner. Voiding it again changes nothing.

    If their ability was that session's, it becomes that of the last test that still counts.
    """
    concept_codes = sorted(session.answers_by_concept())
    if not concept_codes:
        return
    queries.lock_states(db, session.learner_id, concept_codes, Knowledge.before())
    queries.put_void_evidence(db, session)
    _trace_anew(db, session.learner_id, concept_codes, session.finished_at)
    queries.delete_ability_of(db, session.learner_id, session.session_id)
    _write_latest_ability(db, session.learner_id)


def merge_learner(db: Connection, kept_id: UUID, merged_id: UUID, now: datetime) -> dict[str, int]:
    """Give one learner the evidence of another, whose tests are theirs already, and trace both anew."""
    concept_codes = queries.codes_of(db, merged_id)
    if not concept_codes:
        return {"concepts": 0}
    for learner_id in sorted((kept_id, merged_id)):
        queries.lock_states(db, learner_id, concept_codes, Knowledge.before())
    queries.move_evidence(db, kept_id, merged_id)
    for learner_id in (kept_id, merged_id):
        _trace_anew(db, learner_id, concept_codes, now)
    queries.delete_ability(db, merged_id)
    _write_latest_ability(db, kept_id)
    return {"concepts": len(concept_codes)}


def _write_latest_ability(db: Connection, learner_id: UUID) -> None:
    latest = latest_session(db, learner_id)
    if latest is not None:
        ability = Ability(latest.id, latest.bank_version_id, latest.theta, latest.se, latest.finished_at)
        queries.write_ability(db, learner_id, ability)


def _trace_anew(db: Connection, learner_id: UUID, concept_codes: list[str], at: datetime) -> None:
    """Write the states of these concepts as all evidence has them; without any they are what they were at first."""
    nothing_known = (Knowledge.before(), 0, at)
    states: dict[str, tuple[Knowledge, int, datetime]] = dict.fromkeys(concept_codes, nothing_known)
    evidence = queries.list_evidence(db, learner_id, concept_codes)
    states |= {code: _state_from(list(rows)) for code, rows in groupby(evidence, key=lambda row: row.concept_code)}
    queries.write_states(db, learner_id, states)


def _state_from(evidence: list[queries.Evidence]) -> tuple[Knowledge, int, datetime]:
    """Knowledge, number of responses and time of the last session, from one concept's sessions in order."""
    answers = [is_correct for row in evidence for is_correct in row.answers]
    return trace(answers), len(answers), evidence[-1].finished_at
