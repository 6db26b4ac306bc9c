"""Reading what tables declare about people: which rows are whose, and whether a declaration makes sense.

    places()                         every column of every area's tables with its declaration
    rows_about(table, personal, who)  the condition in SQL that a row is about somebody
    defects(places, live)            what is missing or contradicts itself; a test wants none

Nothing here names a table: whoever adds a column declares it, and export, erasure, retention and the data map follow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    LargeBinary,
    Table,
    Text,
    cast,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.schema import Personal, StoredBlob, metadata
from dreamseed.database.sealed import SealedText

AREAS = Path(__file__).parents[1]
UNTRACEABLE = ("this", "digest")
"""Subjects of which no row is found: what the column says is not about them, or nobody can tell about whom."""


@dataclass(frozen=True)
class Who:
    """Somebody, by everything that a text may name them by. All but the id is empty once they were erased."""

    id: UUID
    email: str = ""
    name: str = ""
    email_digest: bytes | None = None
    merged: tuple[Who, ...] = ()
    """The accounts that have become part of theirs: what still stands under their ids is about the same person."""

    @property
    def accounts(self) -> tuple[Who, ...]:
        """The account itself and those that have become part of it."""
        return (self, *self.merged)

    @property
    def ids(self) -> tuple[UUID, ...]:
        """The ids of all their accounts."""
        return tuple(account.id for account in self.accounts)

    @property
    def tokens(self) -> tuple[str, ...]:
        """What a text that is about them holds, in lower case."""
        named = [token for account in self.accounts for token in (str(account.id), account.email)]
        return tuple(token.lower() for token in named if token)


@dataclass(frozen=True)
class Place:
    """A column and what it declares; `personal` is None when nobody has said anything."""

    table: str
    column: str
    personal: Personal | None


def all_tables() -> list[Table]:
    """The tables of every area, those that others point to first."""
    for path in sorted(AREAS.glob("*/tables.py")):
        import_module(f"dreamseed.{path.parent.name}.tables")
    return list(metadata.sorted_tables)


def personal_of(column: Column[Any]) -> Personal | None:
    """What a column declares, or its table for it."""
    declared: Personal | None = column.info.get("personal") or column.table.info.get("personal")
    return declared


def blobs_of(table: Table) -> tuple[StoredBlob, ...]:
    """The objects that belong to a table's rows."""
    stored: tuple[StoredBlob, ...] = table.info.get("blobs", ())
    return stored


def places() -> list[Place]:
    """Every declared column, table by table."""
    return [Place(table.name, column.name, personal_of(column)) for table in all_tables() for column in table.columns]


def rules_of(table: Table) -> list[Personal]:
    """The different declarations of a table that are about somebody, its own first."""
    found = (personal_of(column) for column in table.columns)
    return list(dict.fromkeys(each for each in found if each is not None and each.category != "none"))


def is_deleted(table: Table) -> Personal | None:
    """The declaration by which whole rows of the table are deleted, if there is one."""
    return next((rule for rule in rules_of(table) if rule.erasure == "delete"), None)


def columns_with(table: Table, rule: Personal) -> list[Column[Any]]:
    """The columns of a table that declare exactly this."""
    return [column for column in table.columns if personal_of(column) == rule]


def rows_about(table: Table, subject: str, who: Who) -> ColumnElement[bool]:
    """The condition that a row of the table is about somebody, as the subject says. See `Personal`."""
    if subject in UNTRACEABLE:
        return false()
    if subject == "mentions":
        return or_(*(func.strpos(text, token) > 0 for text in _texts(table) for token in who.tokens))
    return or_(*(_is_theirs(table, way.strip(), who) for way in subject.split(",")))


def _is_theirs(table: Table, way: str, who: Who) -> ColumnElement[bool]:
    column, _, address = way.partition(" = ")
    if address:
        is_digest = isinstance(table.c[column].type, LargeBinary)
        wanted = [account.email_digest if is_digest else account.email for account in who.accounts]
        return table.c[column].in_([each for each in wanted if each])
    column, _, target = way.partition(" > ")
    if not target:
        return table.c[column].in_(who.ids)
    name, _, owner = target.partition(".")
    other = metadata.tables[name]
    return table.c[column].in_(select(other.c[_key_of(other, column)]).where(other.c[owner].in_(who.ids)))


