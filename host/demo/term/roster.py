"""The classes of the term: who teaches them, who learns in them, and what everybody is like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from host.demo.seed import CLASSES, HILLSIDE, PEOPLE, RIVERBANK, DemoClass, DemoPerson
from host.demo.term.names import address, full_names
from host.demo.term.traits import Course, Traits, courses_of, draw_traits, generator

MATHEMATICS = "Mathematics"
SIGN_INS = {person.email: person for person in PEOPLE}
TAUGHT_BY_MIRA, TAUGHT_BY_TOM = "teacher@hillside.example", "teacher@riverbank.example"
THEIR_COURSES: dict[str, tuple[Course, float]] = {
    "ada@hillside.example": ("quick", 0.1),
    "ben@hillside.example": ("stalls", -0.7),
    "cora@riverbank.example": ("steady", 0.2),
}
"""What the learners who can sign in are like: their course, and the ability that they begin with."""


@dataclass(frozen=True)
class TermClass:
    """A class with so many simulated learners beside those who can sign in, and the mean of their abilities."""

    school_class: DemoClass
    teacher: DemoPerson
    size: int
    mean: float


@dataclass(frozen=True, eq=False)
class TermLearner:
    """Somebody who learns in a class, and what they are like."""

    person: DemoPerson
    traits: Traits


def _taught(name: str, teacher: DemoPerson, size: int, mean: float) -> TermClass:
    known = [each for each in CLASSES if (each.organisation, each.name) == (teacher.organisation, name)]
    made = DemoClass(name, MATHEMATICS, teacher.organisation, (teacher.email,))
    return TermClass(known[0] if known else made, teacher, size, mean)


_NKECHI = DemoPerson("nkechi.lawson@hillside.example", "Nkechi Lawson", "teacher", HILLSIDE)
_PIOTR = DemoPerson("piotr.zielinski@hillside.example", "Piotr Zieliński", "teacher", HILLSIDE)
_SOFIE = DemoPerson("sofie.brandt@riverbank.example", "Sofie Brandt", "teacher", RIVERBANK)

TERM_CLASSES = (
    _taught("7A", SIGN_INS[TAUGHT_BY_MIRA], 24, -0.1),
    _taught("7B", _NKECHI, 26, -0.2),
    _taught("7C", _PIOTR, 23, 0.0),
    _taught("8A", SIGN_INS[TAUGHT_BY_MIRA], 27, 0.4),
    _taught("8B", _NKECHI, 25, 0.2),
    _taught("8C", _PIOTR, 25, 0.5),
    _taught("Delta", SIGN_INS[TAUGHT_BY_TOM], 24, 0.0),
    _taught("Echo", _SOFIE, 26, 0.3),
)


def learners_of(term_class: TermClass) -> list[TermLearner]:
    """Those who can sign in, then the simulated ones: always the same."""
    return [*_who_can_sign_in(term_class), *_simulated(term_class)]


def _who_can_sign_in(term_class: TermClass) -> Iterator[TermLearner]:
    for email in term_class.school_class.members:
        if email in THEIR_COURSES:
            course, start = THEIR_COURSES[email]
            traits = draw_traits(course, term_class.mean, generator("traits", email))
            yield TermLearner(SIGN_INS[email], replace(traits, start=start, time_factor=1.0))


def _simulated(term_class: TermClass) -> Iterator[TermLearner]:
    organisation = term_class.school_class.organisation
    before = [each for each in TERM_CLASSES if each.school_class.organisation == organisation]
    skipped = sum(each.size for each in before[: before.index(term_class)])
    names = full_names(generator("names", organisation.slug))
    for _ in range(skipped):
        next(names)
    for course in courses_of(term_class.size, generator("courses", organisation.slug, term_class.school_class.name)):
        name = next(names)
        person = DemoPerson(address(name, f"{organisation.slug}.example"), name, "learner", organisation)
        yield TermLearner(person, draw_traits(course, term_class.mean, generator("traits", person.email)))
