"""What a roster says, and what would change by it. Pure: no clock, no database.

    rows of a file ──▶ Roster (people, classes, enrolments, and the rows that say nothing usable)
    Roster + Present ──▶ changes, each with the line that it comes from

Good rows count whatever the others are like. Nothing is taken away but by a row that says so: a roster of one class
must not empty all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from dreamseed.identity.age_rules import Age, age_of, is_plausible

Role = Literal["learner", "teacher", "guardian"]
Action = Literal["add", "change", "remove"]
Kind = Literal["person", "class", "enrolment"]

ROLES: dict[str, Role] = {
    "learner": "learner",
    "student": "learner",
    "teacher": "teacher",
    "guardian": "guardian",
    "parent": "guardian",
    "relative": "guardian",
}
"""The roles that a roster may give, as our CSV and OneRoster call them. Who administers is decided here, not there."""

BY_HAND = ("is_active", "email", "full_name")
"""What a roster does not change of people with other roles: it would let whoever imports it into their accounts, or
lock the administrators out."""


MAX_NAME = 120

Reason = Literal[
    "missing",
    "not_an_address",
    "name_length",
    "id_length",
    "unknown_role",
    "not_a_day",
    "not_a_birth_date",
    "guardian_in_class",
    "contradicts_line",
    "address_of_line",
    "address_taken",
    "unknown_person",
    "unknown_class",
    "name_taken",
    "changed_by_hand",
]
"""Why a row is not taken, by a code that stays."""

REASONS: dict[Reason, str] = {
    "missing": "is missing",
    "not_an_address": "is not an e-mail address",
    "name_length": f"must have 1 to {MAX_NAME} printable characters",
    "id_length": "must have 1 to 255 characters",
    "unknown_role": f"must be one of {', '.join(sorted(ROLES))}",
    "not_a_day": "must be a day such as 2014-05-31",
    "not_a_birth_date": "must be a day on which somebody alive was born",
    "guardian_in_class": "a guardian belongs to no class",
    "contradicts_line": "line {other_line} says something else",
    "address_of_line": "line {other_line} has the same address",
    "address_taken": "this address belongs to somebody else here",
    "unknown_person": "no such person is known, or its row was refused",
    "unknown_class": "no such class is known, or its row was refused",
    "name_taken": "somebody or something else has this name or address",
    "changed_by_hand": "whoever has other roles than a roster gives is changed by hand",
}
"""In words, for whoever reads the API; the web app has its own for each of its languages."""


@dataclass(frozen=True)
class Problem:
    """A row that was not taken, and why. `line` counts from 1, the header's line included.

    `other_line` is the one that the row contradicts. Of a row that is not `is_refused` all but the field was taken.
    """

    file: str
    line: int
    field: str
    code: Reason
    other_line: int | None = None

    @property
    def reason(self) -> str:
        """Why, in words."""
        return REASONS[self.code].format(other_line=self.other_line)

    @property
    def is_refused(self) -> bool:
        """Whether nothing of the row was taken."""
        return self.code != "changed_by_hand"


@dataclass(frozen=True)
class Place:
    """Where a row stands."""

    file: str
    line: int


@dataclass(frozen=True)
class RosterPerson:
    """Somebody as the roster has them; `external_id` is the other system's."""

    place: Place
    external_id: str
    email: str
    full_name: str
    role: Role
    is_active: bool = True
    birth_date: date | None = None


@dataclass(frozen=True)
class RosterClass:
    """A class as the roster has it. `code` tells two of the same name apart."""

    place: Place
    external_id: str
    name: str
    subject: str = ""
    code: str = ""


@dataclass(frozen=True)
class RosterEnrolment:
    """Somebody in a class, or no longer."""

    place: Place
    person: str
    class_: str
    role: Literal["learner", "teacher"]
    is_active: bool = True


@dataclass
class Roster:
    """What a file says."""

    people: list[RosterPerson] = field(default_factory=list)
    classes: list[RosterClass] = field(default_factory=list)
    enrolments: list[RosterEnrolment] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many rows there are to take."""
        return len(self.people) + len(self.classes) + len(self.enrolments)


@dataclass(frozen=True)
class PresentPerson:
    """Somebody as we have them."""

    id: UUID
    email: str
    full_name: str
    roles: frozenset[str]
    is_active: bool
    age: Age | None = None


@dataclass(frozen=True)
class PresentClass:
    """A class as we have it."""

    id: UUID
    name: str
    subject: str


@dataclass(frozen=True)
class Present:
    """What is there, as far as the roster speaks of it. Links are by the other system's ids."""

    people: Mapping[UUID, PresentPerson]
    classes: Mapping[UUID, PresentClass]
    person_links: Mapping[str, UUID]
    class_links: Mapping[str, UUID]


@dataclass(frozen=True)
class Change:
    """One difference: what would be done, to whom or what, and the fields with their old and new values.

    `person_id` is whom it is about, under whatever name, so that they can be taken out of a report later on.
    """

    place: Place
    kind: Kind
    action: Action
    label: str
    fields: Mapping[str, tuple[str, str]]
    target_id: UUID | None
    row: RosterPerson | RosterClass | RosterEnrolment
    person_id: UUID | None = None


def person_of(row: RosterPerson, present: Present) -> PresentPerson | None:
    """Who that is here: by the other system's id, or else by the address."""
    linked = present.person_links.get(row.external_id)
    if linked is not None and linked in present.people:
        return present.people[linked]
    return next((person for person in present.people.values() if person.email == row.email), None)


