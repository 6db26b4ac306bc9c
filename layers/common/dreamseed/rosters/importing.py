"""Comparing a roster with what is there, and taking it.

    people → classes → enrolments, each: what is there? → what differs (rules) → unless it is a dry run, do it

In one transaction for a small roster; a large one is taken by a job in parts, each in a transaction of its own. Taking
the same roster again finds nothing that differs, so a job that starts anew goes on where it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError

from dreamseed.errors import Conflict
from dreamseed.identity import ages, provisioning
from dreamseed.identity.age_rules import Age, age_of
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.rosters import queries
from dreamseed.rosters.models import Counts, FieldChange, RosterChange, RosterReport, RowProblem
from dreamseed.rosters.rules import (
    Change,
    Kind,
    Known,
    Present,
    PresentClass,
    PresentPerson,
    Problem,
    Roster,
    RosterClass,
    RosterEnrolment,
    RosterPerson,
    class_changes,
    class_of,
    enrolment_changes,
    person_changes,
    person_of,
)
from dreamseed.school import provisioning as school

AnyRow = Row[*tuple[Any, ...]]
CHUNK = 200
"""Rows that one transaction takes."""

SHOWN = 1_000


@dataclass(frozen=True)
class Part:
    """What one transaction has brought: its rows, what differed, what was refused, and whom enrolments may name."""

    kind: Kind
    rows: int
    changes: Sequence[Change]
    problems: Sequence[Problem]
    known: Mapping[str, Known] = field(default_factory=dict)


@dataclass
class Outcome:
    """What all parts have brought so far."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rows: Counter[Kind] = field(default_factory=Counter)
    people: dict[str, Known] = field(default_factory=dict)
    classes: dict[str, Known] = field(default_factory=dict)

    def add(self, part: Part) -> None:
        """Add what a part has brought, once it is committed."""
        self.rows[part.kind] += part.rows - sum(each.is_refused for each in part.problems)
        self.changes += part.changes
        self.problems += part.problems
        if part.kind == "person":
            self.people |= part.known
        elif part.kind == "class":
            self.classes |= part.known

    def report(self) -> RosterReport:
        """As it is shown."""
        problems = sorted(self.problems, key=lambda each: (each.file, each.line))
        return RosterReport(
            people=self._counts("person"),
            classes=self._counts("class"),
            enrolments=self._counts("enrolment"),
            changes=[_shown_change(each) for each in self.changes[:SHOWN]],
            problems=[_shown_problem(each) for each in problems[:SHOWN]],
            problem_count=len(problems),
        )

    def _counts(self, kind: Kind) -> Counts:
        actions = Counter(change.action for change in self.changes if change.kind == kind)
        unchanged = self.rows[kind] - actions.total()
        return Counts(added=actions["add"], changed=actions["change"], removed=actions["remove"], unchanged=unchanged)


Run = Callable[[Callable[[Connection], Part]], Part]
"""Runs a part in a transaction: all in the request's own, or each in one of its own."""


def take(
    roster: Roster, keys: SubjectKeys, is_dry_run: bool, now: datetime, run: Run, progress: Callable[[float], None]
) -> RosterReport:
    """Compare a roster with what is there and take it, unless it is a dry run. `progress` hears of fractions, 0–1."""
    outcome = Outcome(problems=list(roster.problems))
    done = 0
    for kind, rows in _parts(roster):
        outcome.add(run(partial(_take_part, kind, rows, keys, outcome, is_dry_run, now)))
        done += len(rows)
        progress(done / roster.size)
    return outcome.report()


def _parts(roster: Roster) -> Iterator[tuple[Kind, Sequence[Any]]]:
    """The roster's rows, so many together as one transaction takes: whom enrolments name comes before them."""
    kinds: tuple[tuple[Kind, Sequence[Any]], ...] = (
        ("person", roster.people),
        ("class", roster.classes),
        ("enrolment", roster.enrolments),
    )
    for kind, rows in kinds:
        for start in range(0, len(rows), CHUNK):
            yield kind, rows[start : start + CHUNK]


