"""How a table is declared: `tenant_table` gives every table the same keys, and its rights are data beside its columns.

    test_sessions = tenant_table(
        "test_sessions",
        Column("learner_id", Uuid, nullable=False),
        tenant_key("learner_id", "users"),
        write=("insert", "update"),
    )

`privacy` says what the table holds about whom; a column that differs says so itself (`Column(..., info=ACTOR)`).
`dreamseed.database.privacy` reads these declarations, and a test compares them with the live schema.

Each row belongs to an organisation: `org_id` is part of the primary key and of every foreign key, so that no row can
refer to another tenant's, and it defaults to the transaction's tenant, so that no query repeats it. Row-level security
hides all other rows. `dreamseed.database.migration` builds the same table with its policies and grants; a test compares
the two in the live schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, MetaData, PrimaryKeyConstraint, Table, Uuid, text
from sqlalchemy.schema import SchemaItem

from dreamseed.database.ids import new_id
from dreamseed.database.roles import ERASE, READ, SYSTEM, WRITE, Privilege

NAMING_CONVENTION = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "ck": "%(table_name)s_%(constraint_name)s_check",
}

CURRENT_ORG = "nullif(current_setting('app.org_id', true), '')::uuid"
"""The transaction's tenant in SQL; null outside a tenant transaction, when the setting is missing or empty."""

metadata = MetaData(naming_convention=NAMING_CONVENTION)
"""Every table of every area, as the code sees the schema. Migrations do not import it."""

_WRITE: tuple[Privilege, ...] = ("insert", "update", "delete")

Category = Literal[
    "none", "identity", "contact", "credential", "education record", "special", "behaviour", "technical", "reference"
]
"""`special` may say something of somebody's health; `reference` says who did something to what is another's."""

Basis = Literal["none", "contract", "legal obligation", "legitimate interest"]
Retention = Literal["for ever", "account", "record", "education", "audit", "proof", "days"]
"""`account`: until it is erased. `record`: as long as what it is part of. `education`: until the account is erased, or
the organisation's `retention_days` after the row was written. `audit`: while the organisation keeps its audit log, or
its `audit_retention_years` after the month in which the row was written. `proof`: three years after the matter is
closed. `days`: the clean-up of its area deletes it within 30 days of its use."""

Erasure = Literal["delete", "clear", "redact", "key", "keep"]
"""`delete` the row; `clear` the column; `redact` what a JSON document says of them; destroy their `key`; `keep`."""


@dataclass(frozen=True)
class Personal:
    """What a column says about whom, why we may hold it, how long, and what erasure and export do with it.

    `subject` says whose it is: a column with a person's id (`learner_id`), several of them separated by commas, a way
    to one (`session_id > test_sessions.learner_id`), `email_digest = address`, `mentions` (some text of the row names
    their id or address), or `digest` (nobody can tell). `cleared` is what `clear` writes; None is null. What `is_term`
    holds words of ours only, never what somebody wrote. A column that may hold words is sealed (`SealedText`), or says
    `plain_because` why whoever has a copy of the database may read it.
    """

    category: Category
    subject: str = ""
    basis: Basis = "none"
    retention: Retention = "for ever"
    erasure: Erasure = "keep"
    export: Literal["include", "count", "exclude"] = "include"
    kept_because: str = ""
    excluded_because: str = ""
    cleared: Any = field(default=None, hash=False)
    is_term: bool = False
    plain_because: str = ""

    def but(self, **changes: Any) -> dict[str, Any]:
        """The same with changes, as a column's `info`."""
        return {"personal": replace(self, **changes)}


CONTENT = Personal("none", kept_because="it is about nobody")
ACTOR = {
    "personal": Personal(
        "reference",
        "this",
        "legitimate interest",
        "record",
        kept_because="it is part of another's record; the id leads to an account without a name",
        export="count",
    )
}
"""A column with the id of whoever made or changed the row, which is not about them."""


@dataclass(frozen=True)
class StoredBlob:
    """An object that belongs to a row: in which bucket, under which name (`imports/{id}`), and about whom it is.

    What `is_sealed` was sealed for its bucket as the place (`SubjectKeys.seal_file`).
    """

    bucket: str
    name: str
    personal: Personal
    is_sealed: bool = False


COUNT = Personal(
    "technical",
    "digest",
    "legitimate interest",
    "days",
    kept_because="it is a number beside a digest, deleted within a day",
    export="exclude",
    excluded_because="nobody can tell whose it is",
    plain_because="it is the digest of an address or id",
)
"""How often something was tried, by whom or on whom."""

