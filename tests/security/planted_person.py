"""A person with a canary in everything that may be said of them, and the search for canaries everywhere.

Rows are made from the declarations, so a column that somebody adds gets a canary without anybody thinking of it. Checks
and foreign keys are out of force while rows are planted: a canary must fit in every column.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import psycopg
from psycopg import sql
from sqlalchemy import ARRAY, Boolean, Column, Date, DateTime, Float, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database import privacy
from dreamseed.database.privacy import Who
from dreamseed.database.schema import Personal, metadata
from dreamseed.database.sealed import SealedText
from dreamseed.platform.tables import PLATFORM_ID
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy.erasing import tables_elsewhere, tables_to_erase

MARK = "canary"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Planted:
    """What was planted about whom: canaries by (table, column), and those of objects by (bucket, name)."""

    who: Who
    org_id: UUID
    keys: SubjectKeys
    columns: dict[tuple[str, str], str] = field(default_factory=dict)
    blobs: dict[tuple[str, str], str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(10_000))

    def plant(self, connection: psycopg.Connection, blobs: Blobs) -> None:
        """A row in every table that says something of people, and an object for each that may belong to it."""
        connection.execute("set session_replication_role = replica")
        for table in tables_to_erase():
            if table.name != "users":
                for way in ways_of(table):
                    self._insert(connection, table, way, self.org_id)
            self._put_blobs(table, blobs)
        for table in tables_elsewhere():
            self._insert(connection, table, ways_of(table)[0], PLATFORM_ID)
        self._mark_account(connection)
        connection.execute("set session_replication_role = origin")

    def _insert(self, connection: psycopg.Connection, table: Table, way: str, org_id: UUID) -> None:
        row = {column.name: self._value(column, way) for column in table.columns if column.name != "org_id"}
        row = {"org_id": org_id, **{name: value for name, value in row.items() if value is not None}}
        names = sql.SQL(", ").join(map(sql.Identifier, row))
        values = sql.SQL(", ").join([sql.Placeholder()] * len(row))
        statement = sql.SQL("insert into {} ({}) values ({})").format(sql.Identifier(table.name), names, values)
        connection.execute(statement, [_adapted(table.c[name], value) for name, value in row.items()])

    def _mark_account(self, connection: psycopg.Connection) -> None:
        table = metadata.tables["users"]
        for column in table.columns:
            rule = privacy.personal_of(column)
            if rule is not None and rule.erasure == "clear" and holds_words(column):
                value = self._canary(column)
                update = sql.SQL("update users set {} = %s where id = %s").format(sql.Identifier(column.name))
                connection.execute(update, [_adapted(column, value), self.who.id])
        self.columns |= {("users", "email"): self.who.email, ("users", "full_name"): self.who.name}

    def _value(self, column: Column[Any], way: str) -> Any:
        """What the planted row says in a column; None leaves it to the database."""
        rule = privacy.personal_of(column)
        assert rule is not None
        source, _, target = way.partition(" > ")
        if column.name == source.partition(" = ")[0] and way not in ("mentions", "digest"):
            if " = " in way:
                return self.who.email_digest if isinstance(column.type, LargeBinary) else self.who.email
            return _key_in(target.partition(".")[0], column.name) if target else self.who.id
        if column.name == "id":
            is_first = way == ways_of(column.table)[0]
            return row_id(column.table.name) if is_first else uuid5(NAMESPACE_URL, f"{column.table.name} {way}")
        if column.primary_key and isinstance(column.type, Integer):
            return next(self._numbers)
        if rule.category in ("none", "reference"):
            is_left_out = column.nullable or column.server_default is not None
            return None if is_left_out else _neutral(column)
        if rule.is_term or way not in map(str.strip, rule.subject.split(",")):
            return _neutral(column)
        if isinstance(column.type, SealedText):
            text, place = self._canary(column), f"{column.table.name}.{column.name}"
            if rule.subject == "mentions":  # a document about many people has a key of its own
                return self.keys.seal(uuid4(), json.dumps(self._document(text)), place).value
            return self.keys.seal(self.who.id, text, place).value
        return self._canary(column) if holds_words(column) else _neutral(column)

    def _canary(self, column: Column[Any]) -> Any:
        text = f"{MARK}-{column.table.name}-{column.name}"
        self.columns[(column.table.name, column.name)] = text
        rule = privacy.personal_of(column)
        text = f"{text} {self.who.id}" if rule is not None and rule.subject == "mentions" else text
        return self._document(text) if isinstance(column.type, JSONB) else text

    def _document(self, text: str) -> dict[str, Any]:
        return {"entries": [{"note": text, "about": self.who.email}]}

    def _put_blobs(self, table: Table, blobs: Blobs) -> None:
        for stored in privacy.blobs_of(table):
            name = stored.name.format(id=row_id(table.name))
            self.blobs[(stored.bucket, name)] = f"{MARK}-{stored.bucket}"
            content = f"{MARK}-{stored.bucket},{self.who.email}".encode()
            if stored.is_sealed:
                content = self.keys.seal_file(row_id(table.name), content, stored.bucket).value
            blobs.put(stored.bucket, name, content)


def _key_in(table: str, column: str) -> UUID | str:
    """What points to the row that is planted in a table: its id, or its canary in the column of the same name."""
    return row_id(table) if "id" in metadata.tables[table].c else f"{MARK}-{table}-{column}"


def ways_of(table: Table) -> list[str]:
    """Every way in which rows of a table may be somebody's."""
    subjects = [rule.subject for rule in privacy.rules_of(table) if rule.subject not in privacy.UNTRACEABLE]
    return list(dict.fromkeys(way.strip() for subject in subjects for way in subject.split(",")))