def class_of(row: RosterClass, present: Present) -> PresentClass | None:
    """Which class that is here: by the other system's id; one that is known by its name only, by that."""
    linked = present.class_links.get(row.external_id)
    if linked is not None:
        return present.classes.get(linked)
    if row.external_id != row.name:
        return None
    return next((each for each in present.classes.values() if each.name == row.name), None)


def person_changes(rows: Iterable[RosterPerson], present: Present, today: date) -> tuple[list[Change], list[Problem]]:
    """What the roster's people change, and those whose address belongs to somebody else or who cannot be so old."""
    changes: list[Change] = []
    problems: list[Problem] = []
    by_email = {person.email: person for person in present.people.values()}
    for row in rows:
        known = person_of(row, present)
        holder = by_email.get(row.email)
        if known is not None and holder is not None and holder.id != known.id:
            problems.append(Problem(row.place.file, row.place.line, "email", "address_taken"))
            continue
        if row.birth_date is not None and not is_plausible(row.birth_date, today):
            problems.append(Problem(row.place.file, row.place.line, "birth_date", "not_a_birth_date"))
            continue
        if known is None:
            if row.is_active:
                new = {"email": ("", row.email), "full_name": ("", row.full_name), "role": ("", row.role)}
                new |= _age_fields(row, None, today)
                changes.append(Change(row.place, "person", "add", row.full_name, new, None, row))
            continue
        fields = _person_fields(row, known, today)
        if not known.roles <= set(ROLES.values()):
            kept = [name for name in BY_HAND if fields.pop(name, None) is not None]
            problems += [Problem(row.place.file, row.place.line, name, "changed_by_hand") for name in kept[:1]]
        if fields:
            action: Action = "remove" if fields.keys() == {"is_active"} and not row.is_active else "change"
            changes.append(Change(row.place, "person", action, known.full_name, fields, known.id, row, known.id))
    return changes, problems


def class_changes(rows: Iterable[RosterClass], present: Present) -> list[Change]:
    """What the roster's classes change. One whose name another class has is told apart by its code."""
    changes = []
    taken = {each.name: each.id for each in present.classes.values()}
    for row in rows:
        known = class_of(row, present)
        name = _own_name(row, known, taken)
        if known is None:
            changes.append(Change(row.place, "class", "add", name, {"name": ("", name)}, None, row))
            taken[name] = UUID(int=0)
            continue
        fields = {"name": (known.name, name)} if known.name != name else {}
        if row.subject and row.subject != known.subject:
            fields["subject"] = (known.subject, row.subject)
        if fields:
            changes.append(Change(row.place, "class", "change", known.name, fields, known.id, row))
            taken[name] = known.id
    return changes


@dataclass(frozen=True)
class Known:
    """Somebody or a class that an enrolment may name. `id` is None for what a dry run would only add."""

    id: UUID | None
    label: str


_UNKNOWN_PERSON: tuple[str, Reason] = ("person", "unknown_person")
_UNKNOWN_CLASS: tuple[str, Reason] = ("class", "unknown_class")


def enrolment_changes(
    rows: Iterable[RosterEnrolment],
    people: Mapping[str, Known],
    classes: Mapping[str, Known],
    held: Mapping[tuple[UUID, UUID], str],
) -> tuple[list[Change], list[Problem]]:
    """What the roster's enrolments change, and those that name somebody or a class that nobody knows.

    `held` are the roles in the classes now, by (class, person).
    """
    changes: list[Change] = []
    problems: list[Problem] = []
    for row in rows:
        person, class_ = people.get(row.person), classes.get(row.class_)
        if person is None or class_ is None:
            field, code = _UNKNOWN_PERSON if person is None else _UNKNOWN_CLASS
            problems.append(Problem(row.place.file, row.place.line, field, code))
            continue
        role = held.get((class_.id, person.id)) if class_.id and person.id else None
        action = _enrolment_action(row, role)
        if action is not None:
            fields = {"role": (role or "", row.role if row.is_active else "")}
            label = f"{person.label} in {class_.label}"
            changes.append(Change(row.place, "enrolment", action, label, fields, None, row, person.id))
    return changes, problems


def _enrolment_action(row: RosterEnrolment, held: str | None) -> Action | None:
    if not row.is_active:
        return "remove" if held is not None else None
    if held is None:
        return "add"
    return "change" if held != row.role else None


def _person_fields(row: RosterPerson, known: PresentPerson, today: date) -> dict[str, tuple[str, str]]:
    fields: dict[str, tuple[str, str]] = {}
    if row.is_active != known.is_active:
        fields["is_active"] = (str(known.is_active).lower(), str(row.is_active).lower())
    if not row.is_active:
        return fields
    if row.full_name != known.full_name:
        fields["full_name"] = (known.full_name, row.full_name)
    if row.email != known.email:
        fields["email"] = (known.email, row.email)
    if row.role not in known.roles:
        fields["role"] = (", ".join(sorted(known.roles)), row.role)
    return fields | _age_fields(row, known.age, today)


def _age_fields(row: RosterPerson, known: Age | None, today: date) -> dict[str, tuple[str, str]]:
    """Which age band the roster's birth date means, unless it is known; a roster without one says nothing of ages."""
    stated = None if row.birth_date is None else age_of(row.birth_date, today)
    return {} if stated in (None, known) else {"age_band": (_shown_age(known), _shown_age(stated))}


def _shown_age(age: Age | None) -> str:
    if age is None:
        return ""
    return age.band if age.until is None else f"{age.band} until {age.until:%Y-%m}"


def _own_name(row: RosterClass, known: PresentClass | None, taken: Mapping[str, UUID]) -> str:
    if row.name not in taken or (known is not None and taken[row.name] == known.id):
        return row.name
    return f"{row.name} ({row.code or row.external_id})"[:120]