MENTION = Personal("technical", "mentions", "legitimate interest", "days", "delete", "exclude")

KEYED_DIGEST = "it is a digest that nobody can make without a secret"
OUR_WORD = "it is one of our own words"


@dataclass(frozen=True)
class Rights:
    """What each application role may do with a table. Reading goes without saying for `read` and `write`.

    `system` and `lookup` see all tenants' rows, through policies of their own; most tables give them nothing. `audit`
    is the role that appends to the audit log, in one tenant like everybody; `erase` is what the role of erasure may do
    beyond `write`.
    """

    write: tuple[Privilege, ...] = _WRITE
    system: tuple[Privilege, ...] = ()
    lookup: tuple[Privilege, ...] = ()
    read: tuple[Privilege, ...] = field(default=("select",))
    audit: tuple[Privilege, ...] = ()
    erase: tuple[Privilege, ...] = ()

    def by_role(self) -> dict[str, tuple[Privilege, ...]]:
        """Privileges per signed-in role, as they are granted on the table."""
        write: tuple[Privilege, ...] = tuple(dict.fromkeys((*self.read, *self.write)))
        erase: tuple[Privilege, ...] = tuple(dict.fromkeys((*write, *self.erase)))
        held_by = ((READ, self.read), (WRITE, write), (SYSTEM, self.system), (ERASE, erase))
        return {role: held for role, held in held_by if held}


def tenant_table(
    name: str,
    *items: SchemaItem,
    key: Sequence[str] = ("id",),
    write: tuple[Privilege, ...] = _WRITE,
    system: tuple[Privilege, ...] = (),
    lookup: tuple[Privilege, ...] = (),
    read: tuple[Privilege, ...] = ("select",),
    audit: tuple[Privilege, ...] = (),
    privacy: Personal | None = None,
    blobs: tuple[StoredBlob, ...] = (),
) -> Table:
    """Declare a tenant's table: `org_id`, the key, the given columns and constraints, and `created_at`.

    `key` names the columns that identify a row within its tenant: by default a UUIDv7 `id` made in Python. `write`,
    `system`, `lookup`, `read` and `audit` are what those roles may do with it (see Rights). `privacy` is what holds for
    every column that says nothing else; what erasure may do follows from it. `blobs` are the objects that go with a
    row.
    """
    rights = Rights(write=write, system=system, lookup=lookup, read=read, audit=audit, erase=_erasing(items, privacy))
    info = {"rights": rights, "tenant": "org_id", "personal": privacy, "blobs": blobs}
    return Table(name, metadata, *tenant_items(items, key), info=info)


def _erasing(items: Sequence[SchemaItem], privacy: Personal | None) -> tuple[Privilege, ...]:
    """What the role of erasure must be able to do with the rows of a table that declares this."""
    columns = (item for item in items if isinstance(item, Column))
    declared = [each for each in (privacy, *(column.info.get("personal") for column in columns)) if each is not None]
    rules = {each.erasure for each in declared}
    wanted: dict[Privilege, bool] = {
        "delete": "delete" in rules or any(each.retention == "proof" for each in declared),
        "update": not rules.isdisjoint(("clear", "redact")),
    }
    return tuple(privilege for privilege, is_wanted in wanted.items() if is_wanted)


def tenant_items(items: Sequence[SchemaItem], key: Sequence[str] = ("id",)) -> list[SchemaItem]:
    """The columns and constraints of a tenant's table, in the order in which they are created."""
    own = [item.name for item in items if isinstance(item, Column)]
    head: list[SchemaItem] = [Column("org_id", Uuid, nullable=False, server_default=text(f"({CURRENT_ORG})"))]
    if "id" in key and "id" not in own:
        head.append(Column("id", Uuid, nullable=False, default=new_id))
    tail: list[SchemaItem] = []
    if "created_at" not in own:
        tail.append(Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")))
    constraints = [
        PrimaryKeyConstraint("org_id", *key),
        ForeignKeyConstraint(["org_id"], ["organisations.id"]),
    ]
    return [*head, *items, *tail, *constraints]


def tenant_key(column: str, table: str, *, ondelete: str | None = None) -> ForeignKeyConstraint:
    """A foreign key to another tenant's table by (org_id, id), so that it can only point within the tenant."""
    return ForeignKeyConstraint(["org_id", column], [f"{table}.org_id", f"{table}.id"], ondelete=ondelete)