def _key_of(table: Table, column: str) -> str:
    """The column of another table that a column points to: its id, or the one of the same name."""
    return "id" if "id" in table.c else column


def _texts(table: Table) -> list[ColumnElement[str]]:
    """What a row says in words, in lower case."""
    return [func.lower(text) for text in (as_text(column) for column in table.columns) if text is not None]


def as_text(column: Column[Any]) -> ColumnElement[str] | None:
    """A column's content as one text; None where it cannot hold words."""
    if isinstance(column.type, LargeBinary):
        return func.encode(column, "escape")
    if isinstance(column.type, Text | JSONB) or (
        isinstance(column.type, ARRAY) and isinstance(column.type.item_type, Text)
    ):
        return cast(column, Text)
    return None


def defects(declared: Iterable[Place], live: Iterable[tuple[str, str]]) -> list[str]:
    """What is wrong: `table.column: why`. `live` are the (table, column) that the database really has."""
    known = list(declared)
    undeclared = {(place.table, place.column) for place in known if place.personal is not None}
    missing = [f"{table}.{column}: declares nothing" for table, column in live if (table, column) not in undeclared]
    wrong = [f"{place.table}.{place.column}: {reason}" for place in known for reason in _contradictions(place)]
    return sorted(set(missing + wrong))


def unsealed(limited: Collection[tuple[str, str]]) -> list[str]:
    """What may hold words about somebody in plain without saying why: `table.column`, or `bucket/name` of objects.

    `limited` are the (table, column) whose words the database limits to a list of ours.
    """
    found = []
    for table in all_tables():
        for column in table.columns:
            rule = personal_of(column)
            if (
                rule is not None
                and not is_sealed_or_harmless(column, rule)
                and (table.name, column.name) not in limited
            ):
                found.append(f"{table.name}.{column.name}")
        for stored in blobs_of(table):
            if not stored.is_sealed and not stored.personal.plain_because:
                found.append(f"{stored.bucket}/{stored.name}")
    return found


def is_sealed_or_harmless(column: Column[Any], rule: Personal) -> bool:
    """Whether a column's words are sealed, about nobody, or plain for a reason. What is no text holds no words."""
    is_about_nobody = rule.category in ("none", "reference")
    return is_about_nobody or rule.is_term or bool(rule.plain_because) or as_text(column) is None


def _contradictions(place: Place) -> Iterator[str]:
    personal = place.personal
    if personal is None:
        yield "declares nothing"
        return
    if personal.category == "none":
        return
    column = metadata.tables[place.table].c[place.column]
    if not personal.subject:
        yield "is personal and says not whose it is"
    elif not _leads_to_somebody(column.table, personal.subject):
        yield f"nobody is found by {personal.subject!r}"
    if personal.basis == "none":
        yield "is personal without a lawful basis"
    if personal.retention == "for ever":
        yield "is personal and kept for ever"
    if personal.erasure == "keep" and not personal.kept_because:
        yield "survives erasure without a reason"
    if personal.erasure == "keep" and not personal.is_term and _keeps_words(column, personal):
        yield "keeps what somebody may have written"
    if personal.export != "include" and personal.subject != "this" and not personal.excluded_because:
        yield "is left out of the export without a reason"
    if personal.category == "credential" and personal.export == "include":
        yield "is a credential and must not leave by an export"
    is_sealed = isinstance(column.type, SealedText)
    if personal.plain_because and is_sealed:
        yield "is sealed and says why it is not"
    if personal.erasure == "redact" and not is_sealed:
        yield "is about many people and not sealed, so backups keep what is redacted"
    if personal.erasure == "key" and not is_sealed:
        yield "is not sealed, so no key takes it along"
    if personal.erasure == "clear" and personal.cleared is None and not column.nullable:
        yield "cannot be cleared to null"


def _keeps_words(column: Column[Any], personal: Personal) -> bool:
    return as_text(column) is not None and personal.subject not in UNTRACEABLE


def _leads_to_somebody(table: Table, subject: str) -> bool:
    """Whether every way of a subject names columns that there are."""
    if subject in (*UNTRACEABLE, "mentions"):
        return True
    for way in subject.split(","):
        column = way.split(" = ")[0].split(" > ")[0].strip()
        name, _, owner = way.partition(" > ")[2].partition(".")
        if column not in table.c or (name and owner not in metadata.tables[name].c):
            return False
    return True
