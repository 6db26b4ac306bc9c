"""What migrations call to make and drop tables: the same keys as `tenant_table`, and its policies and grants in SQL.

Migrations are frozen once released: they repeat a table's columns and rights and import nothing of any area. The
functions here are part of that frozen record. A change of their behaviour is a new function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alembic import op
from sqlalchemy.schema import SchemaItem

from dreamseed.database.roles import ERASE, LOOKUP, OWNER, SYSTEM, Privilege
from dreamseed.database.schema import CURRENT_ORG, Rights, tenant_items


def create_tenant_table(
    name: str,
    *items: SchemaItem,
    key: Sequence[str] = ("id",),
    write: tuple[Privilege, ...] = ("insert", "update", "delete"),
    system: tuple[Privilege, ...] = (),
    lookup: tuple[Privilege, ...] = (),
    erase: tuple[Privilege, ...] = (),
) -> None:
    """Create a tenant's table with row-level security. The arguments are those of `tenant_table`.

    `erase` is what the role of erasure may do beyond `write`, as it follows from what the table declares.
    """
    op.create_table(name, *tenant_items(items, key))
    secure_table(name, Rights(write=write, system=system, lookup=lookup, erase=erase))


def grant_erasure(tables: Mapping[str, Rights]) -> None:
    """Give the role of erasure its rights on tables that were made before there was one. Does no harm twice."""
    for name, rights in tables.items():
        held = rights.by_role().get(ERASE, ())
        if held:
            op.execute(f"grant {', '.join(held)} on {name} to {ERASE}")


def secure_table(name: str, rights: Rights, *, tenant: str = "org_id") -> None:
    """Enable and force row-level security on a table, give it its policies, and grant exactly the declared rights.

    The tenant's policy holds for every role. A role that works across tenants gets a policy of its own beside it.
    """
    own = f"{tenant} = (select {CURRENT_ORG})"  # the subquery is evaluated once a statement, and the index is used
    op.execute(f"revoke all on {name} from public")
    op.execute(f"alter table {name} enable row level security")
    op.execute(f"alter table {name} force row level security")
    op.execute(f"create policy tenant on {name} using ({own}) with check ({own})")
    for role, privileges in ((SYSTEM, rights.system), (LOOKUP, rights.lookup)):
        if privileges:
            policy = role.removeprefix("dreamseed_")
            op.execute(f"create policy {policy} on {name} to {role} using (true) with check (true)")
            op.execute(f"grant {', '.join(privileges)} on {name} to {role}")
    for role, privileges in rights.by_role().items():
        if role != SYSTEM:
            op.execute(f"grant {', '.join(privileges)} on {name} to {role}")


def drop_tenant_table(name: str) -> None:
    """Drop a tenant's table; its policies, grants and indexes go with it."""
    op.drop_table(name)


def create_lookup_function(signature: str, returns: str, body: str, *, to: Sequence[str]) -> None:
    """Create an SQL function that looks across tenants, for when a tenant is not yet known (a sign-in).

    `signature` is `name(argument type, ...)`, `returns` a type or `table(...)`, `body` one SQL query that names its
    tables with their schema, and `to` the roles that may execute it. It runs as the role dreamseed_lookup, which sees
    only tables created with `lookup=("select",)`, so a mistake in it can show no other table.
    """
    op.execute(
        f"create function {signature} returns {returns} language sql stable security definer"
        f" set search_path = pg_catalog, pg_temp as $lookup$ {body} $lookup$"
    )
    op.execute(f"revoke all on function {signature} from public")
    op.execute(f"grant execute on function {signature} to {', '.join(to)}")
    op.execute(f"grant create on schema public to {LOOKUP}")  # PostgreSQL asks this of a function's new owner, once
    op.execute(f"alter function {signature} owner to {LOOKUP}")
    op.execute(f"revoke create on schema public from {LOOKUP}")


def drop_lookup_function(signature: str) -> None:
    """Drop what `create_lookup_function` made. Its owner does that, so the migrating role becomes it for a moment."""
    op.execute(f"set local role {LOOKUP}")
    op.execute(f"drop function {signature}")
    op.execute(f"set local role {OWNER}")
