"""Erasing somebody from the tables, table by table, as their columns declare it.

    delete   the rows that are about them, and the objects that belong to these rows
    clear    columns of rows that stay
    redact   what a document about many people says of them

Done a second time, each finds nothing left to do. Children go before what they point to; the account itself, which
tells by what address others name the person, is cleared last.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, func, null, or_, select, update

from dreamseed.database import privacy
from dreamseed.database.privacy import Who
from dreamseed.database.schema import Personal, StoredBlob
from dreamseed.database.sealed import Sealed
from dreamseed.errors import MissingGrant, NotFound
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy.documents import outlive, outlive_rows, redact_documents
from dreamseed.privacy.rules import labels, redacted

ELSEWHERE = ("mentions", "email_digest = address")
"""Subjects that may also be found among what belongs to no organisation yet, such as a mail on its way."""


def tables_to_erase() -> list[Table]:
    """The tables that say something of people, in the order in which they are erased."""
    concerned = [table for table in reversed(privacy.all_tables()) if privacy.rules_of(table)]
    return sorted(concerned, key=lambda table: any(rule.subject == "id" for rule in privacy.rules_of(table)))


def tables_elsewhere() -> list[Table]:
    """Those of them that hold what belongs to no organisation yet."""
    return [
        table
        for table in tables_to_erase()
        if any(rule.erasure == "delete" and rule.subject in ELSEWHERE for rule in privacy.rules_of(table))
    ]


@dataclass(frozen=True)
class Erasing:
    """One transaction's work on somebody, with all their accounts.

    `blobs` is None where there are no objects, `keys` where there are no documents and sealed files.
    """

    db: Connection
    who: Who
    blobs: Blobs | None = None
    keys: SubjectKeys | None = None

    def table(self, table: Table) -> dict[str, int]:
        """Erase the person from a table; returns how many rows and objects that concerned, by what was done."""
        done: Counter[str] = Counter()
        for stored in privacy.blobs_of(table):
            done["objects deleted"] += self._delete_blobs(table, stored)
        for rule in privacy.rules_of(table):
            match rule.erasure:
                case "delete":
                    done["deleted"] += self._delete(table, rule)
                case "redact":
                    done["redacted"] += self._redact(table, rule)
        for subject in _subjects_to_clear(table):
            done["cleared"] += self._clear(table, subject)
        return {what: count for what, count in done.items() if count}

    def kept(self, table: Table) -> list[dict[str, Any]]:
        """What stays of the person in a table: the columns, in how many rows, and why."""
        found = []
        for rule in privacy.rules_of(table):
            if rule.erasure == "keep" and rule.subject != "digest":
                columns = [column.name for column in privacy.columns_with(table, rule)]
                rows = self.db.scalar(select(func.count()).select_from(table).where(self._stays(table, rule))) or 0
                if rows:
                    found.append({"table": table.name, "columns": columns, "rows": rows, "because": rule.kept_because})
        return found

    def _stays(self, table: Table, rule: Personal) -> ColumnElement[bool]:
        if rule.subject == "this":
            return or_(*(column.in_(self.who.ids) for column in privacy.columns_with(table, rule)))
        return privacy.rows_about(table, rule.subject, self.who)

    def _delete(self, table: Table, rule: Personal) -> int:
        theirs = privacy.rows_about(table, rule.subject, self.who)
        if self.keys is not None:
            outlive_rows(self.db, table, theirs)
        return self.db.execute(delete(table).where(theirs)).rowcount

    def _clear(self, table: Table, subject: str) -> int:
        """All columns of a subject at once: one of them may be what finds the rows."""
        cleared = {
            column: rule.cleared
            for rule in privacy.rules_of(table)
            if rule.erasure == "clear" and rule.subject == subject
            for column in privacy.columns_with(table, rule)
        }
        is_there = or_(*(_differs(column, value) for column, value in cleared.items()))
        values = {column.name: null() if value is None else value for column, value in cleared.items()}
        theirs = privacy.rows_about(table, subject, self.who)
        return self.db.execute(update(table).where(theirs, is_there).values(values)).rowcount

    def _redact(self, table: Table, rule: Personal) -> int:
        if self.keys is None:
            raise MissingGrant(f"{table.name} has sealed documents: erasing needs the keys")
        return redact_documents(self.db, self.keys, table, privacy.columns_with(table, rule), self._redacted)

    def _redacted(self, document: Any) -> Any:
        for account in self.who.accounts:
            former = labels(document, account.tokens)
            for name in (account.name, *sorted(former)):
                document = redacted(document, account.tokens, name)
        return document

    def _delete_blobs(self, table: Table, stored: StoredBlob) -> int:
        """Delete the objects of the rows about them; a file about many people goes as a whole if it names them.

        The rows are locked, so that no job puts an object back before they are gone.
        """
        if self.blobs is None:
            return 0
        is_mention = stored.personal.subject == "mentions"
        statement = select(table).with_for_update()
        rows = self.db.execute(
            statement if is_mention else statement.where(privacy.rows_about(table, stored.personal.subject, self.who))
        ).all()
        count = 0
        for row in rows:
            name = stored.name.format(**row._mapping)
            try:
                content = self.blobs.get(stored.bucket, name)
            except NotFound:
                continue
            if not is_mention or self._is_named_in(stored, content):
                self.blobs.delete(stored.bucket, name)
                count += 1
        return count

    def _is_named_in(self, stored: StoredBlob, content: bytes) -> bool:
        """Whether a file names them. The key of a sealed one that does is noted as outlived."""
        if not stored.is_sealed or self.keys is None:
            return names_anybody(content, self.who.tokens)
        sealed = Sealed(content, stored.bucket)
        opened = self.keys.open_file(sealed, stored.bucket)
        is_named = opened is not None and names_anybody(opened, self.who.tokens)
        if is_named:
            outlive(self.db, sealed.subject_id)
        return is_named


def names_anybody(content: bytes, tokens: tuple[str, ...]) -> bool:
    """Whether a file, or a file in a zip, holds one of the tokens."""
    parts = [content]
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [archive.read(name) for name in archive.namelist()]
    return any(token.encode() in part.lower() for part in parts for token in tokens)


def _subjects_to_clear(table: Table) -> list[str]:
    return list(dict.fromkeys(rule.subject for rule in privacy.rules_of(table) if rule.erasure == "clear"))


def _differs(column: Column[Any], value: Any) -> ColumnElement[bool]:
    return column.is_not(None) if value is None else column.is_distinct_from(value)
