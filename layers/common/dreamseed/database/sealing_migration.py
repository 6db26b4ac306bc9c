"""What migrations call to seal columns that were plain, and to open them again: a part of their frozen record.

    add_columns(table)     the plain columns become `<name>_old`, and empty ones stand in their place
    seal_rows(table)       every organisation's rows are sealed, in the tenant that they belong to
    replace_columns(table) the old columns go

The process that migrates is given the subjects' keys (`dreamseed.database.migrate`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from uuid import UUID

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.sealed import Sealed

if TYPE_CHECKING:
    from dreamseed.ports.subject_keys import SubjectKeys

ROWS = 1_000
TENANT = sa.text("select set_config('app.org_id', :org_id, true)")


class Table(NamedTuple):
    """A table with columns to seal, whose rows `key` tells apart beside the organisation.

    `subject` is SQL for whom a row is about; `digests` are new columns, each with the column and place of its text, in
    which `{subject}` and the key's columns stand for the row's.
    `empty` is what stood for nothing in a column that was not nullable, and `are_documents` says that it held JSON.
    """

    name: str
    subject: str
    sealed: tuple[str, ...] = ()
    digests: Mapping[str, tuple[str, str]] = MappingProxyType({})
    may_be_empty: bool = False
    key: tuple[str, ...] = ("id",)
    empty: str | None = None
    are_documents: bool = False

    @property
    def type_(self) -> sa.types.TypeEngine[Any]:
        """The type that its columns had."""
        return JSONB() if self.are_documents else sa.Text()


def add_columns(table: Table) -> None:
    """Rename the columns to `<name>_old` and add empty ones in their place, and the digests."""
    for name in table.sealed:
        op.alter_column(table.name, name, new_column_name=f"{name}_old")
        op.add_column(table.name, sa.Column(name, sa.LargeBinary))
    for name in table.digests:
        op.add_column(table.name, sa.Column(name, sa.LargeBinary))


def replace_columns(table: Table) -> None:
    """Drop the old columns, now that the new ones are filled."""
    for name in table.sealed:
        op.alter_column(table.name, name, nullable=table.may_be_empty)
        op.drop_column(table.name, f"{name}_old")


def seal_rows(table: Table) -> None:
    """Fill the new columns of every organisation's rows."""
    for org_id, rows in rows_of_every_organisation(table):
        keys = required_keys(table).of(org_id)
        if table.sealed:
            keys.make([row["subject"] for row in rows])
        write(table, [sealed_row(table, keys, row) for row in rows])


def sealed_row(table: Table, keys: SubjectKeys, row: dict[str, Any]) -> dict[str, Any]:
    new: dict[str, Any] = {name: row[name] for name in table.key}
    for name in table.sealed:
        text = plain(table, row[f"{name}_old"])
        new[f"new_{name}"] = keys.seal(row["subject"], text, f"{table.name}.{name}").value if text else None
    for name, (source, place) in table.digests.items():
        text = row[f"{source}_old"] if source in table.sealed else row[source]
        new[f"new_{name}"] = keys.digest(text, place.format_map(row))
    return new


def plain(table: Table, value: Any) -> str | None:
    """A column's old value as the text that is sealed; None for what says nothing."""
    if not value:
        return None
    return json.dumps(value, ensure_ascii=False) if table.are_documents else str(value)


def write(table: Table, rows: list[dict[str, Any]], *, is_opened: bool = False) -> None:
    names = [*table.sealed, *table.digests]
    cast = "cast(:new_{0} as jsonb)" if is_opened and table.are_documents else ":new_{0}"
    changes = ", ".join(f"{name} = {cast.format(name)}" for name in names if f"new_{name}" in rows[0])
    one = " and ".join(f"{name} = :{name}" for name in table.key)
    op.get_bind().execute(sa.text(f"update {table.name} set {changes} where {one}"), rows)  # noqa: S608  # nosec B608


def rows_of_every_organisation(table: Table) -> Iterator[tuple[UUID, list[dict[str, Any]]]]:
    """The rows, so many together, each with its organisation as the transaction's tenant."""
    db = op.get_bind()
    for org_id in every_organisation():
        db.execute(TENANT, {"org_id": str(org_id)})
        texts = "".join(f", {name}_old" for name in table.sealed)
        others = "".join(f", {name}" for name in table.key)
        statement = f"select {table.subject} as subject{others}{texts} from {table.name} as rows"  # noqa: S608  # nosec B608
        found = db.execute(sa.text(statement))
        rows = [dict(row._mapping) for row in found]
        for start in range(0, len(rows), ROWS):
            yield org_id, rows[start : start + ROWS]
    db.execute(TENANT, {"org_id": ""})


def every_organisation() -> list[UUID]:
    """The owner sees all of them while nothing is forced on it."""
    op.execute("alter table organisations no force row level security")
    found = list(op.get_bind().scalars(sa.text("select id from organisations order by id")))
    op.execute("alter table organisations force row level security")
    return found


def required_keys(table: Table) -> SubjectKeys:
    keys = context.config.attributes.get("keys")
    if keys is None:
        raise RuntimeError(f"{table.name} has rows to seal or open, and this process was not given the subjects' keys")
    return cast("SubjectKeys", keys)


def open_table(table: Table) -> None:
    """Put the texts back; what was erased becomes the subject's id."""
    for name in table.sealed:
        op.alter_column(table.name, name, new_column_name=f"{name}_old")
        op.add_column(table.name, sa.Column(name, table.type_))
    for org_id, rows in rows_of_every_organisation(table):
        keys = required_keys(table).of(org_id)
        write(table, [opened_row(table, keys, row) for row in rows], is_opened=True)
    for name in table.sealed:
        if table.name in ("sign_ins", "consents"):
            op.execute(f"alter table {table.name} alter {name} set default '{table.empty}'")
        op.alter_column(table.name, name, nullable=table.may_be_empty and table.empty is None)
        op.drop_column(table.name, f"{name}_old")
    for name in table.digests:
        op.drop_column(table.name, name)


def opened_row(table: Table, keys: SubjectKeys, row: dict[str, Any]) -> dict[str, Any]:
    new: dict[str, Any] = {name: row[name] for name in table.key}
    for name in table.sealed:
        place, value = f"{table.name}.{name}", row[f"{name}_old"]
        erased = f"erased-{row['subject']}"
        erased = json.dumps({"erased": erased}) if table.are_documents else erased
        text = None if value is None else keys.open(Sealed(bytes(value), place), place) or erased
        new[f"new_{name}"] = table.empty if text is None else text
    return new
