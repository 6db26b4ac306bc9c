"""Writes the term of the demo school, each class in a transaction: what was cut short the next start makes up for.

Assignments are never deleted, so the first one of a class says whether its term is written. Nothing of what people
have done since then is touched.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert

from dreamseed.assessment.designs import design_of
from dreamseed.assessment.tables import exposure_counts, responses, test_designs, test_sessions
from dreamseed.content.library import load_bank
from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.queries import sealed_values
from dreamseed.identity.tables import memberships, users
from dreamseed.learning.tables import knowledge_evidence, knowledge_states, learner_abilities
from dreamseed.ports.subject_keys import Sealed, SubjectKeys
from dreamseed.school.tables import accommodations, assignment_extensions, assignments, classes, enrolments
from host.demo.bank import build_bank
from host.demo.seed import DESIGNS, ORGANISATIONS, DemoOrganisation, demo_id
from host.demo.term.questions import Questions
from host.demo.term.roster import TERM_CLASSES, TermClass
from host.demo.term.rows import ClassTerm, Lessons, assignment_id

TABLES = {
    table.name: table
    for table in (
        *(users, memberships, classes, enrolments, accommodations, assignments, assignment_extensions),
        *(test_sessions, responses, knowledge_evidence, knowledge_states, learner_abilities, exposure_counts),
    )
}
ROWS_AT_ONCE = 1_000
"""A statement has five seconds, also on a slow machine."""

Row = dict[str, Any]


def seed_term(write_url: str, keys: SubjectKeys, now: datetime) -> int:
    """Write the term up to today for every class that has none yet, as the role dreamseed_write. Returns how many.

    `keys` seal its people.

    The school itself must be there (`host.demo.seed`). Where its bank or its tests are another version's, no term can
    be written.
    """
    return sum(_seed_organisation(write_url, each, keys.of(each.id), now) for each in ORGANISATIONS)


def _seed_organisation(write_url: str, organisation: DemoOrganisation, keys: SubjectKeys, now: datetime) -> int:
    own = [each for each in TERM_CLASSES if each.school_class.organisation == organisation]
    with tenant_transaction(organisation.id, write_url) as db:
        missing = _without_term(db, own)
        lessons = _lessons(db, organisation) if missing else None
        tested = set(db.scalars(select(test_sessions.c.learner_id).distinct())) if missing else set()
    if lessons is None:
        return 0
    written = 0
    for term_class in missing:
        rows = ClassTerm(term_class, lessons, now.date(), tested).rows()
        rows["users"] = _sealed(rows["users"], keys)
        with tenant_transaction(organisation.id, write_url) as db:
            written += _write(db, term_class, rows)
    return written


def _without_term(db: Connection, term_classes: Sequence[TermClass]) -> list[TermClass]:
    """Those of the classes whose first assignment is not there."""
    wanted = {assignment_id(each, 1): each for each in term_classes}
    there = set(db.scalars(select(assignments.c.id).where(assignments.c.id.in_(wanted))))
    return [each for id_, each in wanted.items() if id_ not in there]


def _lessons(db: Connection, organisation: DemoOrganisation) -> Lessons | None:
    """The bank and the designs as they are in the database; None when they are not those that are made here."""
    bank = load_bank(db, organisation.id, demo_id(organisation.slug, "bank version"))
    questions = Questions(build_bank())
    ids = [demo_id(organisation.slug, design["name"]) for design in DESIGNS]
    rows = db.execute(select(test_designs).where(test_designs.c.id.in_(ids)))
    designs = {row.name: design_of(row) for row in rows}
    is_this_bank = [entry.item_code for entry in bank.entries] == [item.code for item in questions.items]
    is_this_bank = is_this_bank and bank.parameters.to_arrays() == questions.bank.to_arrays()
    if not is_this_bank or len(designs) < len(DESIGNS):
        return None
    return Lessons(questions, tuple(entry.item_version_id for entry in bank.entries), designs)


def _write(db: Connection, term_class: TermClass, rows: dict[str, list[Row]]) -> int:
    """Write one class's term unless somebody else has just done so; returns how many were written."""
    lock = func.hashtextextended(str(term_class.school_class.id), 0)
    db.execute(select(func.pg_advisory_xact_lock(lock)))
    if not _without_term(db, [term_class]):
        return 0
    for name, every in rows.items():
        for start in range(0, len(every), ROWS_AT_ONCE):
            _add(db, TABLES[name], every[start : start + ROWS_AT_ONCE])
    return 1


def _sealed(people: list[Row], keys: SubjectKeys) -> list[Row]:
    """People with their names and addresses sealed, with keys that are made together."""
    keys.make([person["id"] for person in people])
    return [sealed_values(keys, person["id"], person) for person in people]


def _add(db: Connection, table: Table, rows: list[Row]) -> None:
    """Add rows in one statement, sent as one JSON document: thousands of rows take as long as a few would singly.

    What is there stays, but that members of a class were in it from the beginning of the term, and counts add up.
    """
    names = list(rows[0])
    given = func.jsonb_to_recordset(cast(bindparam("rows", type_=Text), JSONB)).table_valued(
        *(column(name, table.c[name].type) for name in names), name="given"
    )
    statement = insert(table).from_select(names, select(given.render_derived(with_types=True)), include_defaults=False)
    db.execute(_settled(table, statement), {"rows": json.dumps(rows, default=_as_text)})


def _as_text(value: object) -> str:
    """As PostgreSQL reads it."""
    raw = value.value if isinstance(value, Sealed) else value
    return f"\\x{raw.hex()}" if isinstance(raw, bytes) else str(raw)


def _settled(table: Table, statement: Insert) -> Insert:
    """The statement with what it does where a row is there already."""
    new = statement.excluded
    if table is enrolments:
        key = ["org_id", "class_id", "user_id"]
        return statement.on_conflict_do_update(index_elements=key, set_={"enrolled_at": new.enrolled_at})
    if table is exposure_counts:
        key = ["org_id", "bank_version_id", "item_version_id"]
        more = {name: table.c[name] + new[name] for name in ("administered", "correct")}
        return statement.on_conflict_do_update(index_elements=key, set_=more)
    return statement.on_conflict_do_nothing()
