"""A term of the demo school without a database, for tests that look at what its learners did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from dreamseed.assessment.designs import Design
from dreamseed.assessment.rules import TracedAnswer, first_difference
from host.demo.bank import build_bank
from host.demo.seed import DESIGNS, demo_id
from host.demo.term.history import Attempt
from host.demo.term.questions import Questions
from host.demo.term.roster import TERM_CLASSES, TermClass, TermLearner, learners_of
from host.demo.term.rows import ClassTerm, Lessons
from irt_core import CatDesign

TODAY = date(2026, 11, 26)
"""A Thursday."""


@dataclass(frozen=True, eq=False)
class Studied:
    """A learner with the tests of their term, in the order of time."""

    learner: TermLearner
    term_class: TermClass
    attempts: list[Attempt]


@cache
def lessons() -> Lessons:
    """The bank and the designs of the demo."""
    questions = Questions(build_bank())
    designs = {
        each["name"]: Design(
            id=demo_id("hillside", each["name"]),
            name=each["name"],
            description=each["description"],
            mode=each["mode"],
            bank_version_id=demo_id("hillside", "bank version"),
            time_limit_seconds=each["time_limit_seconds"],
            cat=CatDesign.from_dict(each["design"]),
        )
        for each in DESIGNS
    }
    versions = tuple(demo_id("hillside", item.code, "version 1") for item in questions.items)
    return Lessons(questions, versions, designs)


@cache
def class_term(name: str, today: date = TODAY) -> ClassTerm:
    """The term of the class of that name."""
    return ClassTerm(class_named(name), lessons(), today)


def class_named(name: str) -> TermClass:
    return next(each for each in TERM_CLASSES if each.school_class.name == name)


@cache
def everybody() -> list[Studied]:
    """All learners of all classes."""
    return [
        Studied(learner, term_class, class_term(term_class.school_class.name).attempts.get(id_of(learner), []))
        for term_class in TERM_CLASSES
        for learner in learners_of(term_class)
    ]


def id_of(learner: TermLearner) -> UUID:
    return demo_id(learner.person.email)


def replays(attempt: Attempt) -> bool:
    """Whether a live session with the same seed and scores would have asked the same and estimated the same."""
    traced = [
        TracedAnswer(each.item, each.score, each.ms / 1000, each.theta, each.se) for each in attempt.taken.answers
    ]
    bank = attempt.questions.bank
    return first_difference(attempt.design.cat, bank, attempt.appointment.seed, traced) is None
