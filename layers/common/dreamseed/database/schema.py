"""How a table is declared: `tenant_table` gives every table the same keys, and its rights are data beside its columns.

    test_sessions = tenant_table(
        "test_sessions",
        Column("learner_id", Uuid, nullable=False),
        tenant_key("learner_id", "users"),
        write=("insert", "update"),
    )

Each row belongs to an organisation: `org_id` is part of the primary key and of every foreign key, so that no row can
refer to another tenant's, and it defaults to the transaction's tenant, so that no query repeats it. Row-level security
hides all other rows. `dreamseed.database.migration` builds the same table with its policies and grants; a test compares
the two in the live schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, MetaData, PrimaryKeyConstraint, Table, Uuid, text
from sqlalchemy.schema import SchemaItem

from dreamseed.database.ids import new_id
from dreamseed.database.roles import READ, SYSTEM, WRITE, Privilege

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


@dataclass(frozen=True)
class Rights:
    """What each application role may do with a table. Reading goes without saying for `read` and `write`.

    `system` and `lookup` see all tenants' rows, through policies of their own; most tables give them nothing. `audit`
    is the role that appends to the audit log, in one tenant like everybody.
    """

    write: tuple[Privilege, ...] = _WRITE
    system: tuple[Privilege, ...] = ()
    lookup: tuple[Privilege, ...] = ()
    read: tuple[Privilege, ...] = field(default=("select",))
    audit: tuple[Privilege, ...] = ()

    def by_role(self) -> dict[str, tuple[Privilege, ...]]:
        """Privileges per signed-in role, as they are granted on the table."""
        write: tuple[Privilege, ...] = tuple(dict.fromkeys((*self.read, *self.write)))
        return {role: held for role, held in ((READ, self.read), (WRITE, write), (SYSTEM, self.system)) if held}


def tenant_table(
    name: str,
    *items: SchemaItem,
    key: Sequence[str] = ("id",),
    write: tuple[Privilege, ...] = _WRITE,
    system: tuple[Privilege, ...] = (),
    lookup: tuple[Privilege, ...] = (),
    read: tuple[Privilege, ...] = ("select",),
    audit: tuple[Privilege, ...] = (),
) -> Table:
    """Declare a tenant's table: `org_id`, the key, the given columns and constraints, and `created_at`.

    `key` names the columns that identify a row within its tenant: by default a UUIDv7 `id` made in Python. `write`,
    `system`, `lookup`, `read` and `audit` are what those roles may do with it (see Rights).
    """
    rights = Rights(write=write, system=system, lookup=lookup, read=read, audit=audit)
    return Table(name, metadata, *tenant_items(items, key), info={"rights": rights, "tenant": "org_id"})


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
