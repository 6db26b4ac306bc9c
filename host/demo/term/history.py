"""What the product would have written of a class's term: the rows of every table, from what its learners did.

The rules are the product's own: the terms of a session, the state of an adaptive test, knowledge tracing over the
sessions in the order in which they ended, and the ability of the one that ended last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from dreamseed.assessment.designs import Design
from dreamseed.assessment.models import Accommodations
from dreamseed.assessment.terms import Terms
from dreamseed.database.ids import make_id
from dreamseed.learning.rules import trace
from host.demo.term.questions import Questions
from host.demo.term.sittings import TakenTest
from host.demo.term.timetable import Appointment

READING_MS = {"exam": 900, "practice": 9_000}
"""How long somebody looks at the page between two answers: in practice there is an explanation to read."""
CLOCK_SECONDS = 40
"""When the clock ends what is out of time."""

Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Attempt:
    """A learner's test as the product knows it. `item_versions` are the ids of the bank's items, in its order."""

    learner_id: UUID
    design: Design
    appointment: Appointment
    taken: TakenTest
    terms: Terms
    questions: Questions
    item_versions: tuple[UUID, ...]

    @cached_property
    def id(self) -> UUID:
        """Its time and its luck: sessions are listed by their ids, newest first."""
        began = int(self.appointment.begins_at.timestamp() * 1e6) * 1_000
        return make_id(began, self.appointment.seed.to_bytes(8))

    @cached_property
    def answered_at(self) -> list[datetime]:
        """When each answer was given."""
        moments, now = [], self.appointment.begins_at
        for answer in self.taken.answers:
            now += timedelta(milliseconds=answer.ms + READING_MS[self.design.mode])
            moments.append(now)
        return moments

    @cached_property
    def ended(self) -> tuple[datetime, str, str]:
        """When it ended, its status then, and why: an exam whose learner left runs out of time, practice is ended."""
        if self.taken.stop_reason is not None:
            return self.answered_at[-1], "finished", self.taken.stop_reason
        if self.design.mode == "practice":
            return self.answered_at[-1] + timedelta(seconds=5), "finished", "learner_finished"
        out_of_time = self._terms["expires_at"] + timedelta(seconds=CLOCK_SECONDS)
        return out_of_time, "expired", "time_limit"

    def session(self) -> Row:
        """Its row of `test_sessions`."""
        answers, (finished_at, status, stop_reason) = self.taken.answers, self.ended
        return {
            "id": self.id,
            "learner_id": self.learner_id,
            "test_design_id": self.design.id,
            "bank_version_id": self.design.bank_version_id,
            "status": status,
            "seed": self.appointment.seed,
            "cat_state": self._state(),
            "answered": len(answers),
            "correct": sum(answer.score for answer in answers),
            "theta": answers[-1].theta,
            "se": answers[-1].se,
            "stop_reason": stop_reason,
            "started_at": self.appointment.begins_at,
            "finished_at": finished_at,
            "created_at": self.appointment.begins_at,
            **self._terms,
        }

    def responses(self) -> Iterator[Row]:
        """Its rows of `responses`."""
        for position, (answer, at) in enumerate(zip(self.taken.answers, self.answered_at, strict=True), start=1):
            yield {
                "session_id": self.id,
                "position": position,
                "item_version_id": self.item_versions[answer.item],
                "answer": {"option": answer.option},
                "score": answer.score,
                "response_ms": answer.ms,
                "theta_after": answer.theta,
                "se_after": answer.se,
                "criterion": answer.criterion,
                "reason": answer.reason,
                "created_at": at,
            }

    def answers_by_concept(self) -> dict[str, list[bool]]:
        """Whether each answer was right, in order, by the concept of its item; concepts are sorted."""
        found: dict[str, list[bool]] = {}
        for answer in self.taken.answers:
            found.setdefault(self.questions.items[answer.item].skill, []).append(answer.score == 1)
        return dict(sorted(found.items()))

    @cached_property
    def _terms(self) -> Row:
        return self.terms.columns(self.design.time_limit_seconds, self.appointment.begins_at)

    def _state(self) -> Row:
        """The engine's state, which is its answers."""
        answers, seconds = self.taken.answers, 0.0
        for answer in answers:
            seconds += answer.ms / 1000
        given = {"administered": [each.item for each in answers], "scores": [each.score for each in answers]}
        return {**self.design.cat.begin().to_dict(), **given, "elapsed_seconds": seconds}


def terms_for(assignment_id: UUID | None, extension_seconds: int, time_factor: float) -> Terms:
    """On what terms a learner takes a test."""
    return Terms(assignment_id, extension_seconds, Accommodations(extra_time_factor=time_factor))


def what_is_known(attempts: Iterable[Sequence[Attempt]]) -> dict[str, list[Row]]:
    """The rows of learning, from the tests of each learner: evidence, states of concepts, abilities."""
    rows: dict[str, list[Row]] = {"knowledge_evidence": [], "knowledge_states": [], "learner_abilities": []}
    for mine in attempts:
        in_order = sorted(mine, key=lambda attempt: (attempt.ended[0], attempt.id))
        rows["knowledge_evidence"] += [row for attempt in in_order for row in _evidence(attempt)]
        rows["knowledge_states"] += _states(in_order)
        rows["learner_abilities"].append(_ability(in_order[-1]))
    return rows


def exposure_counts(attempts: Iterable[Attempt]) -> list[Row]:
    """How often each item was given in these tests and answered right, by the ids of the items."""
    given, right = Counter[tuple[UUID, UUID]](), Counter[tuple[UUID, UUID]]()
    for attempt in attempts:
        for answer in attempt.taken.answers:
            key = (attempt.design.bank_version_id, attempt.item_versions[answer.item])
            given[key] += 1
            right[key] += answer.score
    return [
        {"bank_version_id": bank, "item_version_id": item, "administered": given[bank, item], "correct": correct}
        for (bank, item), correct in sorted(right.items())
    ]


def _evidence(attempt: Attempt) -> Iterator[Row]:
    for code, given in attempt.answers_by_concept().items():
        yield {
            "learner_id": attempt.learner_id,
            "concept_code": code,
            "session_id": attempt.id,
            "finished_at": attempt.ended[0],
            "answers": given,
            "is_void": False,
            "created_at": attempt.ended[0],
        }


def _states(in_order: Sequence[Attempt]) -> Iterator[Row]:
    """The state of each concept after all answers to its items, as of the last test that had one."""
    answers: dict[str, list[bool]] = {}
    latest: dict[str, datetime] = {}
    for attempt in in_order:
        for code, given in attempt.answers_by_concept().items():
            answers.setdefault(code, []).extend(given)
            latest[code] = attempt.ended[0]
    for code, given in sorted(answers.items()):
        knowledge = trace(given)
        yield {
            "learner_id": in_order[0].learner_id,
            "concept_code": code,
            "p_known": knowledge.known,
            "p_unknown": knowledge.unknown,
            "responses": len(given),
            "updated_at": latest[code],
        }


def _ability(attempt: Attempt) -> Row:
    last = attempt.taken.answers[-1]
    return {
        "learner_id": attempt.learner_id,
        "theta": last.theta,
        "se": last.se,
        "bank_version_id": attempt.design.bank_version_id,
        "session_id": attempt.id,
        "updated_at": attempt.ended[0],
    }
