"""What the rows of a file come to: everybody and everything once, however often the file says it.

A row that says the same again counts for nothing; one that says something else of the same is refused, with the line
that it contradicts. So a dry run, which adds nobody, shows what an import does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from dreamseed.rosters.rules import Place, Problem, Reason, Roster, RosterClass, RosterEnrolment, RosterPerson


class RowProblem(Exception):
    """A row that says nothing usable."""

    def __init__(self, field: str, code: Reason, other_line: int | None = None) -> None:
        super().__init__(code)
        self.field, self.code, self.other_line = field, code, other_line

    def at(self, place: Place) -> Problem:
        """The problem that it is of the row there."""
        return Problem(place.file, place.line, self.field, self.code, self.other_line)


@dataclass
class Collected:
    """What was read so far. `id_field` is how the file calls the other system's ids."""

    id_field: str
    people: dict[str, RosterPerson] = field(default_factory=dict)
    classes: dict[str, RosterClass] = field(default_factory=dict)
    enrolments: dict[tuple[str, str], RosterEnrolment] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _addresses: dict[str, RosterPerson] = field(default_factory=dict)

    def roster(self) -> Roster:
        """All of it. Who left under one id and came back under another, with the same address, has not left."""
        people = [each for each in self.people.values() if each.is_active or each.email not in self._addresses]
        return Roster(people, [*self.classes.values()], [*self.enrolments.values()], self.problems)

    def refuse(self, place: Place, problem: RowProblem) -> None:
        """Note that a row was not taken."""
        self.problems.append(problem.at(place))

    def add_person(self, person: RosterPerson) -> None:
        """Somebody. Raises RowProblem for who was described otherwise, or whose address is another's."""
        known = self.people.get(person.external_id)
        if known is not None:
            if replace(known, place=person.place) != person:
                raise RowProblem(self.id_field, "contradicts_line", known.place.line)
            return
        if person.is_active:
            other = self._addresses.setdefault(person.email, person)
            if other is not person:
                raise RowProblem("email", "address_of_line", other.place.line)
        self.people[person.external_id] = person

    def add_class(self, class_: RosterClass) -> None:
        """A class. Raises RowProblem for one that was described otherwise."""
        known = self.classes.setdefault(class_.external_id, class_)
        if replace(known, place=class_.place) != class_:
            raise RowProblem(self.id_field, "contradicts_line", known.place.line)

    def add_enrolment(self, enrolment: RosterEnrolment) -> None:
        """Somebody in a class. Whoever left it and came back belongs to it. Raises RowProblem for a second role."""
        key = enrolment.person, enrolment.class_
        known = self.enrolments.get(key)
        if known is None or (enrolment.is_active and not known.is_active):
            self.enrolments[key] = enrolment
        elif known.is_active == enrolment.is_active and known.role != enrolment.role:
            raise RowProblem("role", "contradicts_line", known.place.line)
