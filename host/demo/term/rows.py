"""A class's term as rows, table by table: its people, what they were set, what they did and what is known of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property
from uuid import UUID

from dreamseed.assessment.designs import Design
from host.demo.seed import DemoPerson, demo_id
from host.demo.term import timetable
from host.demo.term.history import Attempt, Row, exposure_counts, terms_for, what_is_known
from host.demo.term.questions import Questions
from host.demo.term.roster import SIGN_INS, TermClass, TermLearner, learners_of
from host.demo.term.sittings import Sitting, TakenTest, take_tests
from host.demo.term.timetable import SET_TESTS, Appointment, SetTest
from host.demo.term.traits import generator

EXTENSION_SECONDS = 600
EXTENDED = frozenset({3, 5})
"""The set tests for which one learner of each class was granted more time."""


@dataclass(frozen=True, eq=False)
class Lessons:
    """What the classes of an organisation work with: the bank with its items' ids, and the test designs by name."""

    questions: Questions
    item_versions: tuple[UUID, ...]
    designs: Mapping[str, Design]


@dataclass(frozen=True, eq=False)
class ClassTerm:
    """The term of one class up to that day. Of learners in `without` it tells nothing: they have a history already."""

    term_class: TermClass
    lessons: Lessons
    today: date
    without: Collection[UUID] = ()

    def rows(self) -> dict[str, list[Row]]:
        """Everything to write, by table, in an order in which every key is there before it is referred to."""
        attempts = [attempt for mine in self.attempts.values() for attempt in mine]
        return {
            "users": [self._user(person) for person in self._new_people],
            "memberships": [{"user_id": demo_id(person.email), "role": person.role} for person in self._new_people],
            "classes": [self._class()],
            "enrolments": list(self._enrolments()),
            "accommodations": list(self._accommodations()),
            "assignments": [self._assignment(test) for test in SET_TESTS],
            "assignment_extensions": list(self._extensions()),
            "test_sessions": [attempt.session() for attempt in attempts],
            "responses": [row for attempt in attempts for row in attempt.responses()],
            **what_is_known(self.attempts.values()),
            "exposure_counts": exposure_counts(attempts),
        }

    @cached_property
    def _learners(self) -> list[TermLearner]:
        return learners_of(self.term_class)

    @cached_property
    def _teacher_id(self) -> UUID:
        return demo_id(self.term_class.teacher.email)

    @cached_property
    def _lesson(self) -> time:
        return timetable.lesson_of(generator("lesson", str(self.term_class.school_class.id)))

    @cached_property
    def _new_people(self) -> list[DemoPerson]:
        people = [self.term_class.teacher, *(learner.person for learner in self._learners)]
        return [person for person in people if person.email not in SIGN_INS]

    @cached_property
    def _extended(self) -> UUID:
        """The learner who was granted more time."""
        simulated = [each.person for each in self._learners if each.person.email not in SIGN_INS]
        return demo_id(simulated[len(simulated) // 2].email)

    @cached_property
    def attempts(self) -> dict[UUID, list[Attempt]]:
        """Everybody's tests by learner, each learner's in the order of time; all tests of a design run in step."""
        planned = [
            (learner, appointment)
            for learner in self._learners
            if demo_id(learner.person.email) not in self.without
            for appointment in self._appointments(learner)
        ]
        attempts: dict[UUID, list[Attempt]] = {}
        for name, design in self.lessons.designs.items():
            mine = [(learner, appointment) for learner, appointment in planned if appointment.design == name]
            sittings = [_sitting(learner, appointment) for learner, appointment in mine]
            taken = take_tests(self.lessons.questions, design.cat, sittings) if sittings else []
            for (learner, appointment), test in zip(mine, taken, strict=True):
                attempt = self._attempt(learner, appointment, test)
                attempts.setdefault(attempt.learner_id, []).append(attempt)
        return {learner_id: sorted(mine, key=lambda each: each.id) for learner_id, mine in attempts.items()}

    def _appointments(self, learner: TermLearner) -> list[Appointment]:
        email = learner.person.email
        return timetable.appointments(email, learner.traits, self.today, self._lesson, generator("timetable", email))

    def _attempt(self, learner: TermLearner, appointment: Appointment, taken: TakenTest) -> Attempt:
        learner_id, number = demo_id(learner.person.email), appointment.assignment
        is_extended = learner_id == self._extended and number in EXTENDED
        terms = terms_for(
            None if number is None else self._assignment_id(number),
            EXTENSION_SECONDS if is_extended else 0,
            learner.traits.time_factor,
        )
        lessons = self.lessons
        design = lessons.designs[appointment.design]
        return Attempt(learner_id, design, appointment, taken, terms, lessons.questions, lessons.item_versions)

    def _user(self, person: DemoPerson) -> Row:
        """Somebody who cannot sign in: there is no password. They were there last when they began their last test."""
        attempts = self.attempts.get(demo_id(person.email), [])
        seen = attempts[-1].appointment.begins_at - timedelta(minutes=1) if attempts else None
        return {
            "id": demo_id(person.email),
            "email": person.email,
            "full_name": person.name,
            "is_active": True,
            "is_simulated": True,
            "last_login_at": seen,
        }

    def _class(self) -> Row:
        school_class = self.term_class.school_class
        return {"id": school_class.id, "name": school_class.name, "subject": school_class.subject, "version": 1}

    def _enrolments(self) -> Iterator[Row]:
        people = [self.term_class.teacher, *(learner.person for learner in self._learners)]
        for person in people:
            yield {
                "class_id": self.term_class.school_class.id,
                "user_id": demo_id(person.email),
                "role": person.role,
                "enrolled_at": timetable.begins_at(self.today),
            }

    def _accommodations(self) -> Iterator[Row]:
        for learner in self._learners:
            if learner.traits.time_factor != 1:
                yield {
                    "learner_id": demo_id(learner.person.email),
                    "extra_time_factor": learner.traits.time_factor,
                    "has_no_timer": False,
                    "text_size": "normal",
                    "contrast": "normal",
                    "has_read_aloud": False,
                    "updated_by": self._teacher_id,
                    "updated_at": timetable.begins_at(self.today),
                }

    def _assignment(self, test: SetTest) -> Row:
        opens_at, closes_at = timetable.window(test, self.today)
        return {
            "id": self._assignment_id(test.number),
            "class_id": self.term_class.school_class.id,
            "test_design_id": self.lessons.designs[test.design].id,
            "opens_at": opens_at,
            "closes_at": closes_at,
            "max_attempts": test.max_attempts,
            "instructions": test.instructions,
            "created_by": self._teacher_id,
            "version": 1,
        }

    def _extensions(self) -> Iterator[Row]:
        for number in sorted(EXTENDED):
            yield {
                "assignment_id": self._assignment_id(number),
                "learner_id": self._extended,
                "extra_seconds": EXTENSION_SECONDS,
                "granted_by": self._teacher_id,
            }

    def _assignment_id(self, number: int) -> UUID:
        return assignment_id(self.term_class, number)


def assignment_id(term_class: TermClass, number: int) -> UUID:
    """The id of the test that a class is set as that number. Assignments stay, so they tell what has been written."""
    return demo_id("assignment", str(term_class.school_class.id), str(number))


def _sitting(learner: TermLearner, appointment: Appointment) -> Sitting:
    ability = learner.traits.ability_at(appointment.t)
    return Sitting(learner.traits, ability, appointment.seed, appointment.leaves_after)