def row_id(table: str) -> UUID:
    """The id of the row that is planted in a table."""
    return uuid5(NAMESPACE_URL, table)


def holds_words(column: Column[Any]) -> bool:
    """Whether a column may hold what somebody wrote. The digest of an address holds nothing but itself."""
    return privacy.as_text(column) is not None and not column.name.endswith("email_digest")


def sealed_columns(table: Table) -> list[Column[Any]]:
    """The columns of a table that are sealed with people's keys."""
    return [column for column in table.columns if isinstance(column.type, SealedText)]


def _neutral(column: Column[Any]) -> Any:
    """A value that says nothing."""
    kinds: tuple[tuple[Any, Any], ...] = (
        (Boolean, True),
        (Integer, 1),
        (Float, 0.5),
        (DateTime | Date, LONG_AGO),
        (Uuid, uuid5(NAMESPACE_URL, f"{column.table.name}.{column.name}")),
        (ARRAY, [True]),
        (JSONB, {}),
        (SealedText, None),
        (LargeBinary, b"x"),
        (Text, "x"),
    )
    return next(value for kind, value in kinds if isinstance(column.type, kind))


def _adapted(column: Column[Any], value: Any) -> Any:
    """A value as the driver takes it."""
    if isinstance(column.type, JSONB):
        return json.dumps(value)
    return value.encode() if isinstance(column.type, LargeBinary) and isinstance(value, str) else value


def drop_checks(connection: psycopg.Connection) -> None:
    """Let every column hold every text."""
    checks = connection.execute(
        "select conrelid::regclass::text, conname from pg_constraint"
        " where contype = 'c' and connamespace = 'public'::regnamespace and coninhcount = 0"
    ).fetchall()
    for table, name in checks:
        drop = sql.SQL("alter table {} drop constraint {}").format(sql.SQL(table), sql.Identifier(name))
        connection.execute(drop)


def sweep(connection: psycopg.Connection, *texts: str) -> list[str]:
    """`table.column` of every place in the database that holds one of the texts, whatever its type.

    A partition counts as the table that it is a part of.
    """
    columns = connection.execute(
        "select nspname, relname, attname, atttypid = 'bytea'::regtype,"
        " coalesce(pg_partition_root(pg_class.oid)::text, relname) from pg_class"
        " join pg_namespace n on n.oid = relnamespace join pg_attribute on attrelid = pg_class.oid"
        " where nspname !~ '^(pg_|information_schema$)' and relkind in ('r', 'm') and attnum > 0 and not attisdropped"
    ).fetchall()
    found = []
    for schema, table, column, is_bytes, root in columns:
        shown = "encode({}, 'escape')" if is_bytes else "{}::text"
        statement = f"select count(*) from {{}} where {shown} ilike any(%s)"
        query = sql.SQL(statement).format(sql.Identifier(schema, table), sql.Identifier(column))
        ((rows,),) = connection.execute(query, [[f"%{text}%" for text in texts]]).fetchall()
        if rows:
            found.append(f"{root}.{column}")
    return sorted(set(found))


def sweep_files(folder: Path, *texts: str) -> list[str]:
    """The files below a folder, and in zips there, that hold one of the texts."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(text.lower().encode() in part.lower() for part in _parts(path) for text in texts)
    )


def _parts(path: Path) -> Iterator[bytes]:
    content = path.read_bytes()
    yield content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name) for name in archive.namelist())


def is_exported(rule: Personal | None) -> bool:
    """Whether a column's declaration wants it in the export."""
    return rule is not None and rule.export == "include"