def _take_part(
    kind: Kind,
    rows: Sequence[Any],
    keys: SubjectKeys,
    outcome: Outcome,
    is_dry_run: bool,
    now: datetime,
    db: Connection,
) -> Part:
    taking = Taking(db, keys, now, is_dry_run)
    match kind:
        case "person":
            return taking.people(rows)
        case "class":
            return taking.classes(rows)
        case "enrolment":
            return taking.enrolments(rows, outcome)


@dataclass(frozen=True)
class Taking:
    """One transaction's part of an import."""

    db: Connection
    keys: SubjectKeys
    now: datetime
    is_dry_run: bool

    def people(self, rows: Sequence[RosterPerson]) -> Part:
        """Compare and take people."""
        before = self._present(rows)
        changes, problems = person_changes(rows, before, self.now.date())
        done, failed = self._do(changes)
        after = before if self.is_dry_run else self._present(rows)
        refused = {each.line for each in (*problems, *failed) if each.is_refused}
        known: dict[str, Known] = {}
        for row in rows:
            person = person_of(row, after)
            if row.place.line in refused or (person is None and not (self.is_dry_run and row.is_active)):
                continue
            known[row.external_id] = Known(person.id if person else None, row.full_name)
            self._link("person", row.external_id, person.id if person else None, after.person_links)
        return Part("person", len(rows), done, [*problems, *failed], known)

    def classes(self, rows: Sequence[RosterClass]) -> Part:
        """Compare and take classes."""
        before = self._present((), rows)
        changes = class_changes(rows, before)
        done, failed = self._do(changes)
        after = before if self.is_dry_run else self._present((), rows)
        refused = {each.line for each in failed}
        known: dict[str, Known] = {}
        for row in rows:
            class_ = class_of(row, after)
            if row.place.line in refused or (class_ is None and not self.is_dry_run):
                continue
            known[row.external_id] = Known(class_.id if class_ else None, class_.name if class_ else row.name)
            self._link("class", row.external_id, class_.id if class_ else None, after.class_links)
        return Part("class", len(rows), done, failed, known)

    def enrolments(self, rows: Sequence[RosterEnrolment], outcome: Outcome) -> Part:
        """Compare and take enrolments of people and classes of the roster, or of earlier ones."""
        people = {**self._linked_people({row.person for row in rows} - outcome.people.keys()), **outcome.people}
        classes = {**self._linked_classes({row.class_ for row in rows} - outcome.classes.keys()), **outcome.classes}
        named = {classes[row.class_].id for row in rows if row.class_ in classes}
        held = school.enrolment_roles(self.db, {class_id for class_id in named if class_id is not None})
        changes, problems = enrolment_changes(rows, people, classes, held)
        done, failed = self._do(changes, people, classes)
        return Part("enrolment", len(rows), done, [*problems, *failed])

    def _do(
        self,
        changes: Sequence[Change],
        people: Mapping[str, Known] | None = None,
        classes: Mapping[str, Known] | None = None,
    ) -> tuple[list[Change], list[Problem]]:
        """Do the changes one by one; what the database refuses is a problem of its row."""
        if self.is_dry_run:
            return list(changes), []
        added = sum(isinstance(each.row, RosterPerson) and each.target_id is None for each in changes)
        ids = iter(provisioning.new_people(self.keys, added))
        done, failed = [], []
        for change in changes:
            row = change.row
            try:
                with self.db.begin_nested():
                    about = change.person_id
                    if isinstance(row, RosterPerson):
                        about = self._do_person(change, row, ids)
                    elif isinstance(row, RosterClass):
                        self._do_class(change, row)
                    else:
                        self._do_enrolment(change, row, people or {}, classes or {})
                done.append(replace(change, person_id=about))
            except (IntegrityError, Conflict):
                failed.append(Problem(change.place.file, change.place.line, change.kind, "name_taken"))
        return done, failed

    def _do_person(self, change: Change, row: RosterPerson, ids: Iterator[UUID]) -> UUID:
        """Add or change somebody, and return who it is."""
        if change.target_id is None:
            user_id = next(ids)
            provisioning.add_person(self.db, self.keys, user_id, row.email, row.full_name, row.role)
            self._put_age(change, row, user_id)
            return user_id
        new = {"full_name": row.full_name, "email": row.email, "is_active": row.is_active}
        values = {name: value for name, value in new.items() if name in change.fields}
        if values:
            provisioning.change_person(self.db, self.keys, change.target_id, values, self.now)
        if "role" in change.fields:
            provisioning.grant_role(self.db, change.target_id, row.role)
        self._put_age(change, row, change.target_id)
        return change.target_id

    def _put_age(self, change: Change, row: RosterPerson, user_id: UUID) -> None:
        if "age_band" in change.fields and row.birth_date is not None:
            ages.put_age(self.db, user_id, age_of(row.birth_date, self.now.date()), "roster")

    def _do_class(self, change: Change, row: RosterClass) -> None:
        if change.target_id is None:
            class_id = school.add_class(self.db, change.fields["name"][1], row.subject)
            queries.put_link(self.db, self.keys, "class", row.external_id, class_id)
        else:
            new = {name: value for name, (_, value) in change.fields.items()}
            school.change_class(self.db, change.target_id, new)

    def _do_enrolment(
        self, change: Change, row: RosterEnrolment, people: Mapping[str, Known], classes: Mapping[str, Known]
    ) -> None:
        class_id, user_id = classes[row.class_].id, people[row.person].id
        if class_id is None or user_id is None:
            raise LookupError("an enrolment of what was never added")
        if change.action == "remove":
            school.delete_enrolment(self.db, class_id, user_id)
        else:
            school.put_enrolment(self.db, class_id, user_id, row.role, self.now)

    def _link(self, kind: str, external_id: str, target_id: UUID | None, known: Mapping[str, UUID]) -> None:
        """Remember what an id means, also of what is as the roster says."""
        if target_id is not None and not self.is_dry_run and known.get(external_id) != target_id:
            queries.put_link(self.db, self.keys, kind, external_id, target_id)

    def _present(self, people: Sequence[RosterPerson], classes: Sequence[RosterClass] = ()) -> Present:
        """What is there of all that these rows speak of."""
        person_links = queries.links(self.db, self.keys, "person", {row.external_id for row in people})
        class_links = queries.links(self.db, self.keys, "class", {row.external_id for row in classes})
        emails = {row.email for row in people}
        names = {name for row in classes for name in (row.name, f"{row.name} ({row.code or row.external_id})")}
        found = provisioning.people_with_roles(self.db, self.keys, set(person_links.values()), emails, self.now)
        known_ages = ages.ages_of(self.db, [row.id for row in found], self.now.date())
        return Present(
            people={row.id: _present_person(row, known_ages.get(row.id)) for row in found},
            classes=_present_classes(school.classes_named(self.db, set(class_links.values()), names)),
            person_links=person_links,
            class_links=class_links,
        )

    def _linked_people(self, external_ids: Collection[str]) -> dict[str, Known]:
        links = queries.links(self.db, self.keys, "person", external_ids)
        found = provisioning.people_with_roles(self.db, self.keys, set(links.values()), (), self.now)
        names = {row.id: row.full_name for row in found}
        return {external_id: Known(id_, names[id_]) for external_id, id_ in links.items() if id_ in names}

    def _linked_classes(self, external_ids: Collection[str]) -> dict[str, Known]:
        links = queries.links(self.db, self.keys, "class", external_ids)
        names = {row.id: row.name for row in school.classes_named(self.db, set(links.values()), ())}
        return {external_id: Known(id_, names[id_]) for external_id, id_ in links.items() if id_ in names}


def _present_person(row: AnyRow, age: Age | None) -> PresentPerson:
    return PresentPerson(row.id, row.email, row.full_name, frozenset(row.roles or ()), row.is_active, age)


def _present_classes(rows: Iterable[AnyRow]) -> dict[UUID, PresentClass]:
    return {row.id: PresentClass(row.id, row.name, row.subject) for row in rows}


def _shown_problem(problem: Problem) -> RowProblem:
    return RowProblem(
        file=problem.file,
        line=problem.line,
        field=problem.field,
        code=problem.code,
        reason=problem.reason,
        other_line=problem.other_line,
    )


def _shown_change(change: Change) -> RosterChange:
    return RosterChange(
        file=change.place.file,
        line=change.place.line,
        kind=change.kind,
        action=change.action,
        label=change.label,
        fields=[FieldChange(field=name, before=old, after=new) for name, (old, new) in change.fields.items()],
        person_id=change.person_id,
    )
