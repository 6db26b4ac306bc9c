"""Everything that is kept of somebody, as a zip that a person can read and a program can take in.

    README.txt              what this is, in plain language
    data/<table>.json/.csv  the rows about them, of the columns that are declared to be exported
    schema/<table>.json     JSON Schema of each
    files/<bucket>/…        the objects that belong to these rows
    also_named.json         how often they are named as whoever made or changed what is about others
    left_out.json           what is not in it, and why

It follows from the tables' declarations alone: a column that somebody adds is in it, or says why not.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Select,
    Table,
    Uuid,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database import privacy
from dreamseed.database.privacy import Who
from dreamseed.errors import NotFound
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy.texts import README, TABLES
from dreamseed.school.rules import safe_cell

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip: the same data make the same bytes."""


@dataclass
class Copy:
    """What has been collected so far."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    schemas: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    named: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    left_out: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def add(self, db: Connection, blobs: Blobs, keys: SubjectKeys, table: Table, who: Who) -> None:
        """Add what a table and the objects of its rows say of somebody, opened. Does no harm twice."""
        columns = exported_columns(table)
        if columns:
            found = keys.opened(db.execute(_theirs(table, columns, who)))
            self.rows[table.name] = [_shown(row, columns) for row in found]
            self.schemas[table.name] = _schema(table, columns)
            self._add_files(blobs, table, found)
        self.named[table.name] = list(_mentions(db, table, who))
        self.left_out[table.name] = list(_left_out(table))

    def to_zip(self, who: Who, now: datetime) -> bytes:
        """The whole copy."""
        parts = {
            "README.txt": self._readme(who, now),
            "also_named.json": _json([*chain.from_iterable(self.named.values())]),
            "left_out.json": _json([*chain.from_iterable(self.left_out.values())]),
        }
        for table, rows in self.rows.items():
            parts[f"data/{table}.json"] = _json(rows)
            parts[f"data/{table}.csv"] = _csv(rows, list(self.schemas[table]["items"]["properties"]))
            parts[f"schema/{table}.json"] = _json(self.schemas[table])
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in sorted((parts | {f"files/{name}": part for name, part in self.files.items()}).items()):
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), part, zipfile.ZIP_DEFLATED)
        return content.getvalue()

    def _readme(self, who: Who, now: datetime) -> bytes:
        lines = [
            f"  data/{table}  {TABLES.get(table, table.replace('_', ' '))}: {len(rows)}"
            for table, rows in self.rows.items()
            if rows
        ]
        return README.format(name=who.name, day=f"{now:%d %B %Y}", tables="\n".join(lines)).encode()

    def _add_files(self, blobs: Blobs, table: Table, found: Sequence[Any]) -> None:
        for stored in privacy.blobs_of(table):
            if stored.personal.export != "include":
                continue
            for row in found:
                name = stored.name.format(**row._mapping)
                try:
                    self.files[f"{stored.bucket}/{name}"] = blobs.get(stored.bucket, name)
                except NotFound:
                    continue  # it has expired, or was never made


def _theirs(table: Table, columns: Sequence[Column[Any]], who: Who) -> Select[Any]:
    """The rows about somebody, each with whether it is about them as each of its columns understands that."""
    about = {subject: privacy.rows_about(table, subject, who) for subject in map(_subject_of, columns)}
    labelled = [condition.label(f"is {subject}") for subject, condition in about.items()]
    return select(table, *labelled).where(or_(*about.values())).order_by(*table.primary_key.columns)


def _shown(row: Any, columns: Sequence[Column[Any]]) -> dict[str, Any]:
    """A row as it is exported: null where a column of it is about somebody else, as another's device is."""
    values = row._mapping
    return {each.name: plain(values[each.name]) if values[f"is {_subject_of(each)}"] else None for each in columns}


def _subject_of(column: Column[Any]) -> str:
    rule = privacy.personal_of(column)
    return rule.subject if rule is not None else ""


def _mentions(db: Connection, table: Table, who: Who) -> Iterator[dict[str, Any]]:
    for column in table.columns:
        rule = privacy.personal_of(column)
        if rule is not None and rule.export == "count":
            rows = db.scalar(select(func.count()).select_from(table).where(column.in_(who.ids)))
            if rows:
                yield {"table": table.name, "column": column.name, "rows": rows}


def exported_columns(table: Table) -> list[Column[Any]]:
    """The columns of a table that say something of people and are declared to be exported, with the row's key.

    The organisation is the same in every row and says nothing of anybody.
    """
    declared = [(column, privacy.personal_of(column)) for column in table.columns]
    return [
        column
        for column, rule in declared
        if rule is not None and rule.category != "none" and rule.export == "include" and column.name != "org_id"
    ]


def plain(value: Any) -> Any:
    """A column's value as JSON knows it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return b64encode(bytes(value)).decode()
    return value


def digest(content: bytes) -> str:
    """What a copy is recognised by."""
    return hashlib.sha256(content).hexdigest()


_TYPES: tuple[tuple[Any, dict[str, Any]], ...] = (
    (Boolean, {"type": "boolean"}),
    (Integer, {"type": "integer"}),
    (Float, {"type": "number"}),
    (Uuid, {"type": "string", "format": "uuid"}),
    (DateTime, {"type": "string", "format": "date-time"}),
    (Date, {"type": "string", "format": "date"}),
    (LargeBinary, {"type": "string", "contentEncoding": "base64"}),
    (ARRAY, {"type": "array"}),
    (JSONB, {}),
)


def _schema(table: Table, columns: Sequence[Column[Any]]) -> dict[str, Any]:
    properties = {column.name: _property(column) for column in columns}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": table.name,
        "description": TABLES.get(table.name, table.name.replace("_", " ")),
        "type": "array",
        "items": {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        },
    }


def _property(column: Column[Any]) -> dict[str, Any]:
    """The schema of a column; an empty one allows anything, as a document does."""
    known = next((schema for kind, schema in _TYPES if isinstance(column.type, kind)), {"type": "string"})
    if "type" not in known or not column.nullable:
        return known
    return {**known, "type": [known["type"], "null"]}


def _left_out(table: Table) -> Iterator[dict[str, str]]:
    reasons: dict[str, list[str]] = {}
    for column in table.columns:
        rule = privacy.personal_of(column)
        if rule is not None and rule.category != "none" and rule.export == "exclude":
            reasons.setdefault(rule.excluded_because, []).append(column.name)
    for reason, names in reasons.items():
        yield {"table": table.name, "columns": ", ".join(names), "because": reason}


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False).encode()


def _csv(rows: Sequence[dict[str, Any]], names: Sequence[str]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    cell: Callable[[Any], Any] = lambda value: safe_cell(value) if isinstance(value, str) else value  # noqa: E731
    for row in rows:
        values = (row[name] for name in names)
        writer.writerow(
            cell(json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value) for value in values
        )
    return text.getvalue().encode("utf-8-sig")
