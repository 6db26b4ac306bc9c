"""What is not sealed with a person's own key, and how its keys go: documents about many, and rows before an account.

Documents have a key of their own, which goes when somebody is taken out of one:

    read, without them → sealed under a new key, the old key noted (one transaction) → the old key is destroyed

So every copy of what the document said before is beyond reading, in backups too, and what it says now stays readable.
Whatever is interrupted, noted keys are destroyed by whoever comes next: the job begun anew, or the daily run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, delete, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from dreamseed.database.ids import new_id
from dreamseed.database.sealed import Sealed, SealedText
from dreamseed.database.transaction import in_tenant
from dreamseed.identity.people import is_person
from dreamseed.ports.subject_keys import ERASED, SubjectKeys
from dreamseed.privacy.tables import outlived_keys

BATCH_SIZE = 50
"""Documents that are in memory at once; one may have some hundred kilobytes."""

Redact = Callable[[Any], Any]


def redact_documents(
    db: Connection, keys: SubjectKeys, table: Table, columns: Sequence[Column[Any]], redact: Redact
) -> int:
    """Take somebody out of all documents of some columns. Returns how many rows that concerned."""
    count = 0
    for row, opened in _documents(db, keys, table, columns):
        changed = {}
        for name, text in opened.items():
            said = json.loads(text)
            left = redact(said)
            if left != said:
                old: Sealed = row._mapping[name]
                outlive(db, old.subject_id)
                changed[name] = keys.seal(new_id(), json.dumps(left, ensure_ascii=False), old.place)
        if changed:
            one = (column == row._mapping[column.name] for column in table.primary_key.columns)
            db.execute(update(table).where(*one).values(changed))
            count += 1
    return count


def _documents(
    db: Connection, keys: SubjectKeys, table: Table, columns: Sequence[Column[Any]]
) -> Iterator[tuple[Row[Any], dict[str, str]]]:
    """The rows with documents, locked, each with those that can be opened."""
    key = list(table.primary_key.columns)
    found = db.execute(select(*key).where(or_(*(column.is_not(None) for column in columns)))).all()
    for start in range(0, len(found), BATCH_SIZE):
        some = tuple_(*key).in_([tuple(row) for row in found[start : start + BATCH_SIZE]])
        rows = db.execute(select(*key, *columns).where(some).with_for_update()).all()
        for row, opened in zip(rows, keys.opened(rows), strict=True):
            texts = {column.name: opened._mapping[column.name] for column in columns}
            yield row, {name: text for name, text in texts.items() if text not in (None, ERASED)}


def outlive(db: Connection, key_id: UUID) -> None:
    """Note that nothing is sealed with a key any more."""
    db.execute(insert(outlived_keys).values(key_id=key_id).on_conflict_do_nothing())


def outlive_rows(db: Connection, table: Table, theirs: ColumnElement[bool]) -> None:
    """Note the keys of rows to be deleted that came before their account, such as an invitation, and whose id it is.

    If there is an account of that id, the key is its owner's, and stays unless they are the one who is erased.
    """
    sealed = [column for column in table.columns if isinstance(column.type, SealedText)]
    if "id" not in table.c or not sealed:
        return
    for row in db.execute(select(table.c.id, *sealed).where(theirs)):
        if any(each is not None and each.subject_id == row.id for each in row[1:]) and not is_person(db, row.id):
            outlive(db, row.id)


def destroy_outlived(org_id: UUID, keys: SubjectKeys) -> None:
    """Destroy the keys that are noted, and forget the notes. Does no harm twice."""
    noted = in_tenant(org_id, lambda db: list(db.scalars(select(outlived_keys.c.key_id))))
    for key_id in noted:
        keys.destroy(key_id)
    in_tenant(org_id, lambda db: db.execute(delete(outlived_keys).where(outlived_keys.c.key_id.in_(noted))))
